"""A formula's place in a page to TeX between dollars: one for a formula in a line, two for one that stands alone."""

import html
import re

import numpy as np

from curate.extract.html.state import ALT_TEXT, FIRST, FORM, LAST, MATHML, SHOWN_ALONE
from curate.extract.maths import tex_of_image, tex_of_math, unwrapped

_TAG = re.compile(r"<[^<>]*>")
_BLANK_LINES = re.compile(r"\n\s*\n")


def formula_text(source: np.ndarray, formula: np.ndarray) -> str:
    """What stands in the text for a row of a page's formulas; the letters of one that no TeX can be made of."""
    markup = source[formula[FIRST] : formula[LAST]].tobytes()
    tex = _tex(markup, formula[FORM])
    if tex is None:
        return " ".join(_plain(_TAG.sub(" ", markup.decode("utf-8", "replace"))).split())
    mark = "$$" if formula[SHOWN_ALONE] else "$"
    return f"{mark}{_BLANK_LINES.sub(chr(10), tex)}{mark}" if tex else ""  # a blank line would end the paragraph


def _tex(markup: bytes, form: int) -> str | None:
    if form == MATHML:
        return tex_of_math(markup)
    text = markup.decode("utf-8", "replace")
    if form == ALT_TEXT:
        return tex_of_image(_plain(text))
    return unwrapped(text.strip().removeprefix("<![CDATA[").removesuffix("]]>").replace("\0", ""))


def _plain(text: str) -> str:
    return html.unescape(text).replace("\0", "")
