"""Markup all of whose text is wanted: posts of a forum, chapters of a book, pages of a wiki."""

import numpy as np

from curate.extract.html.formulas import formula_text
from curate.extract.html.layout import lay_out
from curate.extract.html.render import render
from curate.extract.html.tokenise import tokenise


def fragment_text(markup: str | bytes) -> str:
    """The text of `markup` with its structure: paragraphs, lists, tables, code, formulas. Bytes are UTF-8.

    Nothing visible is left out. Never raises, whatever the markup.
    """
    source = _utf8(markup)
    page = tokenise(source)
    layout = lay_out(page.elements, page.blocks)
    everything = np.ones(len(page.blocks), np.bool_)
    return render(page, layout, everything, lambda number: formula_text(page.source, page.formulas[number]))


def _utf8(markup: str | bytes) -> bytes:
    """Valid UTF-8: what cannot be written in it, or read from it, is a question mark or U+FFFD."""
    text = markup if isinstance(markup, str) else markup.decode("utf-8", "replace")
    return text.encode("utf-8", "replace")
