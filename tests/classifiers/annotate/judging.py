"""Documents with a known answer, and annotation of them against the stand-in, here or in a process of its own.

python -m tests.classifiers.annotate.judging SAMPLE.parquet OUT URL SETTINGS.json
"""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from classifiers.annotate.annotate import Annotation, Settings, judged
from classifiers.annotate.endpoint import Endpoint
from classifiers.annotate.patience import Patience
from classifiers.annotate.sample import SAMPLE
from classifiers.judge.answers import mark_of
from classifiers.task import Task

TASK = Task(
    name="cooking",
    question="How useful is this page to someone who wants to learn to cook?",
    scale={0: "nothing about cooking", 1: "mentions food", 2: "a recipe", 3: "a recipe that explains why"},
    positive="2",
    agreement=0.6,
)
WORDS = ("fold", "whites", "gently", "until", "air", "stays", "inside", "dough", "rests", "before", "oven", "pan")
QUICK = Patience(backoff=0.01, longest_backoff=0.05)


def text_of(i: int) -> str:
    draw = np.random.Generator(np.random.PCG64(i))
    return f"Page {i}. " + " ".join(draw.choice(WORDS, 40 + i % 50))


def answer_of(i: int) -> str:
    return str(i * 7 % 4)


def sample(documents: int, repeated: int = 0) -> pa.Table:
    """Rows of SAMPLE; the last `repeated` have the texts of the first."""
    rows = []
    for i in range(documents):
        text = text_of(i if i < documents - repeated else i - (documents - repeated))
        web = {"key": f"h{i % 23}.org", "url": f"https://h{i % 23}.org/{i}", "host": f"h{i % 23}.org"}
        of = {"uid": i * 3 + 1, "text": text, "language": "en", "group": "web", "stratum": "en 1", "weight": 2.0}
        rows.append({**of, **web})
    return pa.Table.from_pylist(rows, schema=SAMPLE)


def truth(documents: int) -> dict[str, str]:
    return {mark_of(text_of(i)): answer_of(i) for i in range(documents)}


def run(
    drawn: pa.Table, out: str, url: str, model: str = "judge", key: str | None = None, **settings: Any
) -> Annotation:
    """Annotation with little patience, and no agreement unless `settings` asks for it."""
    stated = {"agreement": 0, "patience": QUICK, **settings}
    endpoint = Endpoint(url, model, key, timeout=stated.pop("timeout", 10.0), max_tokens=stated.pop("max_tokens", 60))
    return judged(TASK, drawn, "corpus", str(out), endpoint, Settings(**stated))


def main() -> None:
    sampled, out, url, settings = sys.argv[1:]
    run(pq.read_table(sampled), out, url, **json.loads(settings))


if __name__ == "__main__":
    main()
