"""Small inputs of every kind for the fuzzer, each with the way its bytes are packed.

What a kind reads inside an archive or a compressed file is mutated before it is packed as well as after: else nearly
every input would end at a checksum. `made` needs nothing; `real` takes what is small enough from the development data.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from tests.sources import archives, books, dumps, mediawiki, papers, warcs

_LARGEST = 60_000
_GLOBS = {
    "warc": "web/warc_native/*.warc*",
    "arxiv": "arxiv/src/*_002.tar",
    "wikipedia": "wikipedia/minidumps/a*.bz2",
    "stackexchange": "stackexchange/meta*.7z",
    "epub": "books/epub/*.epub",
    "gutenberg": "books/gutenberg/*.gz",
    "code": "code/karpathy*.tar.gz",
    "jsonl": "multilingual/*.jsonl.gz",
}
PAGE = (
    "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>T &amp; U</title><link rel=license href=/by></head>"
    "<body><nav><a href=/>Home</a></nav><article><h1>Kites</h1><p>A kite is a tethered craft with wing surfaces that "
    "react against the air &eacute;.</p><ul><li>one<li>two</ul><table><tr><td>a<td>b</table><pre>\n  x = 1\n</pre><p>"
    "<math alttext='x^2'><mi>x</mi></math> <img alt='a kite'></article></body></html>"
)
BOOK = (
    "The Project Gutenberg eBook of Kites\n\nTitle: Kites\n  and more\nRelease date: March 1, 2004 [eBook #1234]\n"
    "Language: English\nCharacter set encoding: ISO-8859-1\n\n*** START OF THE PROJECT GUTENBERG EBOOK KITES ***\n\n"
    "A kite rises, caf\u00e9.\n\n*** END OF THE PROJECT GUTENBERG EBOOK KITES ***\n\nUpdated editions will replace\n"
)
LATEX = (
    "\\documentclass{article}\\newcommand{\\R}[1][n]{\\mathbb{R}^#1}\\def\\a#1.{#1}\n\\begin{document}\\title{T}\n"
    "\\section{One} Text % no\nwith $x\\in\\R$ and \\[ y=\\R[2] \\label{e}\\] \\cite{a}, \\'e.\n"
    "\\begin{figure}[ht]\\includegraphics{f}\\caption{C}\\end{figure}\\begin{verbatim}\n  %x\n\\end{verbatim}"
    "\\begin{itemize}\\item a\\end{itemize}\\begin{align}a&=b\\\\c&=d\\end{align}\\end{document}\n"
)
WIKITEXT = (
    "'''Kites''' are [[craft|crafts]]{{cite|x=1|{{y}}}} with <math>x^2</math>.<ref>note</ref>\n== Use ==\n* one\n"
    "# two\n{| class=wikitable\n! a !! b\n|-\n| c || d\n|}\n<!-- no --> <nowiki>x</nowiki> [http://a.b c] {{{1|z}}}\n"
)
NOTEBOOK = json.dumps(
    {"cells": [{"cell_type": "code", "source": ["x = 1\n"], "outputs": []}, {"cell_type": "markdown", "source": "# T"}],
     "metadata": {"kernelspec": {"language": "python"}}, "nbformat": 4, "nbformat_minor": 5}
)  # fmt: skip


@dataclass(frozen=True)
class Seed:
    kind: str
    name: str
    plain: bytes
    pack: Callable[[bytes], bytes] = bytes

    def packed(self, plain: bytes) -> bytes:
        """The same each time: archives state when they were made."""
        with mock.patch("time.time", return_value=1.7e9):
            return self.pack(plain)


def made() -> list[Seed]:
    with mock.patch("time.time", return_value=1.7e9):
        return [*_web(), *_rows(), *_archives(), *_markup()]


def real(data: Path) -> list[Seed]:
    """In order of kind and name; compressed ones as they are stored, and opened where that is small."""
    found: list[Seed] = []
    for kind, pattern in _GLOBS.items():
        for path in sorted(data.glob(pattern), key=lambda path: (path.stat().st_size, path.name))[:10]:
            content = path.read_bytes()
            if kind == "arxiv":
                content = content[997_376:999_936]  # its smallest paper
            if len(content) <= _LARGEST:
                found.append(Seed(kind, path.name, content))
                found += _opened(kind, path.name, content)
    return found


def _opened(kind: str, name: str, content: bytes) -> list[Seed]:
    try:
        if content.startswith(b"\x1f\x8b"):
            return [Seed(kind, name, gzip.decompress(content)[:_LARGEST], _gzip)]
        if content.startswith(b"BZh"):
            return [Seed(kind, name, bz2.decompress(content)[:_LARGEST], bz2.compress)]
    except (OSError, EOFError):
        pass  # broken on purpose
    return []


def _web() -> list[Seed]:
    page = warcs.response("https://a.example/x", PAGE.encode())
    chunked = warcs.response(
        "https://b.example/", b"5\r\nhello\r\n0\r\n\r\n", "Content-Type: text/plain\r\nTransfer-Encoding: chunked"
    )
    packed = warcs.response("https://c.example/", gzip.compress(PAGE.encode()), "Content-Encoding: gzip")
    conversion = warcs.response("https://d.example/", b"plain text of a page\n", kind="conversion")
    return [
        Seed("warc", "a.warc", page + chunked + packed),
        Seed("warc", "a.warc.gz", warcs.members(page, chunked, packed)),
        Seed("warc", "b.warc.gz", page + chunked, _gzip),
        Seed("warc", "a.warc.zst", page + page, zstandard.ZstdCompressor().compress),
        Seed("wet", "a.warc.wet.gz", conversion + conversion, _gzip),
        Seed("text", "a.html", PAGE.encode()),
        Seed("text", "a.txt", "Text é “of” it.\n".encode()),
        Seed("gutenberg", "pg1.txt", BOOK.encode()),
        Seed("gutenberg", "pg2-8.txt.gz", BOOK.encode("latin-1"), _gzip),
        Seed("text", "b.txt.xz", "текст книги\n".encode("windows-1251") * 9),
        Seed("text", "c.py", b"def f(x):\n    return x  # \xff\n"),
    ]


def _rows() -> list[Seed]:
    rows = [
        {"text": f"row {n} \u00e9\ud83d\ude00", "url": f"https://a.example/{n}", "date": "2024-01-02"} for n in range(5)
    ]
    lines = "".join(json.dumps(row) + "\n" for row in rows).encode()
    table, packed = pa.table({"text": ["a", None, "c"] * 5, "date": [1, 2, None] * 5}), io.BytesIO()
    pq.write_table(table, packed, row_group_size=4)
    return [
        Seed("jsonl", "a.jsonl", lines),
        Seed("jsonl", "a.jsonl.gz", lines, _gzip),
        Seed("parquet", "a.parquet", packed.getvalue()),
    ]


def _archives() -> list[Seed]:
    files = {"k-1/README.md": "# K\n", "k-1/LICENSE": archives.MIT, "k-1/a.py": "A = 1\n", "k-1/n.ipynb": NOTEBOOK}
    inner = papers.tar({"ms.tex": LATEX.replace("\\section", "\\input{b}\\section"), "b.tex": "B", "f.eps": "%!PS"})
    thread = dumps.posts(dumps.question(1, AcceptedAnswerId=2), dumps.answer(2, 1, "<pre><code>x &lt; 1</code></pre>"))
    return [
        Seed("code", "k.tar.gz", archives.tar(files), _gzip),
        Seed("code", "k.zip", archives.zipped(files)),
        Seed("code", "n.tar", NOTEBOOK.encode(), lambda plain: archives.tar({**files, "k-1/n.ipynb": plain})),
        Seed("arxiv", "arXiv_src_2401_001.tar", papers.tar({"2401/2401.00001.gz": papers.eprint(LATEX)})),
        Seed("arxiv", "arXiv_src_2401_002.tar", inner, lambda plain: papers.tar({"2401/2401.00002.gz": _gzip(plain)})),
        Seed("arxiv", "2401.00003.gz", LATEX.encode(), _gzip),
        Seed("stackexchange", "a.stackexchange.com.7z", thread, lambda plain: dumps.archive({"Posts.xml": plain})),
        Seed("stackexchange", "b.stackexchange.com.7z", dumps.archive({"Posts.xml": thread})),
        Seed("stackexchange", "Posts.xml", thread),
        Seed("epub", "a.epub", books.book({"a.xhtml": books.page("<h1>One</h1><p>text</p>" * 3)})),
        Seed("epub", "b.epub", books.page("<h1>One</h1><p>text <a href='#n'>1</a></p>"), _book),
        Seed("epub", "c.epub", books.package(["a.xhtml", "b.xhtml"]), _with_package),
    ]


def _markup() -> list[Seed]:
    pages = [mediawiki.page(f"Kite {n}", mediawiki.revision(n, WIKITEXT)) for n in range(3)]
    dump = mediawiki.dump(*pages)
    return [
        Seed("wikipedia", "enwiki-pages-articles.xml", dump),
        Seed("wikipedia", "enwiki-pages-articles.xml.bz2", dump, bz2.compress),
        Seed("wikipedia", "enwiki-pages-articles-multistream.xml.bz2", mediawiki.multistream(pages[:1], pages[1:])),
        Seed("wikipedia", "enwiki-pages-meta-history.xml.7z", dumps.archive({"enwiki-pages-meta-history.xml": dump})),
    ]


def _gzip(plain: bytes) -> bytes:
    return gzip.compress(plain, 1, mtime=0)


def _book(chapter: bytes) -> bytes:
    return books.book({"a.xhtml": chapter, "b.xhtml": books.page("<p>more</p>")})


def _with_package(package: bytes) -> bytes:
    chapter = books.page("<p>text</p>")
    members = {"META-INF/container.xml": books.CONTAINER, "OPS/book.opf": package, "OPS/a.xhtml": chapter}
    return books.archive(members)
