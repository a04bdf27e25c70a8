"""What the books of the development data hold, by another way than ours: zipfile, and lxml on the spine's documents.

Which documents are the book's apparatus and none of the author's text was read off the books by hand (`APPARATUS`).
A paragraph is a block without blocks in it, cut at `br`; marks of notes, numbers of pages and lines and readings of
ruby are taken out of it by their names.
"""

from __future__ import annotations

import posixpath
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_OFF = """
    titlepage.xhtml halftitlepage.xhtml imprint.xhtml colophon.xhtml uncopyright.xhtml cover.xhtml nav.xhtml
    toc-short.xhtml toc.xhtml copyright.xhtml preface_001.xhtml 表紙.xhtml 目次.xhtml
"""
APPARATUS = frozenset(_OFF.split())  # preface_001.xhtml of Moby-Dick is its transcribers' colophon
_BLOCK_NAMES = "p h1 h2 h3 h4 h5 h6 li dt dd td th div blockquote section aside header figure ol ul dl table"
_BLOCKS = tuple(_BLOCK_NAMES.split())
_MARKS = """.//*[@epub:type='noteref' or @epub:type='pagebreak' or @class='lnum'
    or local-name()='rt' or local-name()='head']"""
_NAMES = {"epub": "http://www.idpf.org/2007/ops"}
_LINE_END = "\uf8ff"  # in place of <br>


@dataclass(frozen=True)
class Book:
    documents: tuple[str, ...]  # as they are, in the spine's order
    paragraphs: tuple[str, ...]
    apparatus: tuple[str, ...]  # paragraphs that are not the author's
    marked: tuple[str, ...]  # the words before the mark of a note, and the mark


def book(path: Path) -> Book:
    from lxml import etree

    with zipfile.ZipFile(path) as packed:
        names = _spine(packed)
        documents = [packed.read(name) for name in names]
    paragraphs, apparatus, marked = [], [], []
    for name, document in zip(names, documents, strict=True):
        tree = etree.fromstring(document)
        marked += _marked(tree)
        kept = apparatus if posixpath.basename(name) in APPARATUS else paragraphs
        kept += _paragraphs(tree)
    decoded = tuple(document.decode("utf-8-sig") for document in documents)
    text = "\n".join(paragraphs)  # a title on a title page may well be a word of the book
    return Book(decoded, tuple(paragraphs), tuple(part for part in apparatus if part not in text), tuple(marked))


def _spine(packed: zipfile.ZipFile) -> list[str]:
    from lxml import etree

    [name] = [name for name in packed.namelist() if name.endswith(".opf")]
    tree = etree.fromstring(packed.read(name))
    items = {item.get("id"): item.get("href") for item in tree.iter("{*}item")}
    return [posixpath.join(posixpath.dirname(name), items[one.get("idref")]) for one in tree.iter("{*}itemref")]


def _marked(tree: Any) -> list[str]:
    marks = tree.xpath("//*[@epub:type='noteref']", namespaces=_NAMES)
    found = []
    for mark in marks:
        before = mark.getprevious().tail if mark.getprevious() is not None else mark.getparent().text
        words = " ".join((before or "").split())[-20:]
        found += [words + "".join(mark.itertext())] if len(words) > 5 else []
    return found


def _paragraphs(tree: Any) -> list[str]:
    for mark in tree.xpath(_MARKS, namespaces=_NAMES):
        mark.clear(keep_tail=True)
    for line_end in tree.iter("{*}br"):
        line_end.tail = _LINE_END + (line_end.tail or "")
    found = []
    for block in tree.iter(*("{*}" + name for name in _BLOCKS)):
        if not any(inner is not block for inner in block.iter(*("{*}" + name for name in _BLOCKS))):
            found += ["".join(line.split()) for line in "".join(block.itertext()).split(_LINE_END)]
    return [paragraph for paragraph in found if paragraph]
