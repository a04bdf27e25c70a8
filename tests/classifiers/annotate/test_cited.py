from collections import Counter

import pyarrow as pa
import pytest

from classifiers.annotate.cited import cited
from classifiers.task import Sampling, load
from curate.errors import UserError
from schemas import LABELS, check
from tests.classifiers.annotate.made_corpus import Doc, write

TASK = load("cited")


def pages(language: str, linked: int, others: int) -> list[Doc]:
    host = f"{language}.example"
    good = [Doc(f"Good {n}", f"http://www.{host}/good/{n}/", language) for n in range(linked)]
    return good + [Doc(f"Other {n}", f"https://{host}/other/{n}", language) for n in range(others)]


def article(*links: str) -> Doc:
    return Doc("An article", "https://en.wikipedia.org/wiki/X", "en", "reference", "wikipedia", links=links)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    links = [f"https://{lang}.example/good/{n}?utm_source=w#top" for lang in ("en", "de", "fr") for n in range(30)]
    shards = [
        pages("en", 20, 60),
        pages("de", 8, 5) + pages("nl", 0, 30),
        [*pages("fr", 5, 0), Doc("Mirror", "https://de.wikipedia.org/wiki/Y", "de"), Doc("No address", None, "en")],
        [article(*links, "https://en.wikipedia.org/wiki/Y", "https://de.wikipedia.org/wiki/Y")],
    ]
    return str(write(tmp_path_factory.mktemp("cited") / "corpus", shards))


def test_what_an_article_links_is_cited_however_the_address_is_written(corpus):
    table = cited(corpus, TASK, 1000, 0)
    assert check(table.schema, LABELS) == []
    assert table["uid"].to_pylist() == sorted(table["uid"].to_pylist())
    for row in table.to_pylist():
        assert row["answer"] == ("cited" if "/good/" in (row["url"] or "") else "random")
        assert (row["judge"], row["prompt"], row["tokens"]) == ("links", None, 0)
        assert row["key"] == row["host"] or row["url"] is None


def test_both_sides_are_alike_in_number_in_every_language(corpus):
    table = cited(corpus, TASK, 1000, 0)
    counts = Counter(zip(table["language"].to_pylist(), table["answer"].to_pylist(), strict=True))
    assert counts == {(lang, side): n for lang, n in (("en", 20), ("de", 5)) for side in ("cited", "random")}


def test_fewer_are_drawn_on_request_still_balanced(corpus):
    table = cited(corpus, TASK, 12, 0)
    counts = Counter(zip(table["language"].to_pylist(), table["answer"].to_pylist(), strict=True))
    assert len(table) == 12
    assert all(counts[lang, "cited"] == counts[lang, "random"] >= 1 for lang in ("en", "de"))
    assert cited(corpus, TASK, 12, 0).equals(table)
    assert not cited(corpus, TASK, 12, 1).equals(table)


def test_wikipedias_own_pages_are_on_neither_side(corpus):
    assert not any("wikipedia" in (url or "") for url in cited(corpus, TASK, 1000, 0)["url"].to_pylist())


def test_each_side_stands_for_its_own_part_of_the_corpus(corpus):
    table = cited(corpus, TASK, 1000, 0).to_pylist()
    stood = {
        (lang, side): sum(row["weight"] for row in table if (row["language"], row["answer"]) == (lang, side))
        for lang, side in (("en", "cited"), ("en", "random"), ("de", "cited"), ("de", "random"))
    }
    assert stood["en", "cited"] == pytest.approx(20)
    assert stood["en", "random"] == pytest.approx(61)  # with the page that has no address
    assert stood["de", "cited"] == pytest.approx(8)
    assert stood["de", "random"] == pytest.approx(5)


def test_by_host_every_page_of_a_linked_host_is_cited(tmp_path):
    shards = [
        pages("en", 3, 9),
        [Doc(f"{n}", f"https://else{n}.example/", "en") for n in range(9)],
        [article("http://en.example/x")],
    ]
    table = cited(str(write(tmp_path / "corpus", shards)), TASK, 1000, 0, by="host")
    assert {(row["host"] == "en.example", row["answer"]) for row in table.to_pylist()} == {
        (True, "cited"),
        (False, "random"),
    }
    assert Counter(table["answer"].to_pylist()) == {"cited": 9, "random": 9}


def test_a_host_gives_no_more_than_its_share_to_either_side(tmp_path):
    links = [f"https://a{n}.example/good/{k}" for n in range(6) for k in range(40)]
    shard = [
        Doc(f"{n} {k} {kind}", f"https://a{n}.example/{kind}/{k}")
        for n in range(6)
        for k in range(9)
        for kind in ("good", "bad")
    ]
    task = TASK.model_copy(update={"sampling": Sampling(strata=["language"], per_host=3)})
    table = cited(str(write(tmp_path / "corpus", [shard, [article(*links)]])), task, 24, 0)
    counts = Counter(zip(table["host"].to_pylist(), table["answer"].to_pylist(), strict=True))
    assert len(table) == 24
    assert max(counts.values()) <= 3


def test_a_corpus_without_links_says_how_to_get_some(tmp_path):
    folder = str(write(tmp_path / "corpus", [pages("en", 2, 2)]))
    with pytest.raises(UserError, match=r"no page of Wikipedia in it links anything.*Add a dump \(enwiki"):
        cited(folder, TASK, 10, 0)


def test_links_that_lead_nowhere_in_the_corpus_are_told(tmp_path):
    folder = str(write(tmp_path / "corpus", [pages("en", 0, 2), [article("https://far.example/")]]))
    with pytest.raises(UserError, match="none of the 1 urls that Wikipedia links is in it; annotate with --by host"):
        cited(folder, TASK, 10, 0)
    with pytest.raises(UserError, match="none of the 1 hosts"):
        cited(folder, TASK, 10, 0, by="host")


def test_a_task_that_asks_a_model_has_no_labels_of_links(corpus):
    with pytest.raises(UserError, match="task quality: links tell"):
        cited(corpus, load("quality"), 10, 0)


def test_texts_are_those_of_their_rows(corpus):
    table = cited(corpus, TASK, 1000, 0)
    for row in table.select(["url", "text"]).to_pylist():
        if row["url"]:
            kind, n = row["url"].rstrip("/").split("/")[-2:]
            assert row["text"] == f"{kind.title()} {n} (clean)"
    assert table.schema.field("text").type == pa.string()
