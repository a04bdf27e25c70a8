"""The parts of a run, each alone on the same documents: CPU seconds a megabyte of text, median of three.

Two processes measure at once and their mean counts, as a run of two workers has both cores busy: what shares a cache
and a memory bus takes a third longer than what has them alone.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import generate, peers_ours
from curate import divergence, language, signals, tokenizer
from curate.dedup.bands import band_hashes, candidates, sketch_order
from curate.dedup.line_counts import count
from curate.dedup.line_edits import remove_lines
from curate.dedup.lines import line_hashes
from curate.dedup.repetition import repetition
from curate.dedup.sketches import sketch_texts
from curate.recipe import load, of_inputs
from curate.sources import find, read
from pipelines import families

NGRAM, VALUES, BANDS, MIN_CHARS, MIN_WORDS = 5, 112, 14, 10, 3
FIRST, SECOND = families.measured(load("default")), families.measured_again(load("default"))
ZSTD: Mapping[str, Any] = {"compression": "zstd", "compression_level": 1}
PACKED = {**ZSTD, "use_dictionary": False, "column_encoding": {"tokens.list.element": "BYTE_STREAM_SPLIT"}}
SHIPPED = {**PACKED, "compression_level": 3}
Part = tuple[str, float]  # "kernel" or "io", CPU seconds a MB


def seconds_a_megabyte(size: int) -> dict[str, Part]:
    """Of every part, on generated documents of `size` bytes."""
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        first, second = pool.map(_measured, [size, size])
    return {name: (kind, (cost + second[name][1]) / 2) for name, (kind, cost) in first.items()}


def _measured(size: int) -> dict[str, Part]:
    """Every part of the phases that touch text or its sketches; what a run does twice is named twice."""
    documents = pa.Table.from_batches(generate.generate(size))
    batches = peers_ours.cut(documents["text"])
    megabytes = sum(batch.nbytes for batch in batches) / 1e6
    encoder = tokenizer.load({"name": "cl100k"})
    encoded = [encoder.encode(batch) for batch in batches]
    packed = [pa.table({"text": texts, "tokens": _lists(*ids)}) for texts, ids in zip(batches, encoded, strict=True)]
    texts_only, tokens_only = ([table.select([name]) for table in packed] for name in ("text", "tokens"))
    folder = Path(tempfile.mkdtemp())
    generate.write(size, folder, file_size=size + 1)
    pieces, _ = find(of_inputs([str(folder)]))
    sketched = [sketch_texts(texts, NGRAM, VALUES, 1)[0] for texts in batches]
    hashed = [_lists(*line_hashes(texts, MIN_CHARS), "uint64") for texts in batches]
    facts = [
        signals.compute(texts).append_column("sketch", _binary(sketch)).append_column("lines", lines)
        for texts, sketch, lines in zip(texts_only, sketched, hashed, strict=True)
    ]

    def of(kind: str, work: Callable[[], object]) -> Part:
        return kind, peers_ours.seconds(work, 3) / megabytes

    def each(function: Callable[[pa.Array], object]) -> Callable[[], object]:
        return lambda: [function(batch) for batch in batches]

    stored, stored_tokens, stored_facts = _parquet(texts_only), _parquet(packed), _parquet(facts)
    bands = _bands(sketched)
    headers, records = (of("io", partial(_read, pieces, bodies)) for bodies in (False, True))
    shutil.rmtree(folder)
    read_text = of("io", lambda: pq.read_table(io.BytesIO(stored)))
    reference = divergence.reference(sum(divergence.histogram(ids, encoder.size) for ids, _ in encoded))
    return {
        "urls: read records": headers,
        "extract: read records": records,
        "extract: language": of("kernel", each(language.identify)),
        "extract: write text": of("io", lambda: hashlib.sha256(_parquet(texts_only)).digest()),
        "measure: read text": read_text,
        "measure: signals": of("kernel", lambda: [signals.compute(one, FIRST) for one in texts_only]),
        "measure: sketches": of("kernel", each(lambda texts: sketch_texts(texts, NGRAM, VALUES, 1))),
        "measure: line hashes": of("kernel", each(lambda texts: line_hashes(texts, MIN_CHARS))),
        "measure: repetition": of("kernel", each(lambda texts: repetition(texts, MIN_WORDS))),
        "measure: write facts": of("io", lambda: hashlib.sha256(_parquet(facts)).digest()),
        "near_duplicates: read sketches": of("io", lambda: pq.read_table(io.BytesIO(stored_facts), columns=["sketch"])),
        "near_duplicates: bands": of("kernel", lambda: _bands(sketched)),
        "near_duplicates: candidates": of("kernel", lambda: candidates(*bands, 64, 1000)),
        "frequent_lines: read and count": of("kernel", lambda: _counted(stored_facts)),
        "clean: read text": read_text,
        "clean: read facts": of("io", lambda: pq.read_table(io.BytesIO(stored_facts), columns=["lines"])),
        "clean: lines removed": of(
            "kernel", lambda: [_without_lines(*one) for one in zip(batches, hashed, strict=True)]
        ),
        "clean: tokens": of("kernel", each(encoder.encode)),
        "clean: signals again": of("kernel", lambda: [signals.compute(one, SECOND) for one in texts_only]),
        "clean: write text and tokens": of("io", lambda: hashlib.sha256(_parquet(packed, PACKED)).digest()),
        "score: read tokens": of("io", lambda: pq.read_table(io.BytesIO(stored_tokens), columns=["tokens"])),
        "score: divergence": of("kernel", lambda: [divergence.kl(*ids, reference) for ids in encoded]),
        "pack: read text and tokens": of("io", lambda: pq.read_table(io.BytesIO(stored_tokens))),
        "pack: write text": of("io", lambda: hashlib.sha256(_parquet(texts_only)).digest()),
        "pack: write tokens": of(
            "io", lambda: hashlib.sha256(_parquet(tokens_only, SHIPPED)).digest()
        ),
    }


def _bands(sketched: list[np.ndarray]) -> tuple[np.ndarray, ...]:
    """Keys, ids, order and a policy of none, of all documents in all bands."""
    sketches, rows = np.concatenate(sketched), VALUES // BANDS
    hashes = band_hashes(sketches, BANDS, rows)
    order = np.column_stack([sketch_order(sketches, rows, band) for band in range(BANDS)])
    ids = np.repeat(np.arange(len(hashes)), BANDS)
    return hashes.ravel(), ids, order.ravel(), np.empty((len(ids), 0), np.int64)


def _counted(stored: bytes) -> object:
    hashes = pq.read_table(io.BytesIO(stored), columns=["lines"])["lines"].combine_chunks().flatten()
    return count(np.asarray(hashes, np.uint64))


def _binary(sketch: np.ndarray) -> pa.Array:
    flat = pa.py_buffer(np.ascontiguousarray(sketch))
    return pa.Array.from_buffers(pa.binary(4 * VALUES), len(sketch), [None, flat])


def _without_lines(texts: pa.Array, hashed: pa.ListArray) -> object:
    hashes = hashed.flatten().to_numpy()
    return remove_lines(texts, hashes % np.uint64(20) == 0, hashed.offsets.to_numpy().astype(np.int64))


def _lists(ids: np.ndarray, offsets: np.ndarray, kind: str = "int32") -> pa.ListArray:
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), pa.array(ids, kind))


def _parquet(tables: list[Any], options: Mapping[str, Any] = ZSTD) -> bytes:
    made = io.BytesIO()
    with pq.ParquetWriter(made, tables[0].schema, **options) as file:
        for table in tables:
            file.write(table)
    return made.getvalue()


def _read(pieces: list[Any], bodies: bool) -> int:
    return sum(1 for piece in pieces for _ in read(piece, bodies=bodies))
