"""MediaWiki's markup to text: `text` of a page, and the addresses that it cites.

Four passes, each linear: what must not be touched is taken out (`protected`); templates, links and tables, which nest
(`nesting`); what stands inside lines (`inline`); lines to blocks (`blocks`). Nothing is transcluded and nothing is
looked up, so a page costs the same in any dump. mwparserfromhell's `strip_code` reads 1.7 MB a second, keeps captions,
categories and cells' attributes, and takes the square of the unclosed tags (20,000 `<b>`: 10 s); see docs/lab-notes.md.
"""

from __future__ import annotations

import html
from functools import partial

from curate.extract.wikitext import blocks, inline, templates
from curate.extract.wikitext.links import Links, cited
from curate.extract.wikitext.nesting import Nesting
from curate.extract.wikitext.protected import Protected

__all__ = ["cited", "text"]


def text(markup: str, hidden: frozenset[str] = frozenset(), language: str | None = None) -> str:
    """The text of a page. `hidden`: the wiki's own names of namespaces whose links show nothing, in lower case;
    `language`: the wiki's, by which a few templates that are called alike are told apart."""
    protected = Protected(markup.replace("\r\n", "\n"))
    flat = Nesting(protected.markup, Links(hidden), partial(templates.words, language=language)).text()
    plain = blocks.text_of(inline.plain(flat))
    if "&" in plain:
        plain = html.unescape(plain)
    return protected.restore(plain.replace("\xa0", " ").replace("\xad", "")).strip()
