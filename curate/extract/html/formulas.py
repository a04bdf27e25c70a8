"""A formula's place in a page to TeX between dollars: one for a formula in a line, two for one that stands alone."""

import html
import re

import numpy as np

from curate.extract.html.state import ALT_TEXT, FIRST, FORM, LAST, MATHML, SHOWN_ALONE

_TAG = re.compile(r"<[^<>]*>")
_BLANKS = re.compile(r"\s+")
_DELIMITED = re.compile(r"^(?:\$\$?|\\\(|\\\[)(.*?)(?:\$\$?|\\\)|\\\])$", re.S)
_STYLED = re.compile(r"^\{\\(?:display|text)style\s*(.*)\}$", re.S)


def formula_text(source: np.ndarray, formula: np.ndarray) -> str:
    """What stands in the text for a row of a page's formulas; the letters of one that no TeX can be made of."""
    markup = source[formula[FIRST] : formula[LAST]].tobytes()
    tex = _mathml(markup) if formula[FORM] == MATHML else _clean(markup.decode("utf-8", "replace"), formula[FORM])
    if tex is None:
        return " ".join(html.unescape(_TAG.sub("", markup.decode("utf-8", "replace"))).split())
    mark = "$$" if formula[SHOWN_ALONE] else "$"
    return f"{mark}{tex}{mark}" if tex else ""


def _mathml(markup: bytes) -> str | None:
    try:
        from curate.extract.maths import tex_of_math
    except ImportError:
        tex_of_math = _annotated

    tex = tex_of_math(markup)
    return _undelimited(tex) if tex and tex.strip() else None


_ANNOTATION = re.compile(rb"<annotation\b[^>]*application/x-tex[^>]*>(.*?)</annotation", re.I | re.S)
_ALTTEXT = re.compile(rb"""\balttext\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.I)


def _annotated(markup: bytes) -> str | None:
    found = _ANNOTATION.search(markup) or _ALTTEXT.search(markup)
    return html.unescape(next(filter(None, found.groups()), b"").decode("utf-8", "replace")) if found else None


def _clean(tex: str, form: int) -> str:
    return _undelimited(html.unescape(tex) if form == ALT_TEXT else tex.removeprefix("<![CDATA[").removesuffix("]]>"))


def _undelimited(tex: str) -> str:
    """Without dollars or style around it, and without blank lines, which would end a paragraph."""
    tex = tex.replace("\0", "").replace("\x1a", "").strip()
    for pattern in (_DELIMITED, _STYLED):
        found = pattern.match(tex)
        if found and "$" not in found.group(1) and _balanced(found.group(1)):
            tex = found.group(1).strip()
    return re.sub(r"\n\s*\n", "\n", tex.replace("\r\n", "\n"))


def _balanced(tex: str) -> bool:
    depth = 0
    for brace in re.findall(r"\\.|[{}]", tex):
        depth += (brace == "{") - (brace == "}")
        if depth < 0:
            return False
    return depth == 0
