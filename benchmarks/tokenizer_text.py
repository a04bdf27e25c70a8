"""Text for the tokenizer's benchmarks: what `.data` holds, and more of it that is not the same bytes again.

Round 0 is the source itself: books, crawl pages as Common Crawl extracts them (WET), code, wiki markup in two
languages, LaTeX, declarations in 500 languages, news and C4 pages. Each further round draws the source's paragraphs in
a new seeded order, cuts documents anew and puts a fresh word for every word that the source holds once. By Good and
Turing the chance that the next word of a text is new is the share of words met once, so each round brings as many new
words as the text after the source would: word caches find it no easier than real text, and harder later on, when real
text brings fewer and fewer new words.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import random
import re
import tarfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

DOCUMENT_CHARS = 5000
WORD = re.compile(r"[^\W\d_]+")


def source(data: Path) -> list[str]:
    """Paragraphs of the development data, in a fixed order."""
    texts = [text for kind in (_books, _pages, _archives, _records, _markup) for text in kind(data)]
    return [part + "\n\n" for text in texts for part in text.split("\n\n") if part.strip()]


def batches(paragraphs: list[str], size: int, documents: int = 1024, seed: int = 0) -> Iterator[pa.Array]:
    """At least `size` bytes in documents of about 5,000 characters, the last batch full as well."""
    once = {word for word, count in _words(paragraphs).items() if count == 1}
    rng, made, batch, text, chars, number = random.Random(seed), 0, [], [], 0, 0
    while True:
        for part in paragraphs:
            text.append(part if number == 0 else _renewed(part, once, rng))
            chars += len(part)
            if chars >= DOCUMENT_CHARS:
                batch.append("".join(text))
                text, chars = [], 0
            if len(batch) == documents:
                yield (full := pa.array(batch))
                made, batch = made + full.nbytes, []
                if made >= size:
                    return
        number, paragraphs = number + 1, rng.sample(paragraphs, len(paragraphs))


def share_of_distinct(texts: list[pa.Array]) -> tuple[int, int]:
    """Distinct words and words, a word being a run of letters."""
    counts = _words(text for batch in texts for text in batch.to_pylist())
    return len(counts), counts.total()


def random_letters(size: int, seed: int = 0) -> Iterator[pa.Array]:
    """Words that never come twice: the worst case for a cache of words."""
    rng, space = random.Random(seed), bytes.maketrans(bytes(range(256)), bytes(97 + b % 26 if b % 9 else 32
                                                                              for b in range(256)))  # fmt: skip
    for _ in range(0, size, 4 << 20):
        text = rng.randbytes(4 << 20).translate(space).decode()
        yield pa.array([text[at : at + DOCUMENT_CHARS] for at in range(0, len(text), DOCUMENT_CHARS)])


def _words(texts) -> Counter[str]:
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(WORD.findall(text))
    return counts


def _renewed(text: str, once: set[str], rng: random.Random) -> str:
    """A fresh word has the letters of the old one and two more, so it keeps its script and is new."""
    def fresh(found: re.Match[str]) -> str:
        word = found[0]
        if word not in once:
            return word
        letters = rng.sample(word, len(word))
        return "".join(letters) + rng.choice(word) + rng.choice(word)

    return WORD.sub(fresh, text)


def _books(data: Path) -> Iterator[str]:
    for path in sorted((data / "books/gutenberg").glob("*.gz")):
        yield _decoded(gzip.decompress(path.read_bytes()))


def _pages(data: Path) -> Iterator[str]:
    for path in sorted((data / "web/crawl").glob("*.wet.gz")):
        for record in gzip.decompress(path.read_bytes()).split(b"WARC/1.0\r\n")[2:]:
            yield _decoded(record.partition(b"\r\n\r\n")[2])


def _archives(data: Path) -> Iterator[str]:
    for path in sorted((data / "code").glob("*.tar.gz")):
        yield from _members(path.read_bytes())
    for path in sorted((data / "arxiv/src").glob("*.tar")):
        with tarfile.open(path) as outer:
            for member in outer:
                content = outer.extractfile(member)
                if content and member.name.endswith(".gz"):
                    inner = gzip.decompress(content.read())
                    yield from _members(inner) if inner[257:262] == b"ustar" else [_decoded(inner)]
    with zipfile.ZipFile(data / "multilingual/udhr2.zip") as archive:
        yield from (_decoded(archive.read(name)) for name in sorted(archive.namelist()))


def _members(content: bytes) -> Iterator[str]:
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file and b"\0" not in (body := file.read()):
                yield _decoded(body)


def _records(data: Path) -> Iterator[str]:
    near = ["neardup/git_revisions.docs", "neardup/news_plagiarism.docs"]
    names = ["labels/c4_sample", *near, "multilingual/gnome_help"]
    for path in (data / f"{name}.jsonl.gz" for name in names):
        yield from (json.loads(line).get("text") or "" for line in gzip.decompress(path.read_bytes()).splitlines())


def _markup(data: Path) -> Iterator[str]:
    for path in sorted((data / "wikipedia").glob("*.bz2")):
        yield _decoded(bz2.decompress(path.read_bytes()))


def _decoded(content: bytes) -> str:
    return content.decode("utf-8", "replace").replace("\r\n", "\n")
