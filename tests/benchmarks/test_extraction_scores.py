"""The metrics of extraction are those of the published benchmarks, and a perfect text has all of them at one."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.extraction_scores import article_f1, formulas_kept, lines_kept, segments_f1, share
from benchmarks.extraction_truth import Segments, articles, plain
from benchmarks.tex_tokens import alike, exact, symbols

HOSTS = {key: f"{key}.example" for key in "abcdefgh"}
WORDS = st.lists(st.sampled_from(("the", "quick", "brown", "fox", "—", "jumps,", "over")), max_size=12).map(" ".join)


def shingles(text: str) -> list[tuple[str, ...]]:
    """Of Scrapinghub's benchmark, as its description has it: four words each, a shorter text is one shingle."""
    import re

    words = re.findall(r"\w+", text)
    return [tuple(words[at : at + 4]) for at in range(max(1, len(words) - 3))] if words else []


@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=8))
def test_articles_are_scored_by_means_over_pages(pairs) -> None:
    precisions, recalls = [], []
    for true, found in pairs:
        expected, predicted, right = shingles(true), shingles(found), 0
        left = list(expected)
        for shingle in predicted:
            if shingle in left:
                left.remove(shingle)
                right += 1
        precisions += [right / len(predicted)] if predicted else []
        recalls += [right / len(expected)] if expected else []
    precision = sum(precisions) / len(precisions) if precisions else 0
    recall = sum(recalls) / len(recalls) if recalls else 0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0
    truth = {key: true for key, (true, _) in zip("abcdefgh", pairs, strict=False)}
    texts = {key: found for key, (_, found) in zip("abcdefgh", pairs, strict=False)}
    assert article_f1(truth, texts, HOSTS).value == pytest.approx(f1, abs=1e-4)


def test_an_empty_text_is_told_since_it_costs_no_precision() -> None:
    truth = {"a": "one two three four five", "b": "six seven eight nine ten"}
    figure = article_f1(truth, {"a": truth["a"], "b": ""}, HOSTS)
    assert figure.parts == {"precision": 1, "recall": 0.5, "empty": 0.5}


def test_segments_count_as_they_stand() -> None:
    figure = segments_f1({"a": Segments(("in", "also in"), ("out", "far"))}, {"a": "in and out"}, HOSTS)
    assert (figure.value, figure.n) == (0.5, 4)
    assert figure.parts == {"precision": 0.5, "recall": 0.5, "accuracy": 0.5}


def test_lines_of_code_are_kept_if_indentation_is_and_as_often_as_they_occur() -> None:
    text = "def f():  \n    return 1\n  return 1\nend"
    kept = lines_kept({"a": ("def f():", "    return 1", "    return 1", "end")}, {"a": text}, HOSTS)
    assert (kept.parts["kept"], kept.n) == (3, 4)


def test_formulas_are_kept_whatever_the_white_space() -> None:
    assert formulas_kept({"a": ("x + y", "z^2")}, {"a": "see $x+\ny$"}, HOSTS).value == 0.5


def test_intervals_hold_the_value_and_are_by_host() -> None:
    kept = {key: [True] * 9 + [key < "c"] for key in "abcdefgh"}
    figure = share(kept, HOSTS)
    assert figure.interval[0] <= figure.value <= figure.interval[1]
    assert share(kept, HOSTS) == figure
    together = share(kept, dict.fromkeys("abcdefgh", "one.example"))
    assert together.interval == figure.interval  # fewer than five hosts: by page, which here is the same


def test_truth_from_markup_parts_words_at_blocks_only() -> None:
    assert plain("<p>a<b>b</b>c<!-- no --><br>d &amp; e</p>").split() == ["abc", "d", "&", "e"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x\\to y", "x \\rightarrow{} y"),
        ("\\sin x", "\\mathrm{sin}\\, x"),
        ("\\dfrac12", "\\frac{1}{2}"),
        ("f^{\\prime}", "f'"),
        ("\\{a\\mid b\\}", "\\left\\lbrace a | b\\right\\rbrace"),
        ("α ≤ β", "\\alpha\\leq\\beta"),
        ("\\begin{pmatrix}a&b\\\\[2pt]c\\end{pmatrix}", "(\\begin{matrix}a&b\\\\c\\end{matrix})"),
        ("x_a^b", "x^b_a"),
    ],
)
def test_spellings_of_one_formula_have_the_same_symbols(one, other) -> None:
    assert symbols(one) == symbols(other) and alike(one, other) == (1, 1)


@pytest.mark.parametrize(
    ("one", "other"), [("x+y", "x-y"), ("a/b", "ab"), ("\\mathbb{R}", "R"), ("a>b", "ab"), ("a,b", "ab")]
)
def test_different_formulas_have_different_symbols(one, other) -> None:
    assert symbols(one) != symbols(other)


def test_tex_is_exact_but_for_white_space_and_wikipedias_wrapper() -> None:
    assert exact("{\\displaystyle x + y}") == exact(" x+y ") != exact("x+{y}")


def test_trafilatura_has_the_figures_that_were_published_for_these_pages(data: Path) -> None:
    from benchmarks.extraction_engines import PEERS, run
    from benchmarks.extraction_pages import pages

    truth, crawled = articles(data), pages(data)
    texts = run(PEERS["trafilatura"](crawled), truth).by_key
    figure = article_f1(truth, texts, {key: page.host for key, page in crawled.items()})
    assert figure.value == pytest.approx(0.9393, abs=0.004)
    assert (figure.parts["precision"], figure.parts["recall"]) == pytest.approx((0.9143, 0.9657), abs=0.006)
