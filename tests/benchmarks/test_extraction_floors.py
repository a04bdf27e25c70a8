"""Floors of HTML extraction's bars, with the trees that are shipped: articles and segments were in their fit, so theirs
lie above the bars that hold out of fold (`python -m benchmarks.evaluate extraction`)."""

from collections.abc import Mapping

import pytest

from benchmarks import extraction_scores as scores
from benchmarks.evaluate_extraction import OURS, Truth
from curate.extract.html import main_text


@pytest.fixture(scope="module")
def truth(data) -> Truth:
    return Truth(data)


@pytest.fixture(scope="module")
def hosts(truth: Truth) -> Mapping[str, str]:
    return {key: page.host for key, page in truth.pages.items()}


@pytest.fixture(scope="module")
def texts(truth: Truth) -> Mapping[str, str]:
    return {key: main_text(truth.crawled[key].markup, "html").text for key in truth.keys}


def test_articles_and_segments(truth, texts, hosts) -> None:
    assert scores.article_f1(truth.articles, texts, hosts).value >= 0.955
    assert scores.segments_f1(truth.segments, texts, hosts).value >= 0.935


@pytest.mark.nightly
@pytest.mark.parametrize("name", OURS)
def test_articles_and_segments_by_trees_that_saw_no_page_of_the_host(truth, hosts, name) -> None:
    engine, bars = OURS[name]
    text_of = engine(truth.pages)
    texts = {key: text_of(key) for key in truth.keys}
    assert scores.article_f1(truth.articles, texts, hosts).value >= float(bars["articles"].removeprefix(">= "))
    assert scores.segments_f1(truth.segments, texts, hosts).value >= float(bars["segments"].removeprefix(">= "))


def test_formulas_of_documentation(truth, texts, hosts) -> None:
    assert scores.formulas_kept(truth.formulas, texts, hosts).value >= 0.98


def test_lines_of_code_with_their_indentation(truth, texts, hosts) -> None:
    assert scores.lines_kept(truth.code, texts, hosts).value >= 0.98


def test_formulas_of_arxiv_in_every_shape(truth, hosts) -> None:
    for shape, keys in truth.rendered.shapes.items():
        found = {key: main_text(truth.pages[key].markup, "html").text for key in keys}
        kept = {key: truth.rendered.recovered(key, found[key]) for key in keys}
        assert scores.share(kept, hosts).value >= 0.95, shape


def test_a_page_is_not_empty_where_trafilatura_finds_text(truth, texts) -> None:
    from benchmarks.extraction_engines import trafilatura

    for key in (key for key, text in texts.items() if not text.strip()):
        markup = truth.crawled[key].markup
        assert main_text(markup).text.strip() or not trafilatura(markup).strip(), truth.crawled[key].url
