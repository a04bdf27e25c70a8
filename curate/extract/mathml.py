"""Presentation MathML to TeX.

Each element becomes the command that a person would have written: `msup` a superscript, `mover` an accent, a brace or a
limit, `mtable` between parentheses a `pmatrix`. Brackets become `\\left` and `\\right` where something tall stands
between them. Content MathML is read as the row of its leaves. The rest of an unknown element is what is in it.

Formulas with their TeX beside them never come here (`curate.extract.maths`). Cost: about 7 µs an element, in Python.
"""

from __future__ import annotations

import re

from curate.extract.mathml_rows import braced, joined, row, solitary, without_line
from curate.extract.mathml_tables import table
from curate.extract.mathml_tokens import identifier, number, operator, space, words
from curate.extract.mathml_tree import Element, parse
from curate.extract.tex_symbols import ARROWS, LIMITS, OVER, UNDER

_UNSEEN = frozenset({"annotation", "annotation-xml", "mphantom", "none", "mprescripts", "maligngroup", "malignmark"})
_LARGE = re.compile(
    r"\\(?:sum|i*int|oi*nt|prod|coprod|big(?:cup|cap|vee|wedge|oplus|otimes|odot|uplus|sqcup)|lim(?:inf|sup)?|max|min"
    r"|sup|inf|det|gcd|Pr|operatorname\*\{[^{}]*\}|over(?:brace|line)|underbrace)(?![a-zA-Z])"
)
_PRIMES = re.compile(r"(?:'|\\backprime)+")
_ENCLOSED = {
    "box": "\\boxed", "roundedbox": "\\boxed", "updiagonalstrike": "\\cancel", "downdiagonalstrike": "\\bcancel",
    "updiagonalstrike downdiagonalstrike": "\\xcancel", "top": "\\overline", "bottom": "\\underline",
    "radical": "\\sqrt", "horizontalstrike": "\\cancel",
}  # fmt: skip


def to_tex(markup: str) -> str:
    """TeX of a `<math>` element without delimiters; "" if nothing is in it."""
    root = parse(markup)
    return _tex(root, False).strip() if root.children else ""


def _tex(element: Element, tight: bool) -> str:
    """TeX of an element; `tight` inside of scripts, where operators have no spaces around them."""
    name, children = element.name, element.children
    if name in _TOKENS:
        return _TOKENS[name](element)
    if name in _UNSEEN:
        return ""
    if name in _SCHEMATA and len(children) >= _SCHEMATA[name][0]:
        return _SCHEMATA[name][1](element, tight)
    if name == "semantics":
        return _tex(children[0], tight) if children else ""
    if name in ("mtable", "table"):
        return table(element, lambda cell: _tex(cell, False))
    if not children:
        return words(element) if element.text.strip() else ""
    return row(element, tight, _tex)


def _fraction(element: Element, tight: bool) -> str:
    above, below = (_tex(child, tight) for child in element.children[:2])
    if element.attributes.get("bevelled") == "true":
        return joined([solitary(above), "/", solitary(below)])
    if without_line(element):
        return f"\\genfrac{{}}{{}}{{0pt}}{{}}{{{above}}}{{{below}}}"
    return f"\\frac{{{above}}}{{{below}}}"


def _root(element: Element, tight: bool) -> str:
    base, index = (_tex(child, tight) for child in element.children[:2])
    return f"\\sqrt[{index}]{{{base}}}" if index else f"\\sqrt{{{base}}}"


def _square_root(element: Element, tight: bool) -> str:
    return f"\\sqrt{{{row(element, tight, _tex)}}}"


def _sub(element: Element, tight: bool) -> str:
    return _scripted(element.children[0], _tex(element.children[1], True), "", tight)


def _sup(element: Element, tight: bool) -> str:
    return _scripted(element.children[0], "", _tex(element.children[1], True), tight)


def _sub_sup(element: Element, tight: bool) -> str:
    base, below, above = element.children[:3]
    return _scripted(base, _tex(below, True), _tex(above, True), tight)


def _scripted(base: Element, below: str, above: str, tight: bool) -> str:
    written = _tex(base, tight).strip()
    if written and not _LARGE.fullmatch(written):
        written = solitary(written)
    below, above = below.strip(), above.strip()
    scripts = f"_{braced(below)}" if below else ""
    if primes := _PRIMES.match(above):
        written, above = written + primes[0], above[primes.end() :]
    if above == "^{\\circ}":  # the degree sign is a script by itself
        above = "\\circ"
    return (written or "{}") + scripts + (f"^{braced(above)}" if above else "")


def _under(element: Element, tight: bool) -> str:
    return _stacked(element.children[0], element.children[1], None, tight)


