"""Texts whose language is known: help pages in 37 languages, and the Universal Declaration of Human Rights."""

from __future__ import annotations

import gzip
import json
import random
import zipfile
from pathlib import Path

# Names of the Declaration's files and what lid.176 calls these languages.
DECLARATIONS = dict(
    pair.split(":")
    for pair in """
    afr:af amh:am arb:ar bel:be ben:bn bul:bg cat:ca ces:cs cmn_hans:zh cmn_hant:zh cym:cy dan:da deu_1901:de
    ell_monotonic:el eng:en epo:eo est:et eus:eu fao:fo fin:fi fra:fr gle:ga glg:gl guj:gu heb:he hin:hi hrv:hr hun:hu
    hye:hy ind:id isl:is ita:it jpn:ja kan:kn kat:ka kaz:kk khm:km kor:ko lao:lo lav:lv lit:lt ltz:lb mal:ml mar:mr
    mkd:mk mlt:mt mya:my nld:nl nob:no pan:pa pol:pl por_PT:pt por_BR:pt ron:ro rus:ru slk:sk slv:sl
    spa:es srp_cyrl:sr swe:sv swh:sw tam:ta tgl:tl tha:th tur:tr ukr:uk urd:ur vie:vi ydd:yi
    """.split()  # noqa: SIM905 - a list of quoted pairs is hard to read
)
PIECES = 10


def declarations(data: Path) -> dict[str, str]:
    """{file name without ending: text}"""
    with zipfile.ZipFile(data / "multilingual" / "udhr2.zip") as archive:
        names = [name for name in archive.namelist() if name.endswith(".txt")]
        return {Path(name).stem: archive.read(name).decode("utf-8", "replace") for name in names}


def help_pages(data: Path) -> list[dict]:
    return [json.loads(row) for row in gzip.open(data / "multilingual" / "gnome_help.jsonl.gz", "rt", encoding="utf-8")]


def pieces(text: str, count: int = PIECES) -> list[str]:
    """About `count` pieces of equal length, of whole paragraphs: what a short page holds. What is left is left out."""
    paragraphs = [line.strip() for line in text.split("\n") if line.strip()]
    most, held, found = sum(map(len, paragraphs)) / count, [], []
    for paragraph in paragraphs:
        held.append(paragraph)
        if sum(map(len, held)) >= most:
            found.append("\n".join(held))
            held = []
    return found


def mixes(data: Path, seed: int, count: int = 200) -> list[tuple[str, float]]:
    """(text, share of the language with less of it): pages of two declarations, in blocks of paragraphs; a third of
    them of one language alone."""
    draw = random.Random(seed)
    known = {DECLARATIONS[name]: text for name, text in declarations(data).items() if name in DECLARATIONS}
    languages = sorted(known)
    return [_mixed(draw, known, *draw.sample(languages, 2)) for _ in range(count)]


def _mixed(draw: random.Random, known: dict[str, str], one: str, other: str) -> tuple[str, float]:
    first, second = _some(draw, known[one]), _some(draw, known[other])
    if draw.random() < 1 / 3:
        return first, 0.0
    share = draw.choice([0.1, 0.2, 0.3, 0.4, 0.5])
    wanted, cut = share / (1 - share) * _letters(first), 0
    lines = second.split("\n")
    while cut < len(lines) and _letters("\n".join(lines[:cut])) < wanted:
        cut += 1
    inside = "\n".join(lines[:cut])
    at = draw.randrange(first.count("\n") + 1)
    own = first.split("\n")
    sizes = _letters(first), _letters(inside)
    return "\n".join([*own[:at], inside, *own[at:]]), min(sizes) / sum(sizes)


def _some(draw: random.Random, text: str) -> str:
    """A fifth of the text in consecutive paragraphs."""
    found = pieces(text, 5)
    return draw.choice(found) if found else text


def _letters(text: str) -> int:
    return len("".join(text.split()))
