"""Notebooks to text: cells in order, without outputs."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.extract.extract import extract
from curate.extract.notebook import text
from curate.recipe.sections import Extract
from curate.sources import Record

PICTURE = {"output_type": "display_data", "data": {"image/png": "iVBORw0KGgo" * 100}}
CELLS = [
    {"cell_type": "markdown", "source": ["# Kites\n", "They *fly*."], "metadata": {}},
    {"cell_type": "code", "source": "%timeit x\n!ls\nx = 1\n", "outputs": [PICTURE], "execution_count": 3},
    {"cell_type": "code", "source": "", "outputs": []},
    {"cell_type": "code", "source": "doc = '''\n```\n'''", "outputs": []},
    {"cell_type": "raw", "source": "raw"},
]
WRITTEN = (
    "# Kites\nThey *fly*.\n\n```python\n%timeit x\n!ls\nx = 1\n```\n\n````python\ndoc = '''\n```\n'''\n````\n\nraw\n"
)


def test_cells_stand_in_order_and_outputs_are_off():
    assert text(json.dumps({"nbformat": 4, "cells": CELLS, "metadata": {}})) == (WRITTEN, "ok")


def test_the_third_format_has_worksheets_inputs_and_headings():
    cells = [
        {"cell_type": "heading", "level": 2, "source": ["Kites"]},
        {"cell_type": "code", "input": ["x = 1"], "language": "python", "outputs": [PICTURE]},
    ]
    assert (
        text(json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}]}))[0] == "## Kites\n\n```python\nx = 1\n```\n"
    )


@pytest.mark.parametrize(
    ("metadata", "language"),
    [({"language_info": {"name": "R"}}, "r"), ({"kernelspec": {"language": "julia"}}, "julia"), ({}, "python"),
     ({"language_info": {"name": "x\n```\nevil"}}, "python")],
)  # fmt: skip
def test_code_is_named_by_the_language_of_its_kernel(metadata: dict, language: str):
    notebook = {"cells": [{"cell_type": "code", "source": "1"}], "metadata": metadata}
    assert text(json.dumps(notebook))[0] == f"```{language}\n1\n```\n"


@pytest.mark.parametrize("broken", ["", "{", "[]", "1", '{"cells": 1}', "{}", "[" * 100_000, '{"cells": [1, {}, null]'])
def test_what_is_no_notebook_says_so(broken: str):
    assert text(broken) == ("", "broken_notebook")


def test_a_notebook_without_a_word_is_empty():
    record = Record(0, media="notebook", body=b'{"cells": []}')
    assert extract(record, Extract()).status == "empty"


JSON = st.recursive(st.none() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x))
CELL = st.fixed_dictionaries({}, optional={"cell_type": st.sampled_from(["code", "markdown", "heading", 7]),
                                           "source": JSON, "input": JSON, "level": JSON, "language": JSON})  # fmt: skip


@given(st.fixed_dictionaries({"cells": st.lists(CELL | JSON), "metadata": JSON}))
def test_any_cells_make_text_that_can_be_encoded(notebook: dict):
    made, status = text(json.dumps(notebook))
    assert status == "ok" and made.encode() is not None
