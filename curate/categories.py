"""Categories: the share of the mix that a document belongs to, by the first line of the recipe that fits it.

General, math, code and multilingual are Llama 3's shares (Dubey et al. 2024, 3.1.2). Where a
line's signal is null it does not fit.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from curate.recipe.model import GENERAL
from curate.recipe.rules import CategoryRule
from curate.rules import at_least, in_scope, signal_values


def assign(rules: Sequence[CategoryRule], columns: pa.Table | pa.RecordBatch) -> pa.StringArray:
    """The category of each row; `general` where no rule fits. `columns` as for `curate.rules.apply`."""
    names = pa.array([GENERAL, *(rule.category for rule in rules)], pa.string())
    chosen = np.zeros(columns.num_rows, np.int32)
    for i, rule in enumerate(rules, 1):
        fits = in_scope(rule, columns)
        if rule.signal is not None and rule.min is not None:
            fits &= at_least(signal_values(columns, rule.signal), float(rule.min))
        chosen[fits & (chosen == 0)] = i
    return names.take(pa.array(chosen))
