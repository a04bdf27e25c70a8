"""Real dumps: a floor of what `python -m benchmarks.evaluate wikipedia` measures."""

from pathlib import Path

import pytest

from benchmarks.evaluate_wikipedia import HEAD, counted, records
from curate.extract.extract import extract
from curate.recipe.sections import Extract
from curate.sources import recognise
from curate.sources.kinds import read_head

LANGUAGES = "bg ca cs da de en es fr hr hu it nl pl pt ro ru sl sr sv uk"  # those of Llama 1


def texts(dump: Path):
    return [extract(record, Extract()) for record in records(dump)]


def test_no_line_of_the_english_head_has_markup_left(data):
    lines, residue = map(sum, zip(*(counted(one.text) for one in texts(data / "wikipedia" / HEAD)), strict=True))
    assert lines > 10_000
    assert residue <= lines * 0.005


@pytest.mark.parametrize("name", ["aawiki*.7z", "enwiki-table*", "ltgwiki*"])
def test_other_dumps_are_read_to_their_ends(data, name):
    (dump,) = (data / "wikipedia").glob(name)
    found = texts(dump)
    assert {one.status for one in found} <= {"ok", "empty", "namespace", "redirect"}
    assert sum(counted(one.text)[1] for one in found) == 0


def test_articles_of_every_language_have_text_and_no_markup(data):
    folder = data / "wikipedia" / "minidumps"
    empty = []
    for dump in sorted(folder.iterdir()):
        with dump.open("rb") as stream:
            assert recognise(str(dump), read_head(stream)) == "wikipedia"
        found = texts(dump)
        assert sum(counted(one.text)[1] for one in found) == 0, dump.name
        empty += [] if any(one.text for one in found) else [dump.name.partition("wiki")[0]]
    assert not set(empty) & (set(LANGUAGES.split()) - {"cs"})  # that page tells meanings apart
    assert len(empty) <= 8
