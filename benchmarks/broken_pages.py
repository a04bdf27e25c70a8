"""Pages as bad as they come: cut short, with flipped bits, from damaged archives, made to stall a parser; and mutants.

The first three are of the development data, the pathological ones are written here. All seeded: the same bytes each
time.
"""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from benchmarks import extraction_pages

MOST = 3_000_000  # bytes of a body from an archive
SEED_BYTES = 6_000  # of a page that mutants are made of
_RECORD = re.compile(rb"(?:^|\r?\n\r?\n)WARC/[\d.]+\r?\n")
_PROSE = b"<p>Some real paragraph of text, with commas, and enough words to count as content here.</p>"
_TOKENS = """
<div> </div> <p> </p> <a@href= <a<<<< <!-- --> <!DOCTYPE <![CDATA[ ]]> <script> </script> <style> </style> <pre> </pre>
<table> <tr> <td@colspan=9999> </table> <ul> <li> </ul> <math> </math> <annotation@encoding="application/x-tex"> <svg>
</svg> <template> <noscript> <textarea> <select> <option> <title> <body> </body> </html> <plaintext> <br/> <img@alt="
&amp; &#x &#0; &#x110000; &#xD800; &bogus &nbsp " ' = > < / \\ $$ \\( \\begin{x} mjx-container class="katex" <?xml <x:y
<b><i> </i></b> <h1> <blockquote> <dl><dt> <form> <button> <frameset> <iframe> <object> <span@aria-hidden=true> <sup>
"""
TOKENS = [token.replace("@", " ").encode() for token in _TOKENS.split()]
TOKENS += [b"\0", b"\xff", b"\xf0\x9f", b"\xc3", b"\xe2\x80", b"\xed\xa0\x80", b"\n", b"\r", b"\t", b" ", b"\x1b$"]


def broken(data: Path) -> Iterator[tuple[str, bytes]]:
    """Some 500 (name, page)."""
    yield from _spoilt(data)
    yield from _archived(data)
    yield from pathological()


def mutants(data: Path, count: int, seed: int = 0) -> Iterator[tuple[str, bytes]]:
    """(name, page): each a piece of a real page with one to twenty changes."""
    chance = random.Random(seed)
    seeds = [page.body for page in _crawled(data) if page.markup]
    made = [page for _, page in pathological() if 0 < len(page) < SEED_BYTES]
    for n in range(count):
        page = _piece(chance.choice(seeds), chance) if chance.random() < 0.95 or not made else chance.choice(made)
        for _ in range(chance.randint(1, 20)):
            page = _changed(page, seeds, chance)
        yield f"mutant {n} of seed {seed}", page


