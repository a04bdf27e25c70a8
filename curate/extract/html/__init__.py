"""HTML to text: `main_text` of pages, whose content is to be found, and `fragment_text` of markup that is all content.

Importing this does not import numba; the first call does.
"""

from curate.extract.html.page import main_text, without_tags

__all__ = ["fragment_text", "main_text", "without_tags"]


def fragment_text(markup: str | bytes) -> str:
    """The text of `markup` with its structure: paragraphs, lists, tables, code, formulas. Bytes are UTF-8."""
    from curate.extract.html import fragment

    return fragment.fragment_text(markup)
