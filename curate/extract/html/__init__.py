"""HTML to text: `main_text` of pages, whose content is to be found, and `fragment_text` of markup that is all content.

Importing this does not import numba; the first call does.
"""

from curate.extract.html.page import MainText, main_text

__all__ = ["MainText", "fragment_text", "main_text"]


def fragment_text(markup: str | bytes) -> str:
    """The text of `markup` with its structure: paragraphs, lists, tables, code, formulas. Bytes are UTF-8.

    Nothing visible is left out. Never raises, whatever the markup.
    """
    from curate.extract.html import engine

    return engine.fragment_text(markup)
