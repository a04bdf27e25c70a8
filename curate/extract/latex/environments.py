r"""What `\begin` and `\end` open and close.

Formulas and code are read whole. Figures are muted: their captions, code and displayed formulas come through, and
nothing of what draws or places them. Drawings, bibliographies and front matter go. Tables become lines of cells, lists
lines of items, theorems paragraphs that begin with their name. An author's own environment is what it is defined as;
one that nobody knows is its content.
"""

from __future__ import annotations

import re

from curate.extract.latex import code, names
from curate.extract.latex.formulas import formula
from curate.extract.latex.state import State

_SIZES = re.compile(r"\s?\{(?:[^{}\n]{0,60}(?:width|height|[\d.](?:pt|cm|mm|in|em|ex))|[lcr|@!pX><\d]{1,20})\}")


def begin(state: State, _: str) -> None:
    name = state.reader.argument().strip()
    if name == "document":
        state.restart()
    elif name in code.VERBATIM or name in code.ALGORITHMS or name in code.FLOATS:
        _code(state, name)
    elif name in names.FORMULAS:
        _formula(state, name)
    elif name in names.DRAWINGS or name in names.OFF:
        _drop(state, name)
    elif state.expansion.begin(name) and name not in state.theorems:
        return
    else:
        state.environments.append(name)
        _open(state, name)


def end(state: State, _: str) -> None:
    if state.reader.peek() != "{":  # plain TeX's end of the job
        state.ended = True
        return
    name = state.reader.argument().strip()
    if name == "document":
        state.ended = True
    elif name not in state.environments:
        state.expansion.end(name)
    else:
        while state.environments and _close(state, state.environments.pop()) != name:
            pass


def _open(state: State, name: str) -> None:
    page, reader = state.page, state.reader
    if name in names.FIGURES:
        page.paragraph()
        page.muted += 1
    elif name in names.TABLES:
        page.line()
        state.rows += 1
        state.arguments(names.TABLES[name])
    elif name in names.LISTS:
        page.line()
        reader.bracket()
        state.counters.append(0)
    elif name in state.theorems:
        _theorem(state, name)
    elif name in names.ENVIRONMENTS:
        state.arguments(names.ENVIRONMENTS[name])
        page.line()
    else:
        if reader.peek() == "[":
            reader.bracket()
        reader.take(_SIZES)
        page.line()


def _close(state: State, name: str) -> str:
    page = state.page
    page.line()
    if name in names.FIGURES:
        state.settle()
        page.muted = max(page.muted - 1, 0)
        page.paragraph()
    elif name in names.TABLES:
        state.rows = max(state.rows - 1, 0)
    elif name in names.LISTS and state.counters:
        state.counters.pop()
    elif name in state.theorems:
        page.paragraph()
    return name


def _theorem(state: State, name: str) -> None:
    state.page.paragraph()
    note = state.reader.bracket()
    label = state.theorems[name]
    if label in ("Proof", "Solution") and note:
        state.reader.push("{" + note + "}. ")
    else:
        state.reader.push("{" + label + (f" ({note})" if note else "") + "}. ")


def _formula(state: State, name: str) -> None:
    tex = formula(state.expansion, name)
    if not tex:
        return
    if name == "math":
        state.formula_inline(tex)
    elif name == "displaymath":
        state.page.block(f"$${tex}$$")
    else:
        state.page.block(f"\\begin{{{name}}}\n{tex}\n\\end{{{name}}}")


def _code(state: State, name: str) -> None:
    """Where the end is missing, or in another macro than the beginning, what follows is read as text."""
    if name in code.VERBATIM:
        state.arguments(code.VERBATIM[name].replace("o", "") if state.reader.peek() != "[" else code.VERBATIM[name])
    content = state.reader.until(f"\\end{{{name}}}")
    if content is None:
        state.reader.bracket()
        state.page.paragraph()
        return
    if name in code.FLOATS and "\\begin{algorithm" in content:
        state.environments.append("algorithm")
        state.reader.push(content + "\\end{algorithm}")
        state.reader.bracket()
        return
    content, captions = code.without_captions(content)
    lines = code.lines(content) if name in code.VERBATIM else code.steps(content)
    if lines:
        state.page.block(lines, apart=True)
    state.reader.push(captions)


def _drop(state: State, name: str) -> None:
    """Up to its end, past environments of the same name inside it."""
    opening, depth = f"\\begin{{{name}}}", 1
    while depth:
        content = state.reader.until(f"\\end{{{name}}}")
        if content is None:
            return
        depth += content.count(opening) - 1
