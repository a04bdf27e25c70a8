"""Two small corpora and held-out text for them, as `curate.holdout.write` lays it out; a vocabulary of bytes."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.trainer import made_corpus

LENGTH = 64
WORDS = ("alpha beta gamma delta", "one two three four five", "def f x return y")


def prose(draw: random.Random, kind: int, words: int) -> list[int]:
    return list(" ".join(draw.choice(WORDS[kind].split()) for _ in range(words)).encode())[: LENGTH // 2 - 1]


def corpus(folder: Path, seed: int, kinds: dict[str, int], rows: int = 24, noise: float = 0.0) -> Path:
    """Rows of two documents a category; of `noise` documents the bytes are drawn at random."""
    draw = random.Random(seed)

    def document(kind: int) -> list[int]:
        if draw.random() < noise:
            return [draw.randrange(97, 123) for _ in range(LENGTH // 2 - 1)]
        return prose(draw, kind, 12)

    tables = {name: [[document(kind), document(kind)] for _ in range(rows)] for name, kind in kinds.items()}
    return made_corpus.write(folder, tables, LENGTH)


def held_out(folder: Path, kinds: dict[str, int], documents: int = 6) -> Path:
    """So many documents a category; every third one the rules of `clean` would have removed."""
    draw, number, rows, about = random.Random(99), 0, {}, []
    for name, kind in sorted(kinds.items()):
        texts = [prose(draw, kind, 12) for _ in range(documents)]
        rows[name] = [texts[at : at + 2] for at in range(0, documents, 2)]
        for text in texts:
            said = {"id": number, "uid": number, "key": f"host{number}", "category": name, "bytes": len(text)}
            about.append({**said, "text": bytes(text).decode(), "kept by clean": number % 3 > 0})
            number += 1
    made_corpus.write(folder, rows, LENGTH)
    pq.write_table(pa.Table.from_pylist(about), folder / "documents.parquet")
    return folder
