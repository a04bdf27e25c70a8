r"""LaTeX (and AMS-TeX, REVTeX, plain TeX) to text that keeps its formulas and code.

As TeX itself does it: `reader` is its mouth, `expansion` its gullet with the author's `macros`, `typeset` its stomach
with `commands` and `environments`, what comes out is a `page`; tables of names are in `names`. What is no text goes:
comments, what stands before the first section, bibliographies, pictures, sizes, labels. Formulas stay the author's TeX
with macros expanded, so that no preamble is needed to read them.

An own engine, since the libraries' do not expand macros, and pylatexenc's parse costs some hundred times as much. Every
step is linear, and all work is counted; nothing recurses. Costs: docs/sources.md.
"""

from __future__ import annotations

import re

from curate.extract.latex.comments import without_comments
from curate.extract.latex.page import laid_out
from curate.extract.latex.paper import text_blocks
from curate.extract.latex.typeset import typeset

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def to_text(source: str) -> tuple[str, str]:
    """(text, title) of a paper's joined source."""
    source = _CONTROL.sub(" ", source.replace("\r\n", "\n").replace("\r", "\n"))
    state = typeset(without_comments(source))
    return laid_out(text_blocks(state.page.blocks)), state.title
