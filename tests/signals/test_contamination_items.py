"""Real items of HumanEval and GSM8K are found whatever was done to their layout, and clean pages have none of them.

Twenty of each, drawn; the changes are those of `benchmarks.contamination` that leave an item's words in their order.
The other items of the benchmark are looked for too, and must not be what is found.
"""

import random

import pyarrow as pa
import pytest

from benchmarks.contamination import benchmarks, changes, clean_texts
from benchmarks.evaluate_contamination import IN_PART
from curate.signals._benchmarks import items
from curate.signals._items import index
from curate.signals.contamination import rows

WHOLE = {name: change for name, change in changes().items() if name not in IN_PART}
DRAWN = 20


@pytest.fixture(scope="module")
def looked_for(data):
    return benchmarks(data)


@pytest.fixture(scope="module")
def pages(data):
    return clean_texts(data)["c4"]


def found(texts, section):
    """(row, benchmark, item) of each hit that counts as an item."""
    documents = pa.record_batch({"row": pa.array(range(len(texts)), pa.int64()), "text": pa.array(texts)})
    table = rows(documents, index(section)).to_pylist()
    return {(r["row"], r["benchmark"], r["item"]) for r in table if r["overlap"] >= section.min_overlap}


@pytest.mark.parametrize("change", WHOLE)
@pytest.mark.parametrize("benchmark", ["humaneval", "gsm8k"])
def test_twenty_items_are_found_after_each_change_that_keeps_their_words(benchmark, change, looked_for, pages):
    [own] = [items(one) for one in looked_for.benchmarks if one.name == benchmark]
    draw = random.Random(f"{benchmark} {change}")
    chosen = draw.sample(range(len(own.texts)), DRAWN)
    planted = [WHOLE[change](own.texts[n], draw.sample(pages, 2)) for n in chosen]
    wanted = {(row, benchmark, own.ids[n]) for row, n in enumerate(chosen)}
    assert wanted <= found(planted, looked_for)


def test_the_changes_are_those_that_hide_a_line():
    assert {"wrapped at 40", "upper case", "planted in a page", "2 % of a long text", "punctuation changed"} <= {*WHOLE}
    assert len(WHOLE) >= 8


def test_clean_pages_have_no_item(looked_for, pages):
    assert found(pages, looked_for) == set()
