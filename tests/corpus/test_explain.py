import dataclasses
import shutil

import pytest

import curate
from tests.corpus import made_run
from tests.corpus.made_run import id_of, uid_of, url


@pytest.fixture
def corpus(run_folder):
    return curate.open(run_folder)


@pytest.mark.parametrize("what", [uid_of(1, 5), str(uid_of(1, 5)), f"{uid_of(1, 5):016x}", id_of(1, 5), url(1, 5)])
def test_a_document_is_found_by_uid_id_and_url(corpus, what):
    (said,) = corpus.explain(what)
    assert said.id == id_of(1, 5) and said.uid == uid_of(1, 5) and said.fate == "kept"


def test_a_kept_document_tells_its_lost_lines_category_and_places(corpus):
    (said,) = corpus.explain(url(2, 5))
    assert said.lost_lines == ["All rights reserved by the footer."]
    assert said.category == "general" and said.tokens == 3 and said.repeats == 1
    (place,) = said.places
    assert place.start == 4 and place.row == 0 and place.file.endswith("category=general/part-00002.parquet")


def test_a_repeated_document_has_a_place_for_each_copy(corpus):
    (said,) = corpus.explain(url(0, 7))
    assert said.repeats == 2 and [p.start for p in said.places] == [8, 12]


def test_a_removed_document_tells_rule_value_threshold_and_what_the_other_rules_said(corpus):
    (said,) = corpus.explain(url(0, 2))
    assert said.fate == f"removed in filter by {made_run.RULE}"
    assert said.signals["gopher.words"] == 10 and said.places == [] and said.category is None
    assert [(name, value, passed) for name, value, _, passed in said.rules] == [("gopher.words < 50", 10, False)]


def test_a_near_duplicate_names_its_keeper_and_how_similar_it_is(corpus):
    (said,) = corpus.explain(url(1, 3))
    uid = corpus.explain(url(1, 4))[0].uid
    told = {"id": id_of(1, 4), "corpus": None, "uid": uid, "url": url(1, 4), "similarity": 0.875, "why": None}
    assert said.keeper == told
    assert url(1, 4) in str(said) and "0.875" in str(said) and "older corpus" not in str(said)


@pytest.mark.parametrize(
    ("keep", "why"),
    [
        ("[trust, gopher.words]", "gopher.words: 54 before 53"),
        ("[trust, {signal: gopher.mean_word_length, prefer: lowest}, newest]", "newest: 2026-01-04 00:00:00+00:00"),
        ("[trust]", "its place in the input"),
    ],
)
def test_a_near_duplicate_tells_by_which_part_of_the_policy_its_keeper_stays(run_folder, tmp_path, keep, why):
    folder = shutil.copytree(run_folder, tmp_path / "copy")
    with open(folder / "recipe.yaml", "a") as recipe:
        recipe.write(f"near_duplicates: {{keep: {keep}}}\n")
    (said,) = curate.open(folder).explain(url(1, 3))
    assert said.keeper["why"].startswith(why) and f"stays by {why}" in str(said)


def test_a_record_that_was_never_extracted_is_found_by_its_url_and_names_its_keeper(corpus):
    (said,) = corpus.explain(url(2, 0))
    assert said.fate == f"removed in urls by {made_run.URLS}" and said.document["url"] == url(2, 0)
    assert said.keeper["url"] == url(2, 4)


def test_a_file_of_unknown_kind_is_found_by_its_name(corpus):
    (said,) = corpus.explain("noise.bin")
    assert said.id is None and "unknown kind" in said.fate


def test_a_path_lists_all_of_its_records_in_order(corpus):
    said = corpus.explain("web/1.warc.gz")
    assert [e.id for e in said] == [id_of(1, r) for r in range(8)]
    assert said[0].fate == f"removed in urls by {made_run.URLS}" and said[0].document["record_offset"] == 0
    assert said[1].fate == "no text: empty" and str(said).startswith("8 records")


@pytest.mark.parametrize("typed", ["/crawl/other/1.warc.gz", "/crawl/web/1.warc.gz", "web/1.warc.gz", "1.warc.gz"])
def test_a_file_is_found_as_the_user_typed_it(corpus, typed, monkeypatch):
    assert len(corpus.explain(typed)) == 8


def test_a_relative_path_starts_where_the_user_is(corpus, monkeypatch):
    monkeypatch.setattr("os.getcwd", lambda: "/crawl")
    assert len(corpus.explain("other/../other/2.warc.gz")) == 8
    assert corpus.explain("web/noise.bin")[0].fate.startswith("removed in shards")


def test_without_work_a_removed_record_is_still_found_by_path_and_url(run_folder, tmp_path):
    shutil.copytree(run_folder, tmp_path / "cleaned", ignore=shutil.ignore_patterns("work"))
    corpus = curate.open(tmp_path / "cleaned")
    for what in ("/crawl/web/1.warc.gz", url(1, 0)):
        (said,) = corpus.explain(what)
        assert said.document["path"] == "web/1.warc.gz" and said.document["url"] == url(1, 0)
    assert not corpus.explain("https://host1.example.org/44")


def test_a_line_that_does_not_fit_says_how_long_it_is(corpus):
    (said,) = corpus.explain(url(1, 5))
    long = dataclasses.replace(said, document={**said.document, "url": "https://example.org/" + "a" * 1_000_000})
    assert "aa … (1,000,037 characters)" in long.render()


def test_a_url_of_a_million_characters_that_is_not_there_is_answered_at_once(corpus):
    assert len(str(corpus.explain("https://example.org/" + "a" * 1_000_000))) < 600


def test_what_is_not_there_gets_one_sentence_with_the_nearest_urls(corpus):
    said = corpus.explain("https://host1.example.org/44")
    assert not said and url(1, 4) in str(said) and "\n" not in str(said)


def test_rendered_text_cannot_move_the_cursor_or_turn_the_line_around(corpus):
    (said,) = corpus.explain(url(0, 4))
    assert "[U+001B]" in said.render() and "\x1b" not in said.render() and "\u202e" not in said.render()


@pytest.mark.parametrize(("asked", "records"), [("web/1.warc.gz/src/5.py", 1), ("src/5.py", 3), ("5.py", 3)])
def test_a_document_in_an_archive_is_found_by_its_member(run_folder, tmp_path, asked, records):
    said = curate.open(made_run.without_urls(run_folder, tmp_path / "run")).explain(asked)
    assert len(said) == records and all(e.document["member"] == "src/5.py" for e in said)
    assert "member         src/5.py" in str(said)


def test_a_keeper_in_an_archive_and_shown_documents_are_named_by_member(run_folder, tmp_path):
    corpus = curate.open(made_run.without_urls(run_folder, tmp_path / "run"))
    assert corpus.explain(id_of(0, 3))[0].keeper["url"] == "web/0.warc.gz/src/4.py"
    assert all(e.where.endswith(".py") for e in corpus.show(n=3))


def test_of_an_archive_the_first_records_are_explained_and_all_are_counted(corpus, monkeypatch):
    monkeypatch.setattr("curate.corpus.explain.MOST", 3)
    said = corpus.explain("web/1.warc.gz")
    assert [e.id for e in said] == [id_of(1, r) for r in range(3)] and said.records == 8
    assert str(said).startswith("8 records, of which the first 3:")
