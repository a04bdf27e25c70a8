"""What is planted among the pages: each function adds captures to `web` and their entries to `truth`.

An original is an article that stands in the crawl anyway. The Jaccard similarity recorded with a near copy is over
sets of five consecutive lower-cased words of the two articles' bodies, computed here from the definition.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from html import escape
from random import Random

from curate.demo import prose
from curate.demo.truth import Plant, Truth
from curate.demo.warc import Page

SITE_LINES = (
    "Home | Library | Glossary | Search | About this documentation mirror",
    "This site uses cookies to remember which pages you have read, and for nothing else.",
    "Copyright the authors of the documentation. All examples may be used freely by everyone.",
)
REPEATED = "buy one now and get one free today " * 12
PATH = "web"  # until the crawl is written


@dataclass(frozen=True)
class Article:
    title: str
    paragraphs: tuple[str, ...]
    url: str


def html(title: str, paragraphs: list[str] | tuple[str, ...], language: str = "en", site: bool = True) -> bytes:
    """A page with the site's own lines around the article, as templates make them."""
    body = "".join(f"<p>{escape(p)}</p>\n" for p in paragraphs)
    before = "".join(f"<p>{escape(line)}</p>\n" for line in SITE_LINES[:2]) if site else ""
    after = f"<p>{escape(SITE_LINES[2])}</p>\n" if site else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{escape(title)}</title></head>\n'
        f"<body><main>{before}<h1>{escape(title)}</h1>\n{body}{after}</main></body></html>\n"
    ).encode()


def jaccard(a: tuple[str, ...], b: tuple[str, ...]) -> float:
    """Of the sets of word 5-grams of two articles."""
    first, second = ({tuple(words[i : i + 5]) for i in range(len(words) - 4)} for words in (_words(a), _words(b)))
    return len(first & second) / max(1, len(first | second))


