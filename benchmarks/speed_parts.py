"""Parts beside what is commonly used for them: MB a CPU second of one thread, warm, on the same texts in one run.

Medians of five for ours and for quick references; slow references see the first documents only. The files of the same
names say more, each about its own: signals, lines, near_duplicates, tokenizer, divergence.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pyarrow as pa

from benchmarks.near_duplicates import NGRAM, VALUES, prose, seconds
from benchmarks.rows import Row
from curate import charset, divergence, signals, tokenizer
from curate.dedup import lines, urls
from curate.dedup.fast_similarity import fast_similarity
from curate.dedup.shingles import text_shingles
from curate.dedup.sketches import sketch_texts, sketches
from curate.kernels import warm
from curate.kernels.scan import scan
from curate.kernels.words import shingle_words
from curate.tokenizer.bpe import Exact
from curate.tokenizer.cl100k import SPECIALS, content
from curate.tokenizer.ranks import read_ranks
from tests.oracles import plain_signals

FEW = 60  # documents that a slow reference is timed on
COMMAND = "python -m benchmarks.speed parts"


def rows(data: Path, scratch: Path) -> list[Row]:
    warm()
    texts = _texts(data)
    topics = (_signals, _words, _sketches, _lines, _tokenizer)
    found = [row for topic in topics for row in topic(texts)]
    return [*found, _divergence(), *_urls(data), *_charset(data)]


def _signals(texts: pa.Array) -> list[Row]:
    found = [_speed("scan", texts, lambda t: scan(t))]
    for name in ("gopher", "repetition", "pii", "code", "math"):
        plain = getattr(plain_signals, name)
        found.append(
            _speed(
                f"scan and {name}", texts, lambda t, n=name: signals.compute(pa.table({"text": t}), [n]),
                "plain Python (tests/oracles)", lambda t, p=plain: [p(x) for x in t.to_pylist()],
            )
        )  # fmt: skip
    return [*found, _speed("scan and all signals", texts, lambda t: signals.compute(pa.table({"text": t})))]


def _words(texts: pa.Array) -> list[Row]:
    import re

    import xxhash

    word = re.compile(r"\w+")

    def by_regex(part: pa.Array) -> None:
        for text in part.to_pylist():
            [xxhash.xxh3_64_intdigest(w.encode()) for w in word.findall(text.lower())]

    return [_speed("shingle words", texts, shingle_words, "re and xxhash", by_regex)]


def _sketches(texts: pa.Array) -> list[Row]:
    import datasketch

    hashes, offsets = text_shingles(texts, NGRAM)
    small = hashes.astype(np.uint32)
    few = [small[offsets[i] : offsets[i + 1]].tolist() for i in range(FEW)]
    ours = seconds(lambda: sketches(small, offsets, VALUES, 1)) / len(small)
    theirs = seconds(lambda: datasketch.MinHash.bulk(few, num_perm=VALUES, hashfunc=lambda e: e), 1)
    ratio = theirs / sum(map(len, few)) / ours
    fast = seconds(lambda: fast_similarity(hashes, offsets, VALUES, 1)) / len(small)
    return [
        _speed("words, shingles and sketches of 112", texts, lambda t: sketch_texts(t, NGRAM, VALUES, 1)),
        Row(
            "speed: sketches of given shingles", _round(1e-6 / ours), "M/s", len(small), reference="datasketch",
            ratio=_round(ratio), command=COMMAND,
        ),
        Row(
            "speed: fast similarity sketches of the same", _round(1e-6 / fast), "M/s", len(small), reference="MinHash",
            ratio=_round(ours / fast), command=COMMAND,
        ),
    ]  # fmt: skip


def _lines(texts: pa.Array) -> list[Row]:
    import xxhash

    def by_xxhash(part: pa.Array) -> None:
        for text in part.to_pylist():
            [xxhash.xxh3_64_intdigest(line.encode()) for line in text.lower().split("\n")]

    hashes = np.random.default_rng(0).zipf(1.3, 2_000_000).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    ours = seconds(lambda: lines.count(hashes), 3)
    theirs = seconds(lambda: np.unique(hashes, return_counts=True), 3)
    few = hashes[: len(hashes) // 10]
    plain = seconds(lambda: Counter(few.tolist()), 1) * 10
    count = {"unit": "M/s", "n": len(hashes), "command": COMMAND}
    value = _round(len(hashes) / ours / 1e6)
    return [
        _speed("line hashes", texts, lambda t: lines.line_hashes(t, 10), "lower, split and xxhash", by_xxhash),
        Row("speed: counting line hashes", value, reference="np.unique", ratio=_round(theirs / ours), **count),
        Row("speed: counting line hashes, again", value, reference="Counter", ratio=_round(plain / ours), **count),
    ]


def _tokenizer(texts: pa.Array) -> list[Row]:
    exact = Exact("cl100k", read_ranks(content(), "cl100k"), SPECIALS)
    fast = tokenizer.load({"name": "cl100k"})
    return [_speed(f"tokens, {fast.engine}", texts, fast.encode, "tiktoken", exact.encode)]


def _divergence() -> Row:
    from benchmarks.divergence import SIZE, by_unique

    drawn = np.random.default_rng(0)
    ids = np.minimum(drawn.zipf(1.2, 1_200_000) - 1, SIZE - 1).astype(np.int32)
    offsets = np.arange(0, len(ids) + 1, 1200)
    logq = divergence.reference(divergence.histogram(ids, SIZE))
    ours = seconds(lambda: divergence.kl(ids, offsets, logq))
    floats = logq / divergence.UNIT
    theirs = seconds(lambda: [by_unique(ids[at : at + 1200], floats) for at in offsets[:-1]], 1)
    return Row(
        "speed: divergence", _round(len(ids) / ours / 1e6), "Mtokens/s", len(offsets) - 1, reference="np.unique",
        ratio=_round(theirs / ours), command=COMMAND,
    )  # fmt: skip


def _urls(data: Path) -> list[Row]:
    files = sorted((data / "web" / "crawl").glob("*.index.jsonl.gz"))
    listed = [json.loads(line)["url"] for file in files for line in gzip.decompress(file.read_bytes()).splitlines()]
    listed = listed or [f"https://www.example.org/page/{i}?b=2&a=1&utm_source=x#top" for i in range(1000)]
    column = pa.array(listed * 5)
    ours = seconds(lambda: urls.url_hashes(column), 3)
    theirs = seconds(lambda: [urlsplit(url) for url in column.to_pylist()], 3)
    value = _round(ours / len(column) * 1e6)
    name = "speed: URLs, normalised and hashed"
    return [
        Row(name, value, "us", len(column), None, None, "urlsplit, without more", _round(theirs / ours), None, COMMAND)
    ]


def _charset(data: Path) -> list[Row]:
    import tarfile

    from resiliparse.parse.encoding import detect_encoding

    archive = data / "web" / "encodings" / "encodings.tar.gz"
    if not archive.exists():
        return []
    with tarfile.open(archive) as tar:
        pages = [tar.extractfile(m).read()[: 1 << 16] for m in tar.getmembers() if m.isfile()]
    ours = seconds(lambda: [charset.decode(page) for page in pages], 1)
    theirs = seconds(lambda: [page.decode(detect_encoding(page), "replace") for page in pages], 1)
    return [
        Row(
            "speed: decoding of unlabelled bytes", _round(ours / len(pages) * 1e3), "ms", len(pages),
            reference="uchardet in resiliparse", ratio=_round(theirs / ours), command=COMMAND,
        )
    ]  # fmt: skip


def _speed(
    name: str, texts: pa.Array, ours: Callable, reference: str | None = None, theirs: Callable | None = None
) -> Row:
    """MB a second; the ratio is on what the reference sees, in MB a second too."""
    size = texts.nbytes / 1e6
    value = size / seconds(lambda: ours(texts))
    ratio = None
    if theirs:
        part = pa.concat_arrays([texts.slice(0, FEW)])
        ratio = value / (part.nbytes / 1e6 / seconds(lambda: theirs(part), 1))
    return Row(
        f"speed: {name}", _round(value), "MB/s", len(texts), reference=reference,
        ratio=_round(ratio) if ratio else None, command=COMMAND,
    )  # fmt: skip


def _round(value: float) -> float:
    return float(f"{value:.3g}")


def _texts(data: Path) -> pa.Array:
    """C4's sample four times over, or made-up prose of as much."""
    sample = data / "labels" / "c4_sample.jsonl.gz"
    if not sample.exists():
        return prose(1500)
    listed = [json.loads(line)["text"] for line in gzip.decompress(sample.read_bytes()).splitlines()]
    return pa.array(listed * 4)
