"""TeX as a bag of what it says: how two spellings of a formula are compared.

A formula that went through MathML comes back in another spelling: `\\to` as `\\rightarrow`, `\\mathrm{sin}` as `\\sin`,
braces where none were. What must survive is its symbols and structure, so tokens of layout (braces, spaces, sizes,
`\\left`, styles) are dropped, synonyms become one, names of functions and upright text become their letters. Order is
left out: `x_a^b` and `x^b_a` are one formula.
"""

from __future__ import annotations

import re
from collections import Counter

from curate.extract.tex_symbols import of_character

_TOKEN = re.compile(r"\\begin\s*\{\s*(\w+\*?)\s*\}|\\end\s*\{\s*\w+\*?\s*\}|\\([a-zA-Z]+|.)|(\S)", re.S)
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_SPACE = re.compile(r"\s+")
_DIMENSION = re.compile(
    r"\\(?:hspace|vspace|hskip|mspace|kern|mkern|mskip|label|tag)\*?\s*(?:\{[^{}]*\}|-?[\d.]+\s*[a-z]{2})"
)
_ROWS = re.compile(r"\\begin\s*\{(?:array|aligned|alignedat|gathered|tabular)\}\s*(?:\[\w\])?\s*(?:\{[^{}]*\})?")
_PRIME = re.compile(r"\^\s*(?:\\prime|\{\s*((?:\\prime\s*|')+)\})")
_LENGTH = re.compile(r"(\\\\)\s*\[[^\]]*\]")

_LAYOUT = frozenset(
    """
    left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm Bigm displaystyle textstyle
    scriptstyle scriptscriptstyle limits nolimits quad qquad enspace thinspace nonumber notag mathrm text textrm mbox
    operatorname mathop mathrel mathbin mathord mathopen mathclose mathpunct rm mathit it textit mathnormal hfill
    hline cr strut mathstrut negthinspace medspace thickspace relax hbox textnormal ensuremath allowbreak break
    textup rmfamily hskip nobreak noindent small large substack textsc sc - / , ; : ! > & \\
    """.split()  # noqa: SIM905
) | {" ", "\n", "\t"}
_LAYOUT_CHARACTERS = frozenset("{}&$~")
_SAME = {
    "le": "leq", "ge": "geq", "ne": "neq", "to": "rightarrow", "gets": "leftarrow", "land": "wedge", "lor": "vee",
    "lnot": "neg", "iff": "Leftrightarrow", "Longleftrightarrow": "Leftrightarrow", "implies": "Rightarrow",
    "Longrightarrow": "Rightarrow", "longrightarrow": "rightarrow", "longleftarrow": "leftarrow",
    "longmapsto": "mapsto", "dots": "ldots", "dotsc": "ldots", "dotsb": "cdots", "dotsm": "cdots", "dotsi": "cdots",
    "vert": "|", "lvert": "|", "rvert": "|", "mid": "|", "Vert": "parallel", "|": "parallel", "lVert": "parallel",
    "rVert": "parallel", "colon": ":", "ast": "*", "dfrac": "frac", "tfrac": "frac", "cfrac": "frac", "over": "frac",
    "widehat": "hat", "widetilde": "tilde", "bar": "overline", "overrightarrow": "vec", "boldsymbol": "mathbf",
    "bm": "mathbf", "bf": "mathbf", "textbf": "mathbf", "mathscr": "mathcal", "cal": "mathcal", "Bbb": "mathbb",
    "lbrace": "{", "rbrace": "}", "lbrack": "[", "rbrack": "]", "lt": "<", "gt": ">", "owns": "ni", "sb": "_",
    "sp": "^", "coloneqq": ":=", "varnothing": "emptyset", "setminus": "backslash", "smallsetminus": "backslash",
    "cdotp": "cdot", "centerdot": "cdot", "dbinom": "binom", "tbinom": "binom", "choose": "binom",
    "texttt": "mathtt", "tt": "mathtt", "stackrel": "^", "overset": "^", "underset": "_", "prime": "'",
    "square": "Box", "sf": "mathsf", "textsf": "mathsf", "frak": "mathfrak", "leqslant": "leq", "geqslant": "geq",
    "ldotp": ".", "textasciitilde": "~",
}  # fmt: skip
_FUNCTIONS = frozenset(
    """
    arccos arcsin arctan arg cos cosh cot coth csc deg det dim exp gcd hom inf ker lg lim liminf limsup ln log max min
    Pr sec sin sinh sup tan tanh injlim projlim bmod mod pmod pod
    """.split()  # noqa: SIM905
)
_BRACKETS = {
    "pmatrix": ("(", ")"), "bmatrix": ("[", "]"), "vmatrix": ("|", "|"), "cases": ("\\{",),
    "Bmatrix": ("\\{", "\\}"), "Vmatrix": ("\\parallel", "\\parallel"),
}  # fmt: skip


def exact(tex: str) -> str:
    """TeX without white space and without the wrapper that Wikipedia puts around it."""
    bare = _SPACE.sub("", tex)
    while bare.startswith("{\\displaystyle") and bare.endswith("}"):
        bare = bare.removeprefix("{\\displaystyle")[:-1]
    return bare


def alike(expected: str, found: str) -> tuple[float, float]:
    """(recall, precision) of symbols."""
    ours, theirs = symbols(found), symbols(expected)
    both = (ours & theirs).total()
    return both / max(theirs.total(), 1), both / max(ours.total(), 1)


def symbols(tex: str) -> Counter[str]:
    """The tokens that a formula is compared by."""
    tex = _PRIME.sub(lambda found: (found[1] or "'").replace("\\prime", "'"), _DIMENSION.sub(" ", tex))
    tex = _BEYOND_ASCII.sub(lambda found: f" {of_character(found[0])} ", tex)
    found: list[str] = []
    for environment, command, character in _TOKEN.findall(_LENGTH.sub(r"\1", _ROWS.sub(" ", tex))):
        if environment:
            found += _BRACKETS.get(environment.rstrip("*"), ())
        elif command:
            found += _of_command(command)
        elif character and character not in _LAYOUT_CHARACTERS:
            found.append(character)
    return Counter(found)


def _of_command(command: str) -> list[str]:
    if command in ("{", "}"):
        return ["\\" + command]
    if command in _FUNCTIONS:
        return list(command)
    if command in _LAYOUT:
        return []
    same = _SAME.get(command, command)
    if same in ("{", "}") or same.isalpha():
        return ["\\" + same]
    return list(same)
