"""The parts of a run, each alone on the same documents: CPU seconds a megabyte of text, median of three."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from benchmarks import peers_ours
from curate import divergence, language, signals, tokenizer
from curate.dedup.line_edits import remove_lines
from curate.dedup.lines import line_hashes
from curate.dedup.repetition import repetition
from curate.dedup.sketches import sketch_texts

NGRAM, VALUES, MIN_CHARS, MIN_WORDS = 5, 112, 10, 3
SECOND = ["code", "gopher", "math"]  # families that `clean` measures again under the default recipe
Part = tuple[str, float]  # "kernel" or "io", CPU seconds a MB


def seconds_a_megabyte(documents: pa.Table) -> dict[str, Part]:
    """Every part of the phases that touch text; what a run does twice is named twice."""
    batches = peers_ours.cut(documents["text"])
    megabytes = sum(batch.nbytes for batch in batches) / 1e6
    encoder = tokenizer.load({"name": "cl100k"})
    encoded = [encoder.encode(batch) for batch in batches]
    packed = [pa.table({"text": texts, "tokens": _lists(*ids)}) for texts, ids in zip(batches, encoded, strict=True)]
    texts_only = [pa.table({"text": texts}) for texts in batches]
    line = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in documents.to_pylist()).encode()
    jsonl = zstandard.ZstdCompressor(level=1).compress(line)

    def of(kind: str, work: Callable[[], object]) -> Part:
        return kind, peers_ours.seconds(work, 3) / megabytes

    def each(function: Callable[[pa.Array], object]) -> Callable[[], object]:
        return lambda: [function(batch) for batch in batches]

    stored, stored_tokens = _parquet(texts_only), _parquet(packed)
    reading = of("io", lambda: [json.loads(row) for row in _unpacked(jsonl)])
    read_text = of("io", lambda: pq.read_table(io.BytesIO(stored)))
    reference = divergence.reference(sum(divergence.histogram(ids, encoder.size) for ids, _ in encoded))
    return {
        "urls: read JSONL": reading,
        "extract: read JSONL": reading,
        "extract: language": of("kernel", each(language.identify)),
        "extract: write text": of("io", lambda: hashlib.sha256(_parquet(texts_only)).digest()),
        "measure: read text": read_text,
        "measure: signals": of("kernel", lambda: [signals.compute(one) for one in texts_only]),
        "measure: sketches": of("kernel", each(lambda texts: sketch_texts(texts, NGRAM, VALUES, 1))),
        "measure: line hashes": of("kernel", each(lambda texts: line_hashes(texts, MIN_CHARS))),
        "measure: repetition": of("kernel", each(lambda texts: repetition(texts, MIN_WORDS))),
        "clean: read text": read_text,
        "clean: lines removed": of("kernel", each(_without_lines)),
        "clean: tokens": of("kernel", each(encoder.encode)),
        "clean: signals again": of("kernel", lambda: [signals.compute(one, SECOND) for one in texts_only]),
        "clean: write text and tokens": of("io", lambda: hashlib.sha256(_parquet(packed)).digest()),
        "score: read tokens": of("io", lambda: pq.read_table(io.BytesIO(stored_tokens), columns=["tokens"])),
        "score: divergence": of("kernel", lambda: [divergence.kl(*ids, reference) for ids in encoded]),
        "pack: read text and tokens": of("io", lambda: pq.read_table(io.BytesIO(stored_tokens))),
        "pack: write text and tokens": of("io", lambda: hashlib.sha256(_parquet(packed)).digest()),
    }


def _without_lines(texts: pa.Array) -> object:
    hashes, offsets = line_hashes(texts, MIN_CHARS)
    return remove_lines(texts, hashes % np.uint64(20) == 0, offsets)


def _lists(ids: np.ndarray, offsets: np.ndarray) -> pa.ListArray:
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), pa.array(ids, pa.int32()))


def _parquet(tables: list[pa.Table]) -> bytes:
    made = io.BytesIO()
    with pq.ParquetWriter(made, tables[0].schema, compression="zstd", compression_level=1) as file:
        for table in tables:
            file.write_table(table)
    return made.getvalue()


def _unpacked(content: bytes) -> io.BytesIO:
    with zstandard.ZstdDecompressor().stream_reader(content) as stream:
        return io.BytesIO(stream.read())
