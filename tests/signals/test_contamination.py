"""Benchmark items in documents, against the definition in plain Python and under the changes that hide a line."""

import gzip
import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from curate.errors import UserError
from curate.recipe.sections import Benchmark, Contamination
from curate.signals import compute, declared
from curate.signals._benchmarks import items
from curate.signals._items import index, summary
from curate.signals.contamination import rows
from schemas import CONTAMINATION, check
from tests.oracles import contamination as oracle
from tests.oracles.hostile import TEXT

ITEM = "Ann has 3 apples and buys 14 more; how many apples does she have after eating two of them on Sunday?"
FEW = st.lists(st.sampled_from(["a", "B", "c.", "1", "é", "x_y", "中文", "\n"]), max_size=24).map(" ".join)
SETTINGS = {"hits": 0, "share": 0, "items": 0, "best": 0}


def settings(tmp_path, *benchmarks, **more):
    named = []
    for number, texts in enumerate(benchmarks):
        path = tmp_path / f"b{number}.jsonl"
        path.write_text("".join(json.dumps({"q": t}) + "\n" for t in texts), "utf-8")
        named.append(Benchmark(name=f"b{number}", path=str(path), fields=["q"]))
    return Contamination(benchmarks=named, **more)


def measured(texts, section):
    made = compute(pa.table({"text": pa.array(texts, pa.string())}), ["contamination"], contamination=section)
    return [{n.split(".")[1]: v for n, v in row.items() if n != "row"} for row in made.to_pylist()]


@given(
    texts=st.lists(st.one_of(FEW, TEXT), max_size=4),
    first=st.lists(FEW, min_size=1, max_size=14),
    second=st.lists(TEXT, max_size=3),
)
@example(texts=["1 2 3 4 5 6 7 8"], first=["1 2 3 4 5 6 7 8"] * 11, second=[""])
@example(texts=["1 2 3 4 5 6 7 8"], first=["1 2 3 4 5 6 7 8"] * 10, second=["1 2 3 4 5 6"])
def test_signals_are_those_of_the_definition(tmp_path_factory, texts, first, second):
    ngram = 5 if len(first) % 2 else 9
    benchmarks = [first, second] if second else [first]
    section = settings(tmp_path_factory.mktemp("b"), *benchmarks, ngram=ngram, min_overlap=0.5)
    texts = [*texts, " ".join(first)]
    for text, made in zip(texts, measured(texts, section), strict=True):
        assert made == pytest.approx(oracle.signals(text, benchmarks, ngram, 0.5), rel=1e-6)


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.replace(" ", "\n"),
        lambda t: t.replace(" ", "  \t"),
        str.upper,
        lambda t: t.replace(";", " --").replace("?", "!!!"),
        lambda t: "\n".join(f"# {part}" for part in t.split(" and ")).replace("\n", " and\n"),
        lambda t: t.replace("; ", "\n\n"),
        lambda t: f"{'other words of another page. ' * 300}{t}{' more of those' * 300}",
    ],
    ids=["wrapped", "spaced", "upper case", "punctuation", "comments", "paragraphs", "diluted"],
)
def test_an_item_is_found_however_it_is_laid_out(tmp_path, change):
    [made] = measured([change(ITEM)], settings(tmp_path, [ITEM]))
    assert (made["items"], made["best"]) == (1, 1)


def test_a_part_counts_by_its_words_and_a_document_without_text_has_none(tmp_path):
    section = settings(tmp_path, [ITEM], min_overlap=0.9)
    half = " ".join(ITEM.split()[:16])
    [first, other] = measured(
        [half, "A page of other things than that, long enough to hold thirteen words or so."], section
    )
    assert first == {"hits": 4, "share": 1, "items": 0, "best": pytest.approx(16 / 21)}
    assert other == SETTINGS
    table = pa.table({"text": [ITEM, ""], "status": ["ok", "empty"]})
    assert compute(table, ["contamination"], contamination=section)["contamination.hits"].to_pylist() == [9, None]


def test_what_is_too_short_or_in_every_item_is_not_looked_for_and_told(tmp_path):
    template = "The following are multiple choice questions with answers about all of the sciences"
    section = settings(tmp_path, [template] * 11 + [f"{template}. {ITEM}"], ["one two three", ITEM])
    told = summary(index(section))
    assert told["b0"] | {"ngrams": 0} == {"items": 12, "ngrams": 0, "too_short": 0, "too_common": 11}
    assert told["b1"] == {"items": 2, "ngrams": 9, "too_short": 1, "too_common": 0}
    assert measured([template], section) == [SETTINGS]


def test_rows_name_benchmark_and_item_and_hold_their_contract(tmp_path):
    path = tmp_path / "gsm8k.csv"
    path.write_text(f'name,q\nfirst,nothing of the kind at all here\nsecond,"{ITEM}"\n')
    section = Contamination(benchmarks=[Benchmark(name="gsm8k", path=str(path), fields=["q"], id="name")])
    documents = pa.record_batch({"row": pa.array([4, 9], pa.int64()), "text": ["none", f"before {ITEM} behind"]})
    made = rows(documents, index(section))
    assert check(made.schema, CONTAMINATION) == []
    assert made.to_pylist() == [
        {"row": 9, "benchmark": "gsm8k", "item": "second", "ngrams": 9, "overlap": 1, "covered": 1}
    ]


