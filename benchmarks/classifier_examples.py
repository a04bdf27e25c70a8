"""Labelled documents for classifiers out of the development data, with keys that no fold may cut through.

An answer follows from what a document is or from its markup, never from a judge; what must not give it away is told
here. Documents are English, or the language would tell, and cut to the same length, since length would. GSM8K comes
without its calculator's `<<...>>` and `####`, which no page has. Its problems are short and are told apart by their
style alone, so paragraphs of books as short stand against them, and threads of the same sites without a formula
against those with one.
"""

from __future__ import annotations

import gzip
import json
import re
import tarfile
import zlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.classifier_documents import CHARS, Document, documents
from curate.dedup.urls import host

CRAWL = tuple(f"web/crawl/LABDATA-DEV-20260820000000-0000{n}.warc.gz" for n in range(2))
THREADS = ("stackexchange",)
ENCYCLOPEDIA = "wikipedia/enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"
FORMULA = re.compile(r"\$\$?([^$\n]{1,300}?)\$")
OF_FORMULA = re.compile(r"[\\^_=<>+]")
CODE_SHARE = 0.1  # of a text, from which on the page counts as one with code
SOURCE = (".py", ".js", ".ts", ".rs", ".go", ".cpp", ".hpp", ".cs", ".sh", ".c", ".java", ".rb")
DOCUMENTATION = (".md", ".rst")
BLOCKS = re.compile(r"^```.*?^```|(?:^(?: {4}|\t)[^\n]*\n?)+", re.DOTALL | re.MULTILINE)
TECHNICAL = ("docs.sympy.org", "debian.org")  # documentation in the crawl, full of formulas or commands


@dataclass(frozen=True)
class Example:
    text: str
    positive: bool
    key: str
    source: str
    only_learnt: bool = False  # from, never judged by


def reasoning(data: Path) -> list[Example]:
    """GSM8K and threads with MathJax against threads without, C4, the crawl, Wikipedia, news, paragraphs of books."""
    found = [Example(text, True, f"gsm8k/{n}", "gsm8k") for n, text in enumerate(_gsm8k(data)[::3])]
    for one in _english(documents(data, *THREADS)):
        formula = has_formula(one.text)
        if formula or one.host.startswith("math") or _chosen(one.key, 2):
            found.append(Example(one.text, formula, one.key, one.host))
    pages = [one for one in _english(documents(data, *CRAWL)) if one.host not in TECHNICAL]
    found += [Example(one.text, False, one.key, "crawl") for one in pages]
    found += [Example(one.text, False, one.key, "wikipedia") for one in documents(data, ENCYCLOPEDIA)]
    return [*found, *_c4(data, False), *_news(data), *_paragraphs(data)]


def code(data: Path) -> list[Example]:
    """Pages and threads of which a tenth or more is code by their markup, against those with none, and C4. What lies
    between is on neither side. Learnt from as well: source and documentation of repositories."""
    found = []
    for one in _english([*documents(data, *THREADS), *documents(data, *CRAWL)]):
        if one.code >= CODE_SHARE or not one.has_code:
            found.append(Example(one.text, one.has_code, one.key, _kind(one)))
    return [*found, *_c4(data, False), *_repositories(data)]


def quality(data: Path) -> list[Example]:
    """C4 against pages' navigation, and archived pages that are lists, shop shelves and spam, in any language."""
    lists = ("web/warc_native/pywb__iana.warc.gz", "web/warc_native/chatnoir-resiliparse__clueweb-quirk.warc.gz")
    spam = ("web/warc_native/chatnoir-resiliparse__commoncrawl-2020-slice.warc.gz",)
    found = [Example(text, False, key, "navigation") for key, text in _navigation(data)]
    found += [Example(one.text, False, one.key, "listings") for one in documents(data, *lists)]
    found += [Example(one.text, False, one.key, "spam") for one in documents(data, *spam)]
    return [*found, *_c4(data, True)]


