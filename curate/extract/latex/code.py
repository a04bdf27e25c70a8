r"""Code in a paper: verbatim text and listings with every line as it is, algorithms as they are written.

An algorithm's steps are commands (`\State`, `\For`) of which each package has its own; taken as code they lose nothing.
"""

from __future__ import annotations

import re

VERBATIM = {  # and what stands between \begin{...} and the code
    **dict.fromkeys(("verbatim", "verbatim*", "alltt", "CodeInput", "CodeOutput", "Sinput", "Soutput", "pyglist"), ""),
    **dict.fromkeys(("Verbatim", "Verbatim*", "BVerbatim", "lstlisting"), "o"),
    "minted": "o-",
}
ALGORITHMS = frozenset(("algorithmic", "algorithmic*", "algpseudocode"))
FLOATS = frozenset(("algorithm", "algorithm*", "algorithm2e", "algorithm2e*", "procedure", "function", "pseudocode"))

_CAPTION = re.compile(r"[ \t]*\\caption\*?\s*(?:\[[^\[\]]*\])?\s*\{(?:[^{}]|\{[^{}]*\}){0,2000}\}[ \t]*\n?")
_LABEL = re.compile(r"[ \t]*\\label\s*\{[^{}]*\}[ \t]*\n?")
_OPTIONS = re.compile(r"\A\s*\[[^\[\]\n]{0,200}\]")


def lines(content: str) -> str:
    """The lines between the first and the last that are not blank, indentation and all."""
    kept = content.split("\n")
    while kept and not kept[0].strip():
        kept.pop(0)
    while kept and not kept[-1].strip():
        kept.pop()
    return "\n".join(line.rstrip() for line in kept)


def steps(content: str) -> str:
    """An algorithm's, without labels and the options of its environment."""
    return lines(_LABEL.sub("", _OPTIONS.sub("", content, count=1)))


def without_captions(content: str) -> tuple[str, str]:
    """The code, and the commands of captions that stand in it."""
    captions = "\n".join(found.strip() for found in _CAPTION.findall(content))
    return (_CAPTION.sub("", content), captions) if captions else (content, "")
