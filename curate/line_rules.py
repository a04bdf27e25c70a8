"""Line rules + texts -> which lines go, and by which rule: C4's and RefinedWeb's edits, by a recipe's thresholds.

The first rule that a line fails takes it. The page's other columns say whom a rule concerns (groups, languages,
`unless`), as for rules on documents. One pass over the text, as for the signals, then whole columns of lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from curate.recipe.line_rules import LineRule
from curate.rules import applies, failures

if TYPE_CHECKING:
    from curate.kernels.buffers import Texts
    from curate.kernels.line_facts import LineFacts


def taken_lines(
    rules: Sequence[LineRule], texts: Texts, pages: pa.Table | pa.RecordBatch
) -> tuple[list[tuple[str, np.ndarray]], np.ndarray]:
    """((name of a rule and its bound, bool[lines] it takes) each, offsets int64[n+1] of the lines of each text).

    `pages` has one row a text, with `group`, `language` and the signals that an `unless` names.
    """
    from curate.kernels.line_facts import BLANK, line_facts
    from curate.kernels.scan import scan

    facts = line_facts(scan(texts))
    left = ~facts.have(BLANK)
    named: list[tuple[str, np.ndarray]] = []
    for rule in rules:
        concerned = np.repeat(applies(rule, pages), np.diff(facts.offsets))
        for bound, _, failed in failures(rule, _values(rule.signal, facts)):
            mine = failed & concerned & left
            left &= ~mine
            named.append((rule.name_of(bound), mine))
    return named, facts.offsets


def _values(signal: str, facts: LineFacts) -> np.ndarray:
    """float64[lines]"""
    from curate.kernels import line_facts as f

    name = signal.partition(".")[2]
    if name == "upper_fraction":
        return np.divide(facts.upper, facts.chars, out=np.zeros(len(facts.chars)), where=facts.chars > 0)
    measured = {"words": facts.words, "chars": facts.chars, "longest_word": facts.longest}
    if name in measured:
        return measured[name].astype(np.float64)
    flags = {
        "terminal_punctuation": f.TERMINAL,
        "punctuation": f.PUNCTUATED,
        "javascript": f.JAVASCRIPT,
        "lorem_ipsum": f.LOREM,
        "policy": f.POLICY,
        "numeric": f.NUMERIC,
        "counter": f.COUNTER,
        "link": f.PATTERN,
    }
    return facts.have(flags[name]).astype(np.float64)