def cited(data: Path) -> list[Example]:
    """Pages of the crawl whose host some Wikipedia of the development data links, against pages of all other hosts."""
    linked = {host(url) for one in documents(data, ENCYCLOPEDIA, "wikipedia/minidumps") for url in one.links}
    pages = [one for one in documents(data, *CRAWL) if one.host not in (*TECHNICAL, "web.archive.org")]
    return [Example(one.text, one.host in linked, one.key, "crawl") for one in pages]


def has_formula(text: str) -> bool:
    """Whether MathJax would set anything in it: dollars of a price around words make no formula."""
    return any(OF_FORMULA.search(inside) or len(inside) <= 2 for inside in FORMULA.findall(text))


def _gsm8k(data: Path) -> list[str]:
    solved = []
    for row in _lines(data / "labels" / "gsm8k_train_sample.jsonl.gz"):
        answer = re.sub(r"\n?####.*", "", re.sub(r"<<[^>]*>>", "", row["answer"]))
        solved.append(f"{row['question']}\n{answer}")
    return solved


def _c4(data: Path, positive: bool) -> list[Example]:
    rows = _lines(data / "labels" / "c4_sample.jsonl.gz")
    return [Example(row["text"][:CHARS], positive, host(row["url"]) or row["url"], "c4") for row in rows]


def _news(data: Path) -> list[Example]:
    rows = _lines(data / "neardup" / "news_plagiarism.docs.jsonl.gz")
    return [Example(row["text"][:CHARS], False, f"news/{row['id']}", "news") for row in rows if _chosen(row["id"], 7)]


def _paragraphs(data: Path, each: int = 10) -> list[Example]:
    """Of English books, as long as problems of GSM8K are."""
    found = []
    for path in sorted((data / "books" / "gutenberg").iterdir()):
        text = gzip.decompress(path.read_bytes()).decode("utf-8", "replace").replace("\r\n", "\n")
        if "Language: English" in text:
            whole = [" ".join(one.split()) for one in text.split("\n\n")[30:-80]]
            fitting = sorted((one for one in whole if 150 < len(one) < 900), key=lambda one: zlib.crc32(one.encode()))
            found += [Example(one, False, path.name, "books") for one in fitting[:each]]
    return found


def _repositories(data: Path, each: int = 15) -> list[Example]:
    """Beginnings of source files, and those pieces of documentation of which a tenth or more is blocks of code."""
    found = []
    for path in sorted((data / "code").glob("*.tar.gz")):
        with tarfile.open(path) as archive:
            members = sorted((m for m in archive if m.size > 200), key=lambda m: zlib.crc32(m.name.encode()))
            source = [_text(archive, m)[:CHARS] for m in members if m.name.endswith(SOURCE)]
            pieces = [piece for m in members if m.name.endswith(DOCUMENTATION) for piece in _pieces(_text(archive, m))]
        technical = [piece for piece in pieces if sum(map(len, BLOCKS.findall(piece))) >= CODE_SHARE * len(piece)]
        chosen = [*source[:each], *technical[:each]]
        found += [Example(text, True, path.name, "repositories", only_learnt=True) for text in chosen]
    return found


def _pieces(text: str) -> list[str]:
    return [text[at : at + CHARS] for at in range(0, len(text), CHARS)]


def _text(archive: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    opened = archive.extractfile(member)
    return opened.read().decode("utf-8", "replace") if opened else ""


def _navigation(data: Path) -> list[tuple[str, str]]:
    """What pages hold besides their text, by page."""
    lines: dict[str, list[str]] = defaultdict(list)
    for row in _lines(data / "labels" / "boilerplate_lines.jsonl.gz"):
        if row["label"] == "boiler":
            lines[row["page"]].append(row["text"])
    return [(page, "\n".join(listed)[:CHARS]) for page, listed in sorted(lines.items())]


def _kind(one: Document) -> str:
    return one.host if one.host in TECHNICAL else "threads" if "stackexchange" in one.host else "pages"


def _english(found: Iterable[Document]) -> list[Document]:
    return [one for one in found if one.language == "en"]


def _chosen(key: str, one_in: int) -> bool:
    return zlib.crc32(key.encode()) % one_in == 0


def _lines(path: Path) -> list[dict]:
    return [json.loads(row) for row in gzip.open(path, "rt", encoding="utf-8")]
