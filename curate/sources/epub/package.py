"""The package document of a book (OPF): what it is called, and its documents in reading order.

EPUB 2 and 3, and what passes for them. The order is the spine's; documents with `linear="no"` (notes, mostly) come
behind the others. A document that is named twice is read once. What is no text of the author is said in five places:
`epub:type` inside the documents (`curate.extract.chapter`), and here the navigation document, the guide of EPUB 2, the
landmarks of EPUB 3 and, with caution, file names. These four only hint: see `hinted`.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote
from xml.etree import ElementTree

from curate.extract.xhtml import as_xml
from curate.sources.compressed import Broken
from curate.sources.epub.zipped import Book
from curate.sources.record import clean, epoch

XML_BYTES = 8 << 20  # of a package document, and of a navigation document
_CONTAINER = "META-INF/container.xml"
_DOCUMENTS = ("application/xhtml+xml", "text/html", "text/x-oeb1-document", "application/x-dtbook+xml", "")
_MOST = 20  # elements of a kind in the metadata
_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")  # obfuscated, not encrypted
_KINDS = "cover title-page titlepage halftitlepage copyright-page copyright imprint colophon toc loi lot index"
_APPARATUS = frozenset([*_KINDS.split(), "other.ms-coverimage"])  # of the guide and of landmarks
_FILES = """
    cover coverpage titlepage halftitle halftitlepage copyright copyrightpage imprint colophon uncopyright toc contents
    tableofcontents nav
