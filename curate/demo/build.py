"""Writes the demonstration input: a crawl, books, code, an encyclopedia, all made from the Python installation at hand.

The same bytes for the same Python, seed and scale. `scale` 1 is about 2,000 records and 4 MB; below 1 fewer modules
are rendered, above 1 articles are added whose words are those of others, shuffled, so that they are nobody's copies.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from random import Random

from curate.demo import encyclopedia, plants
from curate.demo.plants import Article
from curate.demo.recipe import recipe
from curate.demo.truth import Plant, Truth
from curate.demo.warc import Page, record, warcinfo

RECORDS_A_FILE = 400
STOP_WORDS = ["the", "and", "of", "to", "with", "that"] * 100  # so that spam reads less unlike prose
HOSTS = ("docs.example.org", "library.example.org", "manual.example.net")
ENCODINGS = ("", "", "gzip", "chunked")


def make(folder: str | Path, seed: int = 0, scale: float = 1) -> Truth:
    """Make the input in `folder` (created if need be) and say what was planted."""
    folder = Path(folder)
    pieces = _rendered(min(1.0, scale))
    random, truth = Random(seed), Truth(seed)
    _books(folder, pieces)
    _code(folder, pieces)
    web = _web(pieces, random, truth, scale)
    encyclopedia.write(folder, web, truth)
    _write_crawl(folder, web, random, truth)
    _garbage(folder, random, web, truth)
    truth.write(folder)
    (folder / "recipe.yaml").write_text(recipe(folder), "utf-8")
    return truth


def _rendered(share: float) -> list[dict[str, str]]:
    script = Path(__file__).with_name("pydoc_pages.py")
    command = [sys.executable, "-S", "-s", "-P", "-W", "ignore", str(script), str(share)]
    environment = {"PYTHONHASHSEED": "0", "PYTHONIOENCODING": "utf-8:backslashreplace", "PYTHONDONTWRITEBYTECODE": "1"}
    made = subprocess.run(command, env=environment, stdout=subprocess.PIPE, cwd=os.sep, check=True)
    return [json.loads(line) for line in made.stdout.splitlines() if line.startswith(b"{")]


def _of(pieces: list[dict[str, str]], kind: str) -> list[tuple[str, str]]:
    return [(p["name"], p["content"]) for p in pieces if p["kind"] == kind]


def _books(folder: Path, pieces: list[dict[str, str]]) -> None:
    """The language reference, by the first letter of its topics."""
    books: dict[str, list[str]] = {}
    for name, text in _of(pieces, "topic"):
        books.setdefault(name[0].upper(), []).append(text)
    (folder / "books").mkdir(parents=True, exist_ok=True)
    for letter, chapters in sorted(books.items()):
        (folder / "books" / f"reference-{letter}.txt").write_text("\n\n".join(chapters), "utf-8")


def _code(folder: Path, pieces: list[dict[str, str]]) -> None:
    """Modules as files, and every third one as a row of a JSONL file."""
    import zstandard

    (folder / "code").mkdir(parents=True, exist_ok=True)
    rows = []
    for number, (name, text) in enumerate(_of(pieces, "code")):
        if number % 3:
            (folder / "code" / f"{name}.py").write_text(text, "utf-8")
        else:
            rows.append(json.dumps({"text": text, "url": f"https://code.example.org/{name}.py", "license": "PSF-2.0"}))
    packed = zstandard.ZstdCompressor(level=10).compress("".join(f"{row}\n" for row in rows).encode())
    (folder / "code" / "modules.jsonl.zst").write_bytes(packed)


def _web(pieces: list[dict[str, str]], random: Random, truth: Truth, scale: float) -> list[Page]:
    articles = _articles(pieces)
    web = [Page(a.url, plants.html(a.title, a.paragraphs)) for a in articles]
    web += [
        Page(f"https://{HOSTS[n % 3]}/pydoc/{name}.html", text.encode())
        for n, (name, text) in enumerate(_of(pieces, "page"))
    ]
    words = sorted({w for a in articles for p in a.paragraphs for w in p.lower().split() if w.isalpha() and len(w) > 3})
    plants.copies(articles, random, web, truth)
    plants.lines(articles, random, web, truth)
    plants.spam(random, web, truth, _dirty_words(), words + STOP_WORDS)
    plants.languages(random, web, truth)
    plants.broken(random, web, truth)
    for copy in range(1, max(1, round(scale))):
        web += [_reshuffled(a, copy, random) for a in articles]
    return web


def _articles(pieces: list[dict[str, str]]) -> list[Article]:
    return [
        Article(
            name, tuple(" ".join(p.split()) for p in text.split("\n\n") if p.strip()), f"https://{HOSTS[n % 3]}/{name}"
        )
        for n, (name, text) in enumerate(_of(pieces, "article"))
    ]


def _reshuffled(article: Article, copy: int, random: Random) -> Page:
    mixed = tuple(" ".join(random.sample(p.split(), len(p.split()))) for p in article.paragraphs)
    return Page(f"{article.url}/{copy}", plants.html(article.title, mixed))


def _dirty_words() -> list[str]:
    """Latin words of the adult family's own list: taken from there at run time, so that none is kept here."""
    from curate.signals import adult

    return sorted(w for w in adult.words("en") if w.isascii() and w.isalpha())


def _write_crawl(folder: Path, web: list[Page], random: Random, truth: Truth) -> None:
    """Several files, so that copies of a page lie in different shards; the truth learns where each plant went."""
    random.shuffle(web)
    (folder / "web").mkdir(parents=True, exist_ok=True)
    place = {}
    for number, start in enumerate(range(0, len(web), RECORDS_A_FILE)):
        name = f"web/crawl-{number}.warc.gz"
        with open(folder / name, "wb") as file:
            file.write(warcinfo())
            for page in web[start : start + RECORDS_A_FILE]:
                encoding = page.encoding or random.choice(ENCODINGS if page.body else ("",))
                file.write(record(Page(page.url, page.body, page.date, page.content_type, encoding)))
                place[page.url] = name
    truth.plants[:] = [replace(p, path=place[p.urls[-1]]) if p.urls else p for p in truth.plants]


def _garbage(folder: Path, random: Random, web: list[Page], truth: Truth) -> None:
    """A file cut within its last record, one of noise and an empty one."""
    whole = [Page(f"https://cut.example.org/{n}", p.body, encoding="") for n, p in enumerate(web[:5])]
    last = record(whole[-1])
    (folder / "web" / "cut.warc.gz").write_bytes(b"".join(map(record, whole[:-1])) + last[: len(last) // 2])
    (folder / "web" / "noise.bin").write_bytes(random.randbytes(4096))
    (folder / "web" / "empty.warc.gz").write_bytes(b"")
    truth.plants.append(Plant("file cut short", "recorded", "web/cut.warc.gz"))
    truth.plants.append(Plant("noise", "recorded", "web/noise.bin"))
