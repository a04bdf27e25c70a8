"""What annotation leaves behind: labels.parquet, unjudged.parquet, and annotation.json with the books.

    labels/reasoning/
      labels.parquet     what was judged (schemas.LABELS)
      unjudged.parquet   the rest of the sample, with the reason
      annotation.json    sampled = judged + unjudged, what it cost, how far the judge agrees with itself and others
      answers.sqlite     every answer by content, unless --cache names another file
      spending.sqlite    every request with its bound or cost

Both tables hold what was sampled and answered, nothing of when or how often it was asked: the same answers are the same
bytes. annotation.json comes last, and goes first where a run begins anew, so a folder that has one is whole.
"""

from __future__ import annotations

import json
import os
import tempfile
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from classifiers import labels
from classifiers.annotate.journal import Said
from classifiers.rows import by_uid
from classifiers.task import Task
from curate.errors import BooksDoNotBalance, UserError
from curate.storage import exists, join, put, read_bytes, remove, write_bytes
from schemas.labels import LABELS

RECORD = "annotation.json"
UNJUDGED = "unjudged.parquet"
ANSWERS = "answers.sqlite"
SPENDING = "spending.sqlite"
_NOT_KNOWN = ("answer", "tokens")
UNJUDGED_SCHEMA = pa.schema([one for one in LABELS.schema if one.name not in _NOT_KNOWN])


def refuse_another_task(task: Task, out: str) -> None:
    """Labels of another task are nothing to write over."""
    path = join(out, RECORD)
    if not exists(path):
        return
    try:
        name = json.loads(read_bytes(path))["task"]
    except (ValueError, KeyError, TypeError):
        raise UserError(f"{path}: is no record of annotation; choose another folder for -o") from None
    if name != task.name:
        raise UserError(f"{out}: holds labels of task {name}, not {task.name}; choose another folder for -o")


def begin(folder: str) -> None:
    """From now on the folder is being made."""
    os.makedirs(folder, exist_ok=True)
    remove(join(folder, RECORD))


def tables(sample: pa.Table, said: list[Said], judge: str, prompt: str) -> tuple[pa.Table, pa.Table]:
    """(judged, unjudged) rows of the sample, `said` being what was said of each."""
    columns = {
        "answer": pa.array([one.answer for one in said], pa.string()),
        "judge": pa.array([judge] * len(said), pa.string()),
        "prompt": pa.array([prompt] * len(said), pa.string()),
        "reason": pa.array([one.reason for one in said], pa.string()),
        "tokens": pa.array([one.tokens for one in said], pa.int64()),
    }
    for name, column in columns.items():
        sample = sample.drop_columns([name]) if name in sample.column_names else sample
        sample = sample.append_column(name, column)
    judged = pc.is_valid(sample["answer"])
    rest = sample.filter(pc.invert(judged))
    return sample.filter(judged).select(LABELS.schema.names), rest.select(UNJUDGED_SCHEMA.names)


def write(judged: pa.Table, unjudged: pa.Table, sampled: int, folder: str) -> None:
    """Both tables; refused where a document of the sample is in neither."""
    if sampled != len(judged) + len(unjudged):
        raise BooksDoNotBalance(f"{folder}: {sampled} sampled, but {len(judged)} judged and {len(unjudged)} not")
    with tempfile.TemporaryDirectory() as scratch:
        part = os.path.join(scratch, UNJUDGED)
        ordered = by_uid(unjudged.cast(UNJUDGED_SCHEMA))
        pq.write_table(ordered, part, compression="zstd", compression_level=1)
        put(part, join(folder, UNJUDGED))
    labels.write(judged, folder)


def books(
    task: Task, corpus: str, seed: int, asked: dict[str, str], judged: pa.Table, unjudged: pa.Table
) -> dict[str, Any]:
    """What annotation.json says of any labels."""
    numbers = {"sampled": len(judged) + len(unjudged), "judged": len(judged), "unjudged": len(unjudged)}
    answers = _counted(judged["answer"])
    return {
        "task": task.name,
        "task_digest": task.digest,
        "corpus": corpus,
        "seed": seed,
        **asked,
        "books": {**numbers, "reasons": _counted(unjudged["reason"])},
        "answers": {answer: answers[answer] for answer in (*task.allowed, *task.names) if answer in answers},
    }


def record(content: dict[str, Any], folder: str) -> None:
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    write_bytes(f"{text}\n".encode(), join(folder, RECORD))


def _counted(column: pa.ChunkedArray) -> dict[str, int]:
    """Values with their number, the most frequent first."""
    counts = [(row["values"], row["counts"]) for row in column.value_counts().to_pylist()]
    return dict(sorted(counts, key=lambda pair: (-pair[1], pair[0])))
