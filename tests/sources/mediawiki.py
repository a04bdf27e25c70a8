"""MediaWiki exports to read: pages, headers, whole dumps, and multistream ones."""

import bz2
from xml.sax.saxutils import escape

HEADER = (
    '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="{language}">\n'
    "  <siteinfo>\n    <sitename>Wikipedia</sitename>\n    <dbname>{language}wiki</dbname>\n"
    "    <base>https://{language}.wikipedia.org/wiki/Main_Page</base>\n    <namespaces>\n"
    '      <namespace key="0" case="first-letter" />\n      <namespace key="1" case="first-letter">Talk</namespace>\n'
    '      <namespace key="6" case="first-letter">Fails</namespace>\n    </namespaces>\n  </siteinfo>\n'
)
FOOTER = "</mediawiki>\n"


def revision(
    number: int, text: str, date: str = "2024-03-01T12:00:00Z", attributes: str = "", model: str = "wikitext"
) -> str:
    return (
        f"    <revision>\n      <id>{number}</id>\n      <timestamp>{date}</timestamp>\n      <contributor>\n"
        f"        <username>A</username>\n        <id>7</id>\n      </contributor>\n      <model>{model}</model>\n"
        f'      <text xml:space="preserve"{attributes}>{escape(text)}</text>\n    </revision>\n'
    )


def page(title: str, *revisions: str, namespace: int | None = 0, redirect: bool = False) -> str:
    """A page; what stands between title and revisions is as in real dumps."""
    ns = "" if namespace is None else f"    <ns>{namespace}</ns>\n"
    to = '    <redirect title="Elsewhere" />\n' if redirect else ""
    return f"  <page>\n    <title>{escape(title)}</title>\n{ns}    <id>1</id>\n{to}{''.join(revisions)}  </page>\n"


def dump(*pages: str, language: str = "en") -> bytes:
    return (HEADER.format(language=language) + "".join(pages) + FOOTER).encode()


def multistream(*groups: list[str]) -> bytes:
    """A stream with the header, one for each group of pages, one with the end."""
    parts = [HEADER.format(language="en"), *("".join(group) for group in groups), FOOTER]
    return b"".join(bz2.compress(part.encode()) for part in parts)