"""
_NAMES = frozenset(_FILES.split())


@dataclass
class Package:
    title: str | None = None
    language: str | None = None
    url: str | None = None
    date: int | None = None
    license: str | None = None
    documents: list[str] = field(default_factory=list)  # members, in reading order
    hinted: set[str] = field(default_factory=set)  # those that are said to be no text of the author
    navigation: str | None = None
    encrypted: bool = False


def package(book: Book) -> Package:
    """Raises Broken where there is no package document to be read."""
    name = _package_name(book)
    tree = _tree(book.read(name, XML_BYTES))
    if tree is None:
        raise Broken("broken_epub")
    found = Package()
    folder = posixpath.dirname(name)
    _describe(found, tree)
    _order(found, tree, lambda href: _member(book, folder, href))
    found.hinted |= {member for member in found.documents if _stem(member) in _NAMES}
    found.hinted |= _landmarks(book, found.navigation)
    found.encrypted = not _encrypted(book).isdisjoint(found.documents)
    return found


def _package_name(book: Book) -> str:
    try:
        tree = _tree(book.read(book.find(_CONTAINER), XML_BYTES))
    except Broken:
        tree = None
    files = [one.get("full-path", "") for one in _all(tree, "rootfile")]
    found = next((name for file in files if (name := book.find(file))), None) or book.ending(".opf")
    if found is None:
        raise Broken("broken_epub")
    return found


def _describe(found: Package, tree: ElementTree.Element) -> None:
    found.title = next(_texts(tree, "title"), None)
    found.language = next(_texts(tree, "language"), None)
    found.url = next((text for text in _texts(tree, "identifier") if re.match(r"https?://[^\s/]+\S*$", text)), None)
    dates = sorted(_all(tree, "date")[:_MOST], key=lambda one: _attribute(one, "event") not in ("publication", ""))
    found.date = next((date for one in dates if (date := _date(_line(one) or "")) is not None), None)
    links = [one.get("href", "") for one in _all(tree, "link") if one.get("rel") in ("cc:license", "license")]
    found.license = clean(next(iter(links), "")) or " ".join(_texts(tree, "rights"))[:1000] or None


def _order(found: Package, tree: ElementTree.Element, member: Callable[[str], str]) -> None:
    items = {one.get("id", ""): one for one in _all(tree, "item")}
    last: list[str] = []
    for one in _all(tree, "itemref"):
        item = _readable(items, one.get("idref", ""))
        if item is not None:
            name = member(item.get("href", ""))
            (last if one.get("linear", "").lower() == "no" else found.documents).append(name)
    for item in items.values():
        if "nav" in item.get("properties", "").split():
            found.navigation = member(item.get("href", ""))
            found.hinted.add(found.navigation)
    found.documents = list(dict.fromkeys(found.documents + last))
    for one in _all(tree, "reference"):
        if one.get("type", "").lower() in _APPARATUS and "#" not in one.get("href", "#"):
            found.hinted.add(member(one.get("href", "")))


def _landmarks(book: Book, navigation: str | None) -> set[str]:
    """Members that the navigation document calls something else than text; a link *into* one says nothing of it all."""
    try:
        tree = _tree(book.read(navigation, XML_BYTES)) if navigation else None
    except Broken:
        return set()
    return {
        _member(book, posixpath.dirname(navigation or ""), one.get("href", ""))
        for one in _all(tree, "a")
        if not _APPARATUS.isdisjoint(_attribute(one, "type").lower().split()) and "#" not in one.get("href", "#")
    }


def _readable(items: dict[str, ElementTree.Element], name: str) -> ElementTree.Element | None:
    """The item, or what it says to fall back to, that is a document; pictures in a spine have no text."""
    for _ in range(8):
        item = items.get(name)
        if item is None or item.get("media-type", "").lower().strip() in _DOCUMENTS:
            return item
        name = item.get("fallback", "")
    return None


def _encrypted(book: Book) -> set[str]:
    """Members that META-INF/encryption.xml names, but for fonts, which are scrambled only."""
    try:
        tree = _tree(book.read(book.find("META-INF/encryption.xml"), XML_BYTES))
    except Broken:
        return set()
    found: set[str] = set()
    for one in tree if tree is not None else ():
        ways = {method.get("Algorithm") for method in _all(one, "EncryptionMethod")}
        if not ways <= set(_FONTS):
            found |= {_member(book, "", reference.get("URI", "")) for reference in _all(one, "CipherReference")}
    return found


def _member(book: Book, folder: str, href: str) -> str:
    """The member that a reference means: relative to its folder, escaped or not, composed as in the zip."""
    plain = posixpath.normpath(posixpath.join(folder, href.partition("#")[0])).lstrip("/")
    forms = [plain, unquote(plain, errors="replace")]
    forms += [unicodedata.normalize(form, forms[1]) for form in ("NFC", "NFD")]
    return next((name for form in forms if (name := book.find(form))), forms[1])


def _stem(member: str) -> str:
    """The file's name without ending, numbers and hyphens."""
    return re.sub(r"[\W\d_]+", "", posixpath.basename(member).lower().rpartition(".")[0])


def _tree(content: bytes | str) -> ElementTree.Element | None:
    from curate.charset import decode

    if isinstance(content, bytes):
        decoded = decode(content, None, True)
        content = decoded[0] if decoded else ""
    try:
        return ElementTree.fromstring(as_xml(content).encode("utf-8", "replace"))
    except ElementTree.ParseError:
        return None


def _all(tree: ElementTree.Element | None, name: str) -> list[ElementTree.Element]:
    """Elements of that name below `tree`, in whatever namespace."""
    if tree is None:
        return []
    return [one for one in tree.iter() if isinstance(one.tag, str) and one.tag.rpartition("}")[2] == name]


def _attribute(element: ElementTree.Element, name: str) -> str:
    """Its value, in whatever namespace."""
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name), "")


def _texts(tree: ElementTree.Element, name: str) -> Iterator[str]:
    """Of the first ones: elements inside one another would be read over and over."""
    return (text for one in _all(tree, name)[:_MOST] if (text := _line(one)))


def _line(element: ElementTree.Element) -> str | None:
    return clean(" ".join("".join(element.itertext()).split()))


def _date(stated: str) -> int | None:
    return epoch(f"{stated}-01-01" if re.fullmatch(r"\d{4}", stated) else stated)