def test_slices_and_neighbours_change_nothing(tmp_path):
    section = settings(tmp_path, [ITEM, "w " * 30])
    texts = ["", ITEM, "w " * 20, "no", ITEM + " " + ITEM]
    whole = measured(texts, section)
    table = pa.table({"text": pa.chunked_array([texts[:2], texts[2:]])})
    for i in range(5):
        made = compute(table.slice(i, 1), ["contamination"], contamination=section).to_pylist()[0]
        assert {n.split(".")[1]: v for n, v in made.items() if n != "row"} == whole[i]


ROW = {"q": {"stem": "What is"}, "choices": ["one", "two"], "n": 7}


@pytest.mark.parametrize("kind", ["jsonl", "jsonl.gz", "json", "parquet"])
def test_rows_of_every_format_give_the_same_items(tmp_path, kind):
    path = tmp_path / f"b.{kind}"
    if kind == "parquet":
        pq.write_table(pa.Table.from_pylist([ROW]), path)
    else:
        text = json.dumps({"data": [ROW]} if kind == "json" else ROW)
        path.write_bytes(gzip.compress(text.encode()) if kind.endswith("gz") else text.encode())
    read = items(Benchmark(name="b", path=str(path), fields=["q.stem", "choices", "n"]))
    assert (read.ids, read.texts) == (["0"], ["What is\none\ntwo\n7"])


def test_a_line_of_text_is_an_item_and_so_is_a_file_of_a_folder(tmp_path):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(f"first of {name}\n\nsecond\n")
    assert items(Benchmark(name="b", path=str(tmp_path / "a.txt"))).texts == ["first of a.txt", "second"]
    assert [t.split("\n")[0] for t in items(Benchmark(name="b", path=str(tmp_path))).texts] == [
        "first of a.txt",
        "first of b.txt",
    ]


def test_half_characters_and_surplus_columns_are_no_reason_to_stop(tmp_path):
    (tmp_path / "b.jsonl").write_text(json.dumps({"q": "a \ud800 b"}))
    (tmp_path / "b.csv").write_text("q\na,b,c\nd\n")
    read = [items(Benchmark(name="b", path=str(tmp_path / f"b.{kind}"), fields=["q"])) for kind in ("jsonl", "csv")]
    assert [r.texts for r in read] == [["a ? b"], ["a", "d"]]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("b.jsonl", b'{"question": "a"}\n', r"no row of .* has 'q'"),
        ("b.jsonl", b'{"q": \n', r"can't be read as .jsonl"),
        ("b.jsonl", b"[1]\n", "no object with fields"),
        ("b.json", b"7", "holds no list of rows"),
        ("b.parquet", b"PAR1", r"can't be read as .parquet"),
        ("b.jsonl.gz", gzip.compress(b'{"q": "a"}', mtime=0)[:-9], "truncated"),
        ("b.jsonl", b"", "has no item"),
        ("b.csv", b"\xff\xfe", r"can't be read as .csv"),
    ],
)
def test_a_benchmark_that_cannot_be_read_is_named(tmp_path, name, content, told):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError, match=told):
        items(Benchmark(name="b", path=str(tmp_path / name), fields=["q"]))


def test_a_changed_file_is_read_again(tmp_path):
    section = settings(tmp_path, [ITEM])
    assert measured([ITEM], section)[0]["items"] == 1
    settings(tmp_path, ["other words " * 10])
    assert measured([ITEM], section)[0]["items"] == 0


def test_without_benchmarks_there_are_no_columns_and_no_way_to_ask_for_them():
    made = compute(pa.table({"text": [ITEM]}))
    assert [n for n in made.schema.names if n.startswith("contamination")] == []
    assert {n for n in declared(contamination=True)} - set(declared()) == {f"contamination.{n}" for n in SETTINGS}
    with pytest.raises(UserError, match="give the section"):
        compute(pa.table({"text": [ITEM]}), ["contamination"])


def test_real_items_are_found_and_real_pages_are_clean(data):
    paths = {
        "gsm8k": ("gsm8k_train_sample", ["question", "answer"]),
        "code": ("HumanEval", ["prompt", "canonical_solution"]),
    }
    section = Contamination(
        benchmarks=[
            Benchmark(name=name, path=str(data / "labels" / f"{file}.jsonl.gz"), fields=fields)
            for name, (file, fields) in paths.items()
        ]
    )
    read = [t for b in section.benchmarks for t in items(b).texts]
    assert np.array([row["items"] >= 1 and row["best"] == 1 for row in measured(read, section)]).all()
    with gzip.open(data / "labels" / "c4_sample.jsonl.gz", "rt") as lines:
        assert all(row["items"] == 0 for row in measured([json.loads(line)["text"] for line in lines], section))
