"""The page: self-contained, escaped, the same bytes each time."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from classifiers import metrics
from classifiers.estimates import spread
from classifiers.evaluate import beside, charts, of_scorer, terminal
from classifiers.evaluate.page import render
from tests.classifiers.evaluate import worlds

SENTENCES = "Text,Label\n" + "".join(f"a <b>gay</b> man {n},NOT_BAD\na vile man {n},BAD\n" for n in range(12))


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """{"two", "three": (what was found, HTML)}"""
    folder, found = tmp_path_factory.mktemp("pages"), {}
    (folder / "sentences.csv").write_text(SENTENCES)
    calibration = {"kind": "isotonic", "x": [0, 0.5, 1], "y": [0, 0.4, 1]}
    two = worlds.card(worlds.TWO, calibration=calibration, thresholds={"precision": {"0.9": 900}})
    for name, card, labels, more in (
        ("two", two, worlds.of_two(), {"bias": str(folder / "sentences.csv")}),
        ("three", worlds.card(worlds.THREE), worlds.of_three(), {}),
    ):
        out = str(folder / f"{name}.html")
        of_scorer(worlds.Written(card), labels, out, **more)
        first = [Path(path).read_bytes() for path in (out, beside(out))]
        told = of_scorer(worlds.Written(card), labels, out, **more)
        assert [Path(path).read_bytes() for path in (out, beside(out))] == first
        assert json.loads(first[1]) == told
        found[name] = told, first[0].decode()
    return found


def elements(html):
    tags, attributes, open_tags = set(), set(), []
    parser = HTMLParser()

    def start(tag, attrs):
        tags.add(tag)
        attributes.update(name for name, _ in attrs)
        if tag not in ("meta", "br"):
            open_tags.append(tag)

    def end(tag):
        assert open_tags.pop() == tag

    parser.handle_starttag, parser.handle_endtag = start, end
    parser.handle_startendtag = lambda tag, attrs: (tags.add(tag), attributes.update(name for name, _ in attrs))
    parser.feed(html)
    assert not open_tags
    return tags, attributes


@pytest.mark.parametrize("name", ["two", "three"])
def test_the_page_needs_nothing_from_elsewhere_and_forbids_it(pages, name):
    tags, attributes = elements(pages[name][1])
    assert not tags & {"script", "img", "iframe", "link", "object"}
    assert not attributes & {"src", "href", "srcset", "xlink:href", "style", "onclick", "onerror"}
    html = pages[name][1]
    assert html.startswith("<!DOCTYPE html>") and "default-src 'none'" in html
    assert not re.search(r"url\(|@import", html[: html.index("</style>")])


def test_hostile_documents_keys_and_reasons_are_spelled_out(pages):
    found, html = pages["two"]
    assert found["mistakes"][0]["text"].startswith("p=0.999 <script>")
    assert "&lt;script&gt;alert(1)" in html and "[U+001B]" in html and "[U+202E]" in html
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", html)


def test_hostile_names_of_classes_and_hosts_are_escaped_in_charts_too(pages):
    evil = '"><script>x</script>\u202e'
    found = json.loads(json.dumps(pages["three"][0]))
    found["classes"] = dict(zip([evil, "b", "c"], found["classes"].values(), strict=True))
    found["task"] = found["question"] = found["by_class"][0]["name"] = found["tables"][0]["rows"][0]["name"] = evil
    assert "<script" not in render(found)
    assert "<script" not in charts.scores_svg([1], [1], evil) + charts.yields_svg([], 0.5, evil)


def test_two_classes_show_order_cuts_calibration_bias_and_weak_places(pages):
    found, html = pages["two"]
    for said in (
        "Is it better than a trivial rule?",
        "count of { and }",
        "Where to cut",
        "keep_best",
        "min_precision",
        "before calibration",
        "Identity terms",
        "By language",
        "By key",
        "The most confident mistakes",
        spread(found["auc"]),
        f"labelled yes, n = {found['classes']['yes']:,}",
    ):
        assert said in html, said
    assert html.count("<details") == len(found["mistakes"]) + 1 == 21
    assert 'class="few"' in html


def test_several_classes_show_what_is_taken_for_what(pages):
    found, html = pages["three"]
    for said in ("What is taken for what", "Class by class", "Is it right when it is sure?", "macro F1"):
        assert said in html
    assert f"arts ({found['by_class'][0]['documents']})" in html and "Identity terms" not in html


def test_a_model_without_mistakes_and_one_key_still_has_a_page(tmp_path):
    key = worlds.tested(worlds.TWO, 1)[0]
    rows = [("p=0.9", "2", key), ("p=0.1", "0", key)]
    found = of_scorer(
        worlds.Written(worlds.card(worlds.TWO)), worlds.labels(worlds.TWO, rows), str(tmp_path / "p.html")
    )
    assert found["mistakes"] == [] and found["auc"] == {"value": 1.0, "low": None, "high": None, "keys": 1}
    html = (tmp_path / "p.html").read_text()
    elements(html)
    assert "too few keys: 1" in html and "1.000 (too few keys: 1)" in html
    assert "It cannot be said: the AUC is higher, but has no interval (too few keys: 1)." in html


def test_signs_and_shares_are_explained_where_they_are_first_met(pages):
    for name, few in (("two", "* fewer than 30 documents kept"), ("three", "* fewer than 30 documents")):
        html = pages[name][1]
        body = html[html.index("<h1>") :]
        assert few in body and body.index(few) < body.index('class="few"')
    two = pages["two"][1]
    assert "The share in brackets is of the documents judged here." in two and "may be more or fewer" not in two


def test_the_page_of_a_weighted_sample_is_of_the_corpus_throughout(tmp_path):
    keys = worlds.tested(worlds.TWO, 20)
    rows = [
        (f"p=0.{n % 7 + 1}", "2" if n % 3 == 0 else "0", keys[n % 20], {"weight": 1.0 + 8 * (n % 3 != 0)})
        for n in range(90)
    ]
    found = of_scorer(
        worlds.Written(worlds.card(worlds.TWO)), worlds.labels(worlds.TWO, rows), str(tmp_path / "p.html")
    )
    html = (tmp_path / "p.html").read_text()
    assert "at random 0.053, as in the corpus" in html and found["share_positive"] == pytest.approx(30 / 570, abs=1e-6)
    y, p = [answer == "2" for _, answer, *_ in rows], [float(text[2:]) for text, *_ in rows]
    weights = [more["weight"] for *_, more in rows]
    assert found["average_precision"] == pytest.approx(metrics.average_precision(y, p, weights), abs=1e-6)
    assert found["average_precision"] < 0.1
    assert "the best 10 % of the corpus may be more or fewer than 10 % of the documents judged here" in html


def test_uids_are_written_as_explain_takes_them(pages):
    found, html = pages["two"]
    row = found["mistakes"][0]
    assert re.fullmatch("[0-9a-f]{16}", row["uid"]) and f"uid {row['uid']};" in html
    assert int(row["uid"], 16) == 400  # the hostile one, the last of the labels


def test_charts_stay_inside_their_frame(pages):
    for name in ("two", "three"):
        for box, body in re.findall(r'<svg[^>]*viewBox="0 0 ([\d. ]+)"[^>]*>(.*?)</svg>', pages[name][1]):
            width, height = map(float, box.split())
            for x, w in re.findall(r'<rect[^>]* x="([-\d.]+)"[^>]*width="([\d.]+)"', body):
                assert float(x) >= 0 and float(x) + float(w) <= width + 0.1
            for x, y in re.findall(r'(?:cx|x1|<text x)="([-\d.]+)" (?:cy|y1|y)="([-\d.]+)"', body):
                assert 0 <= float(x) <= width and 0 <= float(y) <= height


def test_the_terminal_shows_the_first_figures(pages):
    two, three = ("\n".join(terminal.lines(pages[name][0])) for name in ("two", "three"))
    assert f"AUC                  {spread(pages['two'][0]['auc'])}" in two and "length alone" in two
    assert "identity terms       0.0% of 12 harmless sentences flagged; gap 0.0%; pinned gap 0.000" in two
    assert "always" in three and "macro F1" in three
