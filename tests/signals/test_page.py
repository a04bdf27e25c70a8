"""docs/signals.md is what the families declare, and docs/plugins.md shows a plugin that works."""

import re
from pathlib import Path

import pyarrow as pa
import pytest

from curate import signals
from curate.signals.__main__ import page

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_of_signals_is_up_to_date():
    assert (DOCS / "signals.md").read_text() == page(), "run python -m curate.signals > docs/signals.md"


@pytest.mark.parametrize("family", ["gopher", "repetition", "c4", "fineweb", "refinedweb", "ccnet"])
def test_each_signal_of_a_paper_has_a_formula_that_a_table_can_show(family):
    own = {name: s for name, s in signals.declared().items() if name.startswith(f"{family}.")}
    assert own and not [name for name, s in own.items() if not s.formula or set(s.formula) & set("|`\n")]
    assert all(f"| `{s.formula}` |" in page() for s in own.values())


def test_the_example_plugin_works(tmp_path):
    example = re.search(r"```python\n(.*?)```", (DOCS / "plugins.md").read_text(), re.S)[1]
    (tmp_path / "shouting.py").write_text(example)
    made = signals.compute(pa.table({"text": ["BUY NOW! ok", ""]}), plugins=[str(tmp_path / "shouting.py")])
    assert made["shouting.capital_word_ratio"].to_pylist() == pytest.approx([2 / 3, 0])
