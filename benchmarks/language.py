"""How fast languages are told, beside fastText's C++ library on the same openings: `python -m benchmarks.language`.

CPU seconds of one thread in one process, medians of five (the library: one pass), kernels loaded before. Documents are
those of benchmarks.peers: half real where the development data is at hand, half generated; beside them help pages and
declarations in 390 languages. Real texts have more distinct words, so both halves have rows; of whole documents, what
they would cost and how often they agree. The library is fastText's own code, called through its Python binding
(fasttext-numpy2), text by text, as its users do.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pyarrow as pa

from benchmarks import results
from benchmarks.generate import generate
from benchmarks.language_texts import declarations, help_pages
from benchmarks.near_duplicates import seconds
from benchmarks.peers_inputs import real
from benchmarks.rows import Row, table
from curate import language
from curate.kernels.fasttext import predict
from tests.oracles import plain_language

COMMAND = "python -m benchmarks.language"
REFERENCE = "fastText's C++ library"


def rows(data: Path, size: int) -> list[Row]:
    halves = {"real": real(data, size)}
    if halves["real"]:
        halves["multilingual"] = [page["text"] for page in help_pages(data)] + list(declarations(data).values())
    halves["generated"] = [text for batch in generate(size) for text in batch["text"].to_pylist()]
    return [row for name, texts in halves.items() if texts for row in _told(name, texts)]


def _told(name: str, texts: list[str]) -> list[Row]:
    array = pa.array(texts, pa.large_string())
    opened = sum(len(text[: plain_language.CHARS].encode()) for text in texts) / 1e6
    labels = language.identify(array)[0].to_pylist()
    plain: list[str] = []
    ours = seconds(lambda: language.identify(array))
    theirs = seconds(lambda: plain.extend(plain_language.language(text)[0] for text in texts), 1)
    differing = sum(a != b for a, b in zip(labels, plain, strict=False))
    names, model = language.model()
    whole = seconds(lambda: predict(model, array))
    agree = sum(names[int(k)].as_py() == label for k, label in zip(predict(model, array)[0], labels, strict=True))

    def row(what: str, value: float, unit: str, **more: Any) -> Row:
        return Row(f"language, {name}: {what}", value, unit, len(texts), command=COMMAND, **more)

    def cost(what: str, spent: float, **more: Any) -> Row:
        return row(what, _round(spent / len(texts) * 1e6), "us", **more)

    return [
        cost("a document, by its opening", ours, reference=REFERENCE, ratio=_round(theirs / ours)),
        row("times as fast as fastText", _round(theirs / ours), "x", reference=REFERENCE, bar=">= 3"),
        row("openings read", _round(opened / ours), "MB/s", reference=f"{REFERENCE}: {_round(opened / theirs)} MB/s"),
        row("labels that differ from fastText's", differing, "labels", bar="= 0"),
        cost("a whole document", whole, reference=f"{_round(array.nbytes / 1e6 / whole)} MB/s"),
        row("whole documents with another label than their opening", len(texts) - agree, "labels"),
    ]


def _round(value: float) -> float:
    return float(f"{value:.3g}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(".data"))
    parser.add_argument("--megabytes", type=float, default=4, help="of each half")
    options = parser.parse_args()
    found = rows(options.data, int(options.megabytes * 1e6))
    results.merge(found)
    print(table(found))


if __name__ == "__main__":
    main()
