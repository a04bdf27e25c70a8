"""Realistic documents of any size, the same bytes for the same seed: for sizes past what real data is at hand.

    python -m benchmarks.generate 1G out/ [--kind jsonl|parquet|warc] [--seed 0] [--file 64M]

Sizes are of text. Files are written one after the other, a few MB of text in memory at a time. 20 MB and more a CPU
second as JSONL or Parquet; WARC is slower, since gzip is. The same bytes need the same NumPy and the same compressor.
Hosts follow Zipf's law; one URL in fifty was captured before; dates run over two years.

What it is not: language. Word order is chance and there are no facts, so compression ratios, perplexities and language
identification mean little on it; lengths, word frequencies, lines, repetition and copies are what it is made for.
"""

from __future__ import annotations

import argparse
import html
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from benchmarks.generate_documents import Documents
from benchmarks.generate_words import zipf_table
from curate.recipe.quantities import size as size_of

BATCH_PIECES = 600_000  # about 4 MB of text
HOSTS = 20_000
FROM, DAYS = 1_700_000_000, 730
SCHEMA = pa.schema([("url", pa.string()), ("date", pa.string()), ("text", pa.large_string())])


def generate(size: int, seed: int = 0) -> Iterator[pa.RecordBatch]:
    """Batches of (url, date, text) until `size` bytes of text are there."""
    documents = Documents(seed)
    hosts = zipf_table(HOSTS, 1 << 18, 0.9)
    random = np.random.default_rng([seed, 3])
    made = number = 0
    while made < size:
        taken: list[np.ndarray] = []
        rows: list[tuple[str, str]] = []
        pieces = 0
        while pieces < BATCH_PIECES:
            draw, again, day = random.random(3)
            host = int(hosts[int(draw * len(hosts))])
            page = int(again * 50 * number) if again < 0.02 else number
            taken.append(documents.next_one(host))
            rows.append((f"https://www.site{host}.example/{host % 7}/page-{page}.html", _date(day)))
            pieces, number = pieces + len(taken[-1]), number + 1
        texts = documents.pieces.texts(np.concatenate(taken), np.array([len(one) for one in taken]))
        batch = pa.RecordBatch.from_arrays([*map(pa.array, zip(*rows, strict=True)), texts], schema=SCHEMA)
        batch = batch.slice(0, _documents_within(texts, size - made))
        made += text_bytes(batch)
        yield batch


def text_bytes(batch: pa.RecordBatch) -> int:
    """UTF-8 bytes of its texts."""
    offsets = np.frombuffer(batch["text"].buffers()[1], np.int64)
    return int(offsets[batch["text"].offset + batch.num_rows] - offsets[batch["text"].offset])


def write(size: int, folder: Path, kind: str = "jsonl", seed: int = 0, file_size: int = 64_000_000) -> list[Path]:
    """Files of about `file_size` bytes of text each."""
    folder.mkdir(parents=True, exist_ok=True)
    suffix, writer = WRITERS[kind]
    paths: list[Path] = []
    held: list[pa.RecordBatch] = []
    for batch in generate(size, seed):
        held.append(batch)
        if sum(map(text_bytes, held)) >= file_size:
            paths.append(_write_one(folder, len(paths), suffix, writer, held))
            held = []
    return [*paths, _write_one(folder, len(paths), suffix, writer, held)] if held else paths


def _documents_within(texts: pa.LargeStringArray, size: int) -> int:
    ends = np.frombuffer(texts.buffers()[1], np.int64)[1 : len(texts) + 1]
    return min(len(texts), int(np.searchsorted(ends, size)) + 1)


def _date(share: float) -> str:
    return datetime.fromtimestamp(FROM + int(share * DAYS * 86_400), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _write_one(folder: Path, number: int, suffix: str, writer: Callable, batches: list[pa.RecordBatch]) -> Path:
    path = folder / f"generated-{number:04d}{suffix}"
    writer(path, batches)
    return path


def _jsonl(path: Path, batches: list[pa.RecordBatch]) -> None:
    import zstandard

    with open(path, "wb") as file, zstandard.ZstdCompressor(level=1).stream_writer(file) as packed:
        for batch in batches:
            lines = [json.dumps(row, ensure_ascii=False) for row in batch.to_pylist()]
            packed.write("".join(f"{line}\n" for line in lines).encode())


def _parquet(path: Path, batches: list[pa.RecordBatch]) -> None:
    import pyarrow.parquet as pq

    with pq.ParquetWriter(path, SCHEMA, compression="zstd", compression_level=1) as file:
        for batch in batches:
            file.write_batch(batch)


def _warc(path: Path, batches: list[pa.RecordBatch]) -> None:
    from curate.demo.warc import Page, record, warcinfo

    with open(path, "wb") as file:
        file.write(warcinfo())
        for row in (row for batch in batches for row in batch.to_pylist()):
            lines = "".join(f"<p>{html.escape(line)}</p>\n" for line in row["text"].split("\n") if line)
            page = f'<!doctype html><html lang="en"><head><title>{row["url"]}</title></head><body>{lines}</body></html>'
            file.write(record(Page(row["url"], page.encode(), row["date"])))


WRITERS = {"jsonl": (".jsonl.zst", _jsonl), "parquet": (".parquet", _parquet), "warc": (".warc.gz", _warc)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("size", type=size_of)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kind", choices=sorted(WRITERS), default="jsonl")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--file", type=size_of, default=64_000_000, help="bytes of text a file")
    options = parser.parse_args()
    paths = write(options.size, options.folder, options.kind, options.seed, options.file)
    print(f"{len(paths)} files, {sum(path.stat().st_size for path in paths) / 1e6:,.1f} MB, in {options.folder}")


if __name__ == "__main__":
    main()
