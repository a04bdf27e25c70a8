"""What `compute` promises whatever the families are: rows, order, nulls, plugins, and messages."""

import subprocess
import sys

import pyarrow as pa
import pytest

from curate import signals
from curate.errors import UserError

PLUGIN = """
import numpy as np, pyarrow as pa
from curate.signals import Signal
SIGNALS = {"lines": Signal(pa.int32(), "lines", "lines of text", "mine")}
def compute(scan, documents):
    return {"lines": %s}
"""


@pytest.fixture
def plugin(tmp_path):
    def write(expression: str, name: str = "mine.py") -> str:
        (tmp_path / name).write_text(PLUGIN % expression)
        return str(tmp_path / name)

    return write


def test_columns_come_in_name_order_with_their_declared_types():
    made = signals.compute(pa.record_batch({"text": ["a"]}))
    assert made.schema.names == ["row", *signals.declared()]
    assert list(signals.declared()) == sorted(signals.declared())
    assert {n: made.schema.field(n).type for n in signals.declared()} == {
        n: s.type for n, s in signals.declared().items()
    }


def test_rows_are_kept_and_documents_without_text_are_null():
    table = pa.table({"row": [3, 9], "status": ["ok", "empty"], "text": ["two words", ""]})
    made = signals.compute(table, ["gopher"])
    assert made["row"].to_pylist() == [3, 9]
    assert made["gopher.words"].to_pylist() == [2, None]


def test_a_batch_gives_the_same_whole_or_in_pieces():
    texts = pa.chunked_array([["one two", None], ["drei\nvier\nvier"], ["é x y x y"]])
    whole = signals.compute(pa.table({"text": texts}))
    pieces = [signals.compute(pa.table({"text": texts.slice(i, 1)})) for i in range(4)]
    assert whole.drop_columns(["row"]).to_pylist() == [p.drop_columns(["row"]).to_pylist()[0] for p in pieces]


def test_no_documents_give_no_rows():
    assert signals.compute(pa.table({"text": pa.array([], pa.string())})).num_rows == 0


def test_a_plugin_is_a_family_named_after_its_file(plugin):
    path = plugin("np.diff(scan.line_offsets)")
    assert "mine.lines" in signals.declared([path])
    assert signals.compute(pa.table({"text": ["a\nb", ""]}), plugins=[path])["mine.lines"].to_pylist() == [2, 0]


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("np.zeros(5)", "5 values of mine.lines for 1 documents"),
        ("['x']", "no int32"),
        ("np.zeros(1), 'more': np.zeros(1)", "SIGNALS declares ['lines']"),
    ],
)
def test_a_wrong_plugin_is_one_clear_sentence(plugin, expression, words):
    with pytest.raises(UserError, match="compute") as error:
        signals.compute(pa.table({"text": ["a"]}), plugins=[plugin(expression)])
    assert words in str(error.value) and "\n" not in str(error.value)


def test_a_plugin_without_the_two_names_or_with_a_taken_one_is_refused(plugin, tmp_path):
    (tmp_path / "empty.py").write_text("")
    for path, words in ((str(tmp_path / "empty.py"), "needs SIGNALS"), (plugin("0", "gopher.py"), "rename the file")):
        with pytest.raises(UserError, match=words):
            signals.declared([path])


def test_an_unknown_family_is_named():
    with pytest.raises(UserError, match="'gofer' is no family"):
        signals.compute(pa.table({"text": ["a"]}), ["gofer"])


def test_declaring_signals_imports_no_numba():
    code = "import sys; from curate.signals import declared; declared(); sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