def _over(element: Element, tight: bool) -> str:
    return _stacked(element.children[0], None, element.children[1], tight)


def _under_over(element: Element, tight: bool) -> str:
    base, below, above = element.children[:3]
    return _stacked(base, below, above, tight)


def _stacked(base: Element, below: Element | None, above: Element | None, tight: bool) -> str:
    """An accent, a brace, the limits of a large operator, an arrow with words on it, or a stack."""
    written = _tex(base, tight).strip()
    if above is not None and (accent := OVER.get(_symbol(above))):
        written, above = _accented(accent, written), None
    if below is not None and (under := UNDER.get(_symbol(below))):
        written, below = f"{under}{{{written}}}", None
    low = _tex(below, True).strip() if below is not None else ""
    high = _tex(above, True).strip() if above is not None else ""
    if not low and not high:
        return written
    if _LARGE.match(written) or written in LIMITS:
        return written + (f"_{braced(low)}" if low else "") + (f"^{braced(high)}" if high else "")
    if (arrow := _symbol(base)) in ("→", "←", "⟶", "⟵") and arrow in ARROWS:
        side = "\\xrightarrow" if arrow in "→⟶" else "\\xleftarrow"
        return side + (f"[{low}]" if low else "") + f"{{{high}}}"
    if high:
        written = f"\\overset{{{high}}}{{{written}}}"
    return f"\\underset{{{low}}}{{{written}}}" if low else written


def _accented(accent: tuple[str, str], written: str) -> str:
    one = len(written) <= 1 or re.fullmatch(r"\\[a-zA-Z]+(?:\{\w\})?", written)
    return f"{accent[0] if one else accent[1]}{{{written}}}"


def _symbol(element: Element) -> str:
    """What a single token says; "" of all else."""
    while element.name in ("mrow", "mstyle", "mpadded") and len(element.children) == 1:
        element = element.children[0]
    return "".join(element.text.split()) if element.name in ("mo", "mi", "mtext") and not element.children else ""


def _many_scripts(element: Element, tight: bool) -> str:
    names = [child.name for child in element.children]
    cut = names.index("mprescripts") if "mprescripts" in names else len(names)
    before, after = element.children[cut + 1 :], element.children[1:cut]
    base = solitary(_tex(element.children[0], tight))
    return joined([*(f"{{}}{pair}" for pair in _pairs(before)), base, "{}".join(_pairs(after))])


def _pairs(scripts: list[Element]) -> list[str]:
    written = [_tex(script, True).strip() for script in scripts]
    written += [""] * (len(written) % 2)
    pairs = zip(written[::2], written[1::2], strict=True)
    return [(f"_{braced(low)}" if low else "") + (f"^{braced(high)}" if high else "") for low, high in pairs]


def _enclosed(element: Element, tight: bool) -> str:
    inside = row(element, tight, _tex)
    notation = " ".join(element.attributes.get("notation", "").split())
    return f"{_ENCLOSED[notation]}{{{inside}}}" if notation in _ENCLOSED else inside


def _fenced(element: Element, tight: bool) -> str:
    """`mfenced`, which MathML 3 has beside rows with brackets: made into such a row."""
    opened, closed = element.attributes.get("open", "("), element.attributes.get("close", ")")
    separators = "".join(element.attributes.get("separators", ",").split())
    inside = Element("mrow")
    for at, child in enumerate(element.children):
        if at and separators:
            inside.children.append(Element("mo", texts=[separators[min(at, len(separators)) - 1]]))
        inside.children.append(child)
    content = inside.children if len(element.children) > 1 else element.children
    brackets = (Element("mo", {"form": form}, texts=[text]) for form, text in (("prefix", opened), ("postfix", closed)))
    made = [next(brackets), *content, next(brackets)]
    return row(Element("mrow", children=made), tight, _tex)


def _action(element: Element, tight: bool) -> str:
    return _tex(element.children[0], tight)


_TOKENS = {
    "mi": identifier, "ci": identifier, "mn": number, "cn": number, "mo": operator, "mtext": words, "ms": words,
    "csymbol": words, "mspace": space,
}  # fmt: skip
# The schemata of MathML: the fewest children each makes sense with, and its TeX.
_SCHEMATA = {
    "mfrac": (2, _fraction), "mroot": (2, _root), "msqrt": (1, _square_root), "msub": (2, _sub), "msup": (2, _sup),
    "msubsup": (3, _sub_sup), "munder": (2, _under), "mover": (2, _over), "munderover": (3, _under_over),
    "mmultiscripts": (1, _many_scripts), "menclose": (1, _enclosed), "mfenced": (0, _fenced), "maction": (1, _action),
}  # fmt: skip