def pathological() -> Iterator[tuple[str, bytes]]:
    """What stalls parsers: depth, attributes, openers without closers, by tens of thousands."""
    chance = random.Random(2)
    deep = (
        "div",
        "span",
        "b",
        "font color=red",
        "blockquote",
        "ul><li",
        "table><tr><td",
        "svg><g",
        "math><mrow",
        "template",
    )
    for tag in deep:
        yield f"100,000 nested {tag}", b"<body>" + f"<{tag}>".encode() * 100_000 + _PROSE
    yield "100,000 nested div, closed", b"<body>" + b"<div>" * 100_000 + _PROSE + b"</div>" * 100_000
    yield "50,000 attributes", b"<body><p " + b" ".join(b"a%d=1" % i for i in range(50_000)) + b">" + _PROSE
    yield "50,000 equal attributes", b"<body><p " + b"class=x " * 50_000 + b">" + _PROSE
    yield "an attribute of 1 MB", b'<body><p class="' + b"x " * 500_000 + b'">' + _PROSE
    yield "an attribute without an end", b'<body><p class="' + _PROSE * 5_000
    for opener in (
        b"<!--",
        b"<script>",
        b"<style>",
        b"<textarea>",
        b"<title>",
        b"<![CDATA[",
        b"<?php ",
        b"<pre>",
        b"<a href='",
    ):
        yield f"{opener.decode()} without an end", b"<body>" + _PROSE + opener + _PROSE * 2_000
        yield f"{opener.decode()} 20,000 times", b"<body>" + _PROSE + opener * 20_000 + _PROSE
    for repeated in (b"<", b"</", b"<a<", b"&", b"&#", b"&amp", b"\0", b"]]>", b"-->", b'"', b"\xff", b"$", b"\\("):
        yield f"500 KB of {repeated!r}", b"<body>" + _PROSE + repeated * (500_000 // len(repeated)) + _PROSE
    for closer in (
        b"</div>",
        b"</p>",
        b"</table>",
        b"<br>",
        b"<p>",
        b"<td>",
        b"<li>",
        b"<a href=x>y",
        b"<h1>z",
        b"<pre>\n a",
    ):
        yield f"50,000 {closer.decode()}", b"<body>" + _PROSE + closer * 50_000 + _PROSE
    yield "a table of 1,000 by 100", b"<table>" + (b"<tr>" + b"<td>cell" * 100) * 1_000 + b"</table>"
    yield "columns that span 10^9", b"<table><tr>" + b"<td colspan=999999999 rowspan=999999999>x" * 100 + b"</table>"
    yield "30,000 paragraphs", b"<body>" + _PROSE * 30_000
    yield "a line of 2 MB", b"<body><p>" + b"word " * 400_000
    yield "entities", b"<!DOCTYPE x [<!ENTITY a 'aaaa'>" + b"<!ENTITY b '&a;&a;'>" * 1_000 + b"]><p>&a;&b;" * 100
    yield "formulas that nest", b"<body>" + b"<math><msup><mi>a</mi>" * 5_000 + _PROSE
    yield "20,000 formulas", b"<body><p>" + b"<math><mi>a</mi></math> and " * 20_000
    yield "noise", bytes(chance.randrange(256) for _ in range(300_000))
    yield "nothing", b""


@cache
def _crawled(data: Path) -> list[extraction_pages.Page]:
    return list(extraction_pages.pages(data).values())


def _spoilt(data: Path) -> Iterator[tuple[str, bytes]]:
    chance = random.Random(1)
    listed = _crawled(data)
    for page in listed[::5]:
        yield f"cut short: {page.key}", page.body[: int(len(page.body) * chance.uniform(0.02, 0.98))]
    for page in listed[2::20]:
        body = bytearray(page.body or b"x")
        for _ in range(200):
            body[chance.randrange(len(body))] ^= 1 << chance.randrange(8)
        yield f"bits flipped: {page.key}", bytes(body)


def _archived(data: Path) -> Iterator[tuple[str, bytes]]:
    """What follows the headers in every record of the damaged archives, found without a WARC reader."""
    for path in sorted((data / "web" / "warc_native").iterdir()):
        for n, record in enumerate(_RECORD.split(_plain(path.read_bytes()))):
            body = re.split(rb"\r?\n\r?\n", record, maxsplit=2)[-1]
            if body.strip():
                yield f"{path.name}: {n}", body[:MOST]


def _plain(content: bytes) -> bytes:
    """Of a file that is gzipped, wholly or by members, as far as each goes."""
    parts = []
    while content.startswith(b"\x1f\x8b"):
        member = zlib.decompressobj(wbits=31)
        try:
            parts.append(member.decompress(content, MOST * 10))
        except zlib.error:
            break
        content = member.unused_data
    return b"\r\n\r\n".join(parts) or content


def _piece(page: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(max(1, len(page) - SEED_BYTES // 2))
    return page[start : start + chance.randint(1, SEED_BYTES)]


def _changed(page: bytes, seeds: list[bytes], chance: random.Random) -> bytes:
    at, kind = chance.randint(0, len(page)), chance.randrange(6)
    end = min(len(page), at + chance.randint(1, 200))
    if kind == 0:
        return page[:at] + chance.choice(TOKENS) * chance.choice((1, 1, 1, 2, 50)) + page[at:]
    if kind == 1:
        return page[:at] + page[end:]
    if kind == 2:
        return page[:end] + page[at:end] * chance.choice((1, 1, 20)) + page[end:]
    if kind == 3:
        return page[:at] + bytes(chance.randrange(256) for _ in range(chance.randint(1, 4))) + page[at + 1 :]
    if kind == 4:
        return page[:at]
    return page[:at] + _piece(chance.choice(seeds), chance)[:500] + page[at:]