def copies(articles: list[Article], random: Random, web: list[Page], truth: Truth) -> None:
    """Exact copies elsewhere, near copies, look-alikes that must stay, URL variants and older captures."""
    originals = [a for a in articles if 80 <= len(_words(a.paragraphs)) <= 1500]
    random.shuffle(originals)
    share = max(2, min(20, len(originals) // 5))
    turns = [originals[i * share : (i + 1) * share] for i in range(5)]
    for n, a in enumerate(turns[0]):
        web.append(Page(f"https://copies.example.org/{n}", html(a.title, a.paragraphs)))
        truth.plants.append(Plant("exact copy", "one", PATH, (a.url, web[-1].url), jaccard=1.0))
    for n, a in enumerate(turns[1]):
        changed = _changed(a.paragraphs, 0.012, random)
        web.append(Page(f"https://rewrites.example.net/{n}", html(a.title, changed)))
        near = round(jaccard(a.paragraphs, changed), 4)
        kind, expect = ("near copy", "one") if near >= 0.8 else ("near copy under 0.8", "recorded")
        truth.plants.append(Plant(kind, expect, PATH, (a.url, web[-1].url), jaccard=near))
    for n, a in enumerate(turns[2]):
        changed = _changed(a.paragraphs, 0.2, random)
        web.append(Page(f"https://lookalikes.example.net/{n}", html(a.title, changed)))
        truth.plants.append(
            Plant("look-alike", "both", PATH, (a.url, web[-1].url), jaccard=round(jaccard(a.paragraphs, changed), 4))
        )
    for n, a in enumerate(turns[3]):
        url = _variants(a.url)[n % 5]
        web.append(Page(url, html(a.title, (*a.paragraphs, f"Revision {n} of this page.")), "2025-06-01T08:00:00Z"))
        truth.plants.append(Plant("URL variant", "one", PATH, (a.url, url), (Page.date, web[-1].date)))
    for n, a in enumerate(turns[4]):
        web.append(Page(a.url, html(a.title, a.paragraphs[: n % 3 + 1]), "2024-03-01T08:00:00Z"))
        truth.plants.append(Plant("older capture", "one", PATH, (a.url,), (Page.date, web[-1].date)))


def lines(articles: list[Article], random: Random, web: list[Page], truth: Truth) -> None:
    """Lines that stand on every page of the site, and lines that repeat themselves."""
    truth.plants += [Plant("frequent line", "line", PATH, text=line) for line in SITE_LINES]
    for n, a in enumerate(random.sample(articles, min(15, len(articles)))):
        text = f"{REPEATED}{n}"
        own = tuple(" ".join(random.sample(p.split(), len(p.split()))) for p in a.paragraphs)
        web.append(Page(f"https://shops.example.com/{n}", html(a.title, (*own, text))))
        truth.plants.append(Plant("repeated n-grams", "line", PATH, (web[-1].url,), text=text))


def spam(random: Random, web: list[Page], truth: Truth, dirty_words: list[str], filler: list[str]) -> None:
    """Pages dense in the adult list's words, pages of one phrase over and over, a host of invented personal data."""
    for n in range(10 if dirty_words else 0):
        said = [
            " ".join(random.choice(dirty_words if random.random() < 0.3 else filler) for _ in range(60)) + "."
            for _ in range(4)
        ]
        _add(web, truth, "adult words", f"https://adult{n % 2}.example.com/{n}", html("Pictures", said, site=False))
    for n in range(10):
        phrase = " ".join(random.sample(filler, 3))
        _add(
            web,
            truth,
            "keyword stuffing",
            f"https://cheap.example.com/{n}",
            html(phrase, [f"{phrase} " * 400], site=False),
        )
    for n in range(30):
        _add(
            web,
            truth,
            "personal data",
            f"https://people.example.com/{n}",
            html(f"Page {n}", prose.contacts(random), site=False),
        )


def languages(random: Random, web: list[Page], truth: Truth) -> None:
    """Pages in other languages, and pages of mathematics."""
    for language in prose.LANGUAGES:
        for n in range(8):
            url = f"https://{language}.example.org/{n}"
            web.append(Page(url, html(f"{language} {n}", prose.foreign(language, random), language, site=False)))
            truth.plants.append(Plant("language", "language", PATH, (url,), text=language))
    for n in range(20):
        url = f"https://maths.example.org/{n}"
        web.append(Page(url, html(f"Lecture {n}", prose.mathematics(random), site=False)))
        truth.plants.append(Plant("mathematics", "category", PATH, (url,), text="math"))


def broken(random: Random, web: list[Page], truth: Truth) -> None:
    """Pages whose encoding is not what they say, NUL bytes, and nothing at all."""
    german = "\n".join(prose.foreign("de", random))
    latin = html("Grüße", german.split("\n"), "de", site=False).decode().encode("latin-1")
    bodies = {
        "latin-1 called UTF-8": latin,
        "UTF-8 called latin-1": html("Grüße", prose.foreign("fr", random), "fr", site=False),
        "NUL bytes": html("Zeros", prose.foreign("es", random), "es", site=False).replace(b" ", b" \0", 40),
        "empty record": b"",
        "cut in a tag": html("Cut", prose.foreign("fr", random), "fr", site=False)[:500] + b"<p class=",
        "not gzip": b"this body is not what its header says",
    }
    for n, (kind, body) in enumerate(bodies.items()):
        charset = "iso-8859-1" if kind == "UTF-8 called latin-1" else "utf-8"
        page = Page(f"https://broken.example.com/{n}", body, content_type=f"text/html; charset={charset}")
        web.append(replace(page, encoding="raw gzip") if kind == "not gzip" else page)
        truth.plants.append(Plant(kind, "recorded", PATH, (page.url,)))


def _add(web: list[Page], truth: Truth, kind: str, url: str, body: bytes) -> None:
    web.append(Page(url, body))
    truth.plants.append(Plant(kind, "none", PATH, (url,)))


def _variants(url: str) -> list[str]:
    bare = url.removeprefix("https://")
    return [
        f"http://{bare}",
        f"https://www.{bare}",
        f"{url}?utm_source=letter&utm_medium=mail",
        f"{url}#top",
        f"HTTPS://{bare}",
    ]


def _changed(paragraphs: tuple[str, ...], share: float, random: Random) -> tuple[str, ...]:
    """The paragraphs with a share of their words, at least one, replaced by others of the same article."""
    pieces = [re.split(r"(\w+)", p) for p in paragraphs]
    places = [(i, j) for i, piece in enumerate(pieces) for j in range(1, len(piece), 2)]
    every = [pieces[i][j] for i, j in places]
    for i, j in random.sample(places, max(1, round(share * len(places)))):
        pieces[i][j] = random.choice([w for w in every if w != pieces[i][j]] or ["other"])
    return tuple("".join(piece) for piece in pieces)


def _words(paragraphs: tuple[str, ...]) -> list[str]:
    return re.findall(r"\w+", " ".join(paragraphs).lower())
