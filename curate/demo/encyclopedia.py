"""A small encyclopedia that cites pages of the crawl: planted labels for a classifier of pages worth citing.

A dump as Wikipedia publishes them. Its articles cite what the crawl's documentation says of protocols and formats:
the modules of `ARTICLES`, in both forms in which the crawl has them, so that cited pages share a subject and not a
template. Every eighth citation is written as another form of the page's address, and every twentieth page of these
modules is cited nowhere. What is no citation stands beside them: links of a talk page and of a redirect to pages on
other subjects, to a page that no crawl holds, and to the wiki itself.
"""

from __future__ import annotations

import bz2
import hashlib
import re
from collections.abc import Iterable
from html import escape
from pathlib import Path

from curate.demo.truth import Plant, Truth
from curate.demo.warc import Page

NAME = "wikipedia/demowiki-20260101-pages-articles.xml.bz2"
ARTICLES = {
    "Electronic mail": (
        "email imaplib mailbox mailcap mimetypes poplib quopri smtpd smtplib uu",
        "Electronic mail is handed from one server to the next until it reaches the one that keeps the box of its "
        "reader. A message is lines of text: headers first, then an empty line, then the body. What is not plain text "
        "is wrapped so that it survives servers that were built for seven bits. The letter itself and the envelope "
        "that carries it are two different things, and much that is puzzling about mail comes from mixing them up.",
    ),
    "Network socket": (
        "asynchat asyncore ipaddress select selectors socket socketserver ssl telnetlib",
        "A network socket is one end of a conversation between two programs, which may run on machines that are far "
        "apart. An address and a port name it. Data that is written at one end comes out at the other in the same "
        "order or not at all, and a program that talks to many partners has to ask which of them has said something. "
        "Where nobody else is to listen, the two ends first agree on keys.",
    ),
    "File transfer": (
        "ftplib netrc nntplib",
        "File transfer over a network is older than the web. One connection carries the commands, a second one the "
        "bytes of the files, and which side opens the second has been a cause of trouble ever since there are "
        "firewalls. News was spread by a protocol of the same family: a server keeps articles by group, and readers "
        "ask for those that came since they looked last.",
    ),
    "World Wide Web": (
        "html http urllib webbrowser wsgiref xmlrpc",
        "On the web a page has an address, and a browser asks the server that the address names for it. The answer "
        "begins with a number that tells whether there is such a page. Servers hand what a program has to answer to "
        "it by an agreed interface, so that either may be exchanged. Calls of procedures on other machines were "
        "among the first things that were carried this way besides pages.",
    ),
    "Data compression": (
        "bz2 gzip lzma tarfile zipfile zlib",
        "Data compression writes the same bytes in fewer of them. Repetitions are replaced by a note of where the "
        "same bytes stood before, and what is frequent gets a short code. An archive holds many files in one and "
        "keeps their names, dates and rights; some formats compress each file alone, so that one can be taken out, "
        "and others the archive as a whole, which makes it smaller.",
    ),
    "Character encoding": (
        "base64 binascii codecs xdrlib",
        "A character encoding says which bytes stand for which letter. Where bytes have to travel through a channel "
        "that is made for letters, they are written with an alphabet of sixty-four signs, at the price of a third "
        "more length. Decoding may fail, and a program has to say what it wants then: an error, a sign in place of "
        "what could not be read, or nothing.",
    ),
    "Data serialization": (
        "configparser csv json plistlib sqlite3 xml",
        "Data serialization turns what a program holds in memory into a form that can be stored and read by another. "
        "Tables go into lines with a sign between the fields, trees into nested brackets or tags, settings into "
        "sections of names and values. A database in one file answers questions of such data without reading all "
        "of it.",
    ),
    "Message digest": (
        "hashlib hmac secrets uuid",
        "A message digest is a number of fixed length that is computed from a message of any length. Nobody knows how "
        "to find two messages that have the same one. With a key that only two parties share it proves that a message "
        "comes from one of them and was not changed. Identifiers that nobody has to hand out are made of such numbers "
        "too, or of random ones.",
    ),
}
_WIKI = "https://encyclopedia.example.org/wiki/"
_PAGE = re.compile(
    r"https://(?:docs|library|manual)\.example\.(?:org|net)/(?:pydoc/)?((\w+)[\w.]*?)(?:\.html)?(?:/\d+)?"
)
_HEADER = (
    '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en">\n<siteinfo>\n'
    f"<sitename>Encyclopedia</sitename>\n<dbname>demowiki</dbname>\n<base>{_WIKI}Main_Page</base>\n"
    '<namespaces><namespace key="0" case="first-letter" /><namespace key="1" case="first-letter">Talk</namespace>'
    "</namespaces>\n</siteinfo>\n"
)


