"""kill -9 in the middle of annotation, against a judge that fails one request in five: the issue's bar."""

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from classifiers.annotate.asking import NO_BUDGET
from classifiers.annotate.budget import OPEN
from classifiers.judge import Judge, Manners
from tests.classifiers.annotate.judging import answer_of, run, sample, truth

ROOT = Path(__file__).parents[3]
CONCURRENCY = 8


def kill_after(judge: Judge, requests: int, sampled: Path, out: Path, settings: dict) -> None:
    """Annotation in a process of its own, killed once the judge has seen so many requests in all."""
    module = "tests.classifiers.annotate.judging"
    command = [sys.executable, "-m", module, str(sampled), str(out), judge.url, json.dumps(settings)]
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    while judge.counts.requests < requests and process.poll() is None:
        time.sleep(0.002)
    assert process.poll() is None, "it was over before it could be killed"
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -9


def annotated_through_kills(folder: Path, documents: int, kills: list[int], budget: int, **manners):
    """(what the last run says, the judge's counts, by uid: how often it is in labels or unjudged)"""
    sampled, out = folder / "sample.parquet", folder / "out"
    pq.write_table(sample(documents), sampled)
    settings = {"concurrency": CONCURRENCY, "budget_tokens": budget}
    manners = {"faults": 0.2, "delay": 0.02, "retry_after": 0.02, "seed": 7, **manners}
    with Judge(truth(documents), Manners(**manners)) as judge:
        for requests in kills:
            kill_after(judge, requests, sampled, out, settings)
        done = run(pq.read_table(sampled), out, judge.url, **settings)
    there = [pq.read_table(out / name)["uid"].to_pylist() for name in ("labels.parquet", "unjudged.parquet")]
    return done, judge.counts, Counter(there[0] + there[1])


def holds(folder: Path, documents: int, kills: list[int], budget: int):
    done, counts, times = annotated_through_kills(folder, documents, kills, budget)
    assert times == {uid: 1 for uid in sample(documents)["uid"].to_pylist()}
    assert counts.tokens <= done.spent.tokens <= budget
    lost = done.record["spent"]["requests"].get(OPEN, 0)
    assert lost <= CONCURRENCY * len(kills)
    duplicates = sum(counts.answered.values()) - len(counts.answered)
    assert duplicates <= lost  # only what was in flight is asked twice
    rows = pq.read_table(folder / "out" / "labels.parquet").to_pylist()
    assert [row["answer"] for row in rows] == [answer_of((row["uid"] - 1) // 3) for row in rows]
    return done, counts, duplicates


def test_killed_in_the_middle_the_files_are_those_of_a_run_that_was_not(tmp_path):
    faults = {"kinds": ("too_many", "server_error", "dropped", "cut", "no_json")}  # none that changes a prompt
    for name, kills in (("killed", [60]), ("whole", [])):
        (tmp_path / name).mkdir()
        annotated_through_kills(tmp_path / name, 100, kills, 10**6, **faults)
    for file in ("labels.parquet", "unjudged.parquet"):
        assert (tmp_path / "killed/out" / file).read_bytes() == (tmp_path / "whole/out" / file).read_bytes()


def test_killed_twice_each_document_is_judged_once_and_the_budget_is_kept(tmp_path):
    done, counts, _ = holds(tmp_path, 120, [40, 100], 300_000)
    assert done.judged == 120 and counts.faults.total() > 10


def test_killed_with_a_budget_that_ends_each_document_is_in_the_books_once(tmp_path):
    done, _, _ = holds(tmp_path, 120, [40], 40_000)
    assert 20 < done.judged < 120 and set(done.reasons) == {NO_BUDGET}


@pytest.mark.nightly
@pytest.mark.parametrize("budget", [2_000_000, 900_000])
def test_two_thousand_documents_with_a_kill_in_the_middle(tmp_path, budget):
    done, counts, duplicates = holds(tmp_path, 2000, [1200], budget)
    print(json.dumps({"budget": budget, "duplicates": duplicates, "judge": counts.plain(), "folder": done.record}))
    assert (done.judged == 2000) == (budget == 2_000_000)
