"""Trees: the answers of a plain walk, from a small file of numbers, the same every time."""

import math
from importlib.resources import files

import numpy as np
import pytest

from curate.extract.html.classify import main_blocks
from curate.extract.html.context import CONTEXT
from curate.extract.html.features import FEATURES
from curate.extract.html.layout import lay_out
from curate.extract.html.tokenise import tokenise
from curate.extract.html.trees import ANSWERS, DEPTH, QUESTIONS, Trees, add_answers, shipped, squash


def walk(row: np.ndarray, trees: Trees) -> float:
    total = 0.0
    for column, limit, answer in zip(*trees, strict=True):
        at = 0
        while at < QUESTIONS:
            at = 2 * at + (2 if row[column[at]] > limit[at] else 1)
        total += float(answer[at - QUESTIONS])
    return total


def test_answers_are_those_of_a_plain_walk():
    random = np.random.default_rng(0)
    shape = (7, QUESTIONS)
    limits = random.normal(size=shape).astype(np.float32)
    trees = Trees(
        random.integers(0, 9, shape).astype(np.uint16), limits, random.normal(size=(7, ANSWERS)).astype(np.float32)
    )
    rows = np.concatenate([random.normal(size=(40, 9)), limits[:, :9]]).astype(np.float32)  # equal to a limit, too
    scores = np.zeros(len(rows))
    add_answers(rows, trees, scores)
    assert scores.tolist() == [walk(row, trees) for row in rows]


def test_the_squash_is_nearly_the_logistic_function():
    scores = np.linspace(-12, 12, 401)
    squashed = [float(squash(score)) for score in scores]
    assert squashed == sorted(squashed) and squashed[0] == 0 and squashed[-1] == 1
    assert max(abs(s - 1 / (1 + math.exp(-score))) for s, score in zip(squashed, scores, strict=True)) < 0.025


def test_the_shipped_trees_are_few_small_and_ask_for_features_that_exist():
    first, second = shipped()
    assert first.column.max() < FEATURES and second.column.max() < FEATURES + CONTEXT
    assert all(trees.column.shape[1] == 2**DEPTH - 1 and np.isfinite(trees.answer).all() for trees in (first, second))
    assert len(files("curate.extract.html").joinpath("trees.npz").read_bytes()) < 300_000


def test_a_page_is_judged_alike_every_time():
    page = tokenise(b"<ul><li><a>x</a><li><a>y</a></ul>" + b"<p>Some words, and more of them, in a row.</p>" * 5)
    layout = lay_out(page.elements, page.blocks)
    (keep, confidence), (again, same) = (main_blocks(page, layout) for _ in range(2))
    assert keep.tolist() == again.tolist() and confidence == same and 0 <= confidence <= 1


def test_trees_of_a_fit_are_laid_out_as_heaps():
    pytest.importorskip("lightgbm")
    from benchmarks.train_html import heaps

    leaf = [{"leaf_value": float(n)} for n in range(3)]
    inner = {"split_feature": 4, "threshold": 0.1, "decision_type": "<=", "left_child": leaf[0], "right_child": leaf[1]}
    root = {"split_feature": 2, "threshold": 7.0, "decision_type": "<=", "left_child": inner, "right_child": leaf[2]}
    trees = heaps([root])
    tenth = np.float32(0.1)  # above 0.1 by a rounding: what a float32 compares with is the one below
    for value, answer in ((np.nextafter(tenth, np.float32(0)), 0.0), (tenth, 1.0)):
        assert walk(np.array([0, 0, 7, 0, value], np.float32), trees) == answer
    assert walk(np.array([0, 0, 8, 0, 0], np.float32), trees) == 2.0


@pytest.mark.nightly
def test_the_shipped_trees_are_what_the_fit_makes(data, tmp_path, monkeypatch):
    from benchmarks import train_html

    monkeypatch.setattr("sys.argv", ["train_html", "--data", str(data), "--out", str(tmp_path / "trees.npz")])
    train_html.main()
    assert (tmp_path / "trees.npz").read_bytes() == files("curate.extract.html").joinpath("trees.npz").read_bytes()


def test_known_pages_keep_their_text_code_and_formulas(data):
    """Pages that the trees have seen: a floor against regressions, not a figure of quality (docs/html-model.md)."""
    from benchmarks import extraction_pages, extraction_scores, extraction_truth
    from curate.extract.html.engine import read

    pages = extraction_pages.pages(data)
    hosts = {key: page.host for key, page in pages.items()}
    articles, formulas = extraction_truth.articles(data), extraction_truth.formulas(data)
    code = extraction_truth.code_lines(pages.values())
    texts = {key: read(pages[key].body).text for key in {*articles, *formulas, *code}}
    assert extraction_scores.article_f1(articles, texts, hosts).value > 0.95
    assert extraction_scores.formulas_kept(formulas, texts, hosts).value >= 0.98
    assert extraction_scores.lines_kept(code, texts, hosts).value >= 0.98
