from curate import demo
from curate.demo.truth import Plant, Truth
from tests.corpus import made_run
from tests.corpus.made_run import url


def _row(tmp_path, *plants):
    corpus = made_run.write(tmp_path / "corpus")
    Truth(0, list(plants)).write(tmp_path)
    return demo.check(tmp_path, corpus)


def test_a_copy_is_found_when_not_both_are_kept_and_the_rule_is_named(tmp_path):
    found = _row(
        tmp_path,
        Plant("copy", "one", "web", (url(0, 4), url(0, 3))),
        Plant("copy", "one", "web", (url(0, 4), url(0, 5))),
    )
    (row,) = found
    assert (row.planted, row.found, row.missed) == (2, 1, (url(0, 5),))
    assert "near_duplicates: similar (1)" in row.how and "50.0%" in str(found)


def test_each_expectation_can_hold_and_fail(tmp_path):
    rows = _row(
        tmp_path,
        Plant("gone", "none", "web", (url(0, 2),)),
        Plant("not gone", "none", "web", (url(0, 4),)),
        Plant("line", "line", "web", text="never written"),
        Plant("line stays", "line", "web", text="last line"),
        Plant("apart", "both", "web", (url(0, 4), url(0, 5))),
        Plant("not apart", "both", "web", (url(0, 4), url(0, 3))),
        Plant("German", "language", "web", (url(0, 7),), text="de"),
        Plant("not German", "language", "web", (url(0, 6),), text="de"),
        Plant("math", "category", "web", (url(0, 6),), text="math"),
        Plant("not math", "category", "web", (url(0, 5),), text="math"),
        Plant("noise", "recorded", "web/noise.bin"),
        Plant("lost", "recorded", "web/lost.bin"),
        Plant("not cited", "not cited", "web", (url(0, 4),)),
        Plant("cited", "cited", "web", (url(0, 4),)),
    )
    assert [r.recall for r in rows] == [1.0, 0.0] * 7