def write(folder: Path, web: Iterable[Page], truth: Truth) -> None:
    """The dump, made of the addresses in `web`; `truth` learns which of them are cited and which seem to be."""
    pages = sorted({page.url for page in web if _PAGE.fullmatch(page.url)}, key=_shuffled)
    wanted = {module for modules, _ in ARTICLES.values() for module in modules.split()}
    worth = [url for url in pages if _module(url) in wanted]
    links = {url: _variant(url, n) for n, url in enumerate(worth) if n % 20 != 19}
    decoys = [url for url in pages if _module(url) not in wanted][:20]
    texts = [(0, title, _article(text, modules.split(), links)) for title, (modules, text) in ARTICLES.items()]
    texts.append((1, "Talk:Network socket", _listed("Should we cite these?", decoys[:10])))
    texts.append((0, "Sockets", _listed("#REDIRECT [[Network socket]]", decoys[10:])))
    whole = _HEADER + "".join(_page(n, *text) for n, text in enumerate(texts, 1)) + "</mediawiki>\n"
    (folder / NAME).parent.mkdir(parents=True, exist_ok=True)
    (folder / NAME).write_bytes(bz2.compress(whole.encode()))
    truth.plants += [Plant("cited page", "cited", "web", (url,), text=link) for url, link in sorted(links.items())]
    truth.plants += [
        Plant("page not cited", "not cited", "web", (url,)) for url in sorted({*worth, *decoys} - {*links})
    ]


def cites(module: str) -> bool:
    """Whether pages on a module of the standard library have the trait that the encyclopedia cites."""
    return any(module in modules.split() for modules, _ in ARTICLES.values())


def _article(text: str, modules: list[str], links: dict[str, str]) -> str:
    parts = [text]
    for module in modules:
        named = sorted(
            (name[1], link) for url, link in links.items() if (name := _PAGE.fullmatch(url)) and name[2] == module
        )
        if named:
            said = ", ".join(f"{name}<ref>[{link} {name}]</ref>" for name, link in named)
            parts.append(
                f"== {module} ==\nThe library of Python calls its part of this ''{module}'' and describes {said}."
            )
    return "\n\n".join(
        [*parts, "== See also ==\n* https://en.wikipedia.org/wiki/Main_Page\n* https://gone.example.com/lost"]
    )


def _listed(first: str, urls: list[str]) -> str:
    return "\n".join([first, *(f"* [{url} a page]" for url in urls)])


def _page(number: int, namespace: int, title: str, text: str) -> str:
    redirect = '<redirect title="Network socket" />\n' if text.startswith("#REDIRECT") else ""
    return (
        f"<page>\n<title>{title}</title>\n<ns>{namespace}</ns>\n<id>{number}</id>\n{redirect}<revision>\n"
        f"<id>{1000 + number}</id>\n<timestamp>2025-11-01T12:00:00Z</timestamp>\n<model>wikitext</model>\n"
        f'<format>text/x-wiki</format>\n<text xml:space="preserve">{escape(text, quote=False)}</text>\n'
        "</revision>\n</page>\n"
    )


def _variant(url: str, number: int) -> str:
    """As people write addresses: mostly as the browser showed them."""
    bare = url.removeprefix("https://")
    return (f"http://{bare}", f"{url}#top")[number // 8 % 2] if number % 8 == 7 else url


def _module(url: str) -> str:
    found = _PAGE.fullmatch(url)
    return found[2] if found else ""


def _shuffled(url: str) -> bytes:
    return hashlib.sha256(url.encode()).digest()
