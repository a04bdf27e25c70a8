import dataclasses
import sqlite3
import subprocess
import sys

import pytest

from classifiers.annotate import database
from classifiers.annotate.journal import Journal, Key, Said
from curate.errors import RunStopped

KEY = Key("prompt", "model", "shown")


def test_an_answer_is_found_by_its_whole_key(tmp_path):
    journal = Journal(str(tmp_path / "j"))
    journal.put(KEY, Said("3", "since", 12))
    assert journal.get(KEY) == Said("3", "since", 12)
    for other in ({"prompt": "x"}, {"model": "x"}, {"shown": "x"}, {"time": 1}):
        assert journal.get(dataclasses.replace(KEY, **other)) is None


def test_the_first_answer_stands(tmp_path):
    mine, theirs = Journal(str(tmp_path / "j")), Journal(str(tmp_path / "j"))
    assert theirs.put(KEY, Said("3", "first", 1)).reason == "first"
    assert mine.put(KEY, Said("4", "second", 1)) == Said("3", "first", 1)


def test_an_answer_outlives_kill_9(tmp_path):
    path = str(tmp_path / "j")
    died = f"""
import os, signal
from classifiers.annotate.journal import Journal, Key, Said
Journal({path!r}).put(Key("prompt", "model", "shown"), Said("3", "since", 12))
os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", died]).returncode == -9
    assert Journal(path).get(KEY) == Said("3", "since", 12)


@pytest.mark.parametrize("prompt", ["prompt", "another"])
def test_only_what_got_no_answer_to_that_prompt_is_forgotten(tmp_path, prompt):
    journal = Journal(str(tmp_path / "j"))
    none = dataclasses.replace(KEY, shown="b")
    journal.put(KEY, Said("3", None))
    journal.put(none, Said(None, "three answers, none valid"))
    assert journal.forget_unjudged(prompt, "model") == (prompt == "prompt")
    assert journal.get(KEY) is not None
    assert (journal.get(none) is None) == (prompt == "prompt")


@pytest.mark.parametrize("code", [sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR | 3 << 8])
def test_a_full_disk_is_not_told_as_a_foreign_file(tmp_path, monkeypatch, code):
    def full(*_: object) -> None:
        why = sqlite3.OperationalError("disk I/O error")
        why.sqlite_errorcode = code
        raise why

    monkeypatch.setattr(database, "_made", full)
    with pytest.raises(RunStopped, match=r"cannot be written .* Make room; the same command continues"):
        Journal(str(tmp_path / "j"))
