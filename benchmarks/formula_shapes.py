"""One formula as the web writes it: MathML, KaTeX, MathJax 2 and 3, Wikipedia.

Presentation MathML is latex2mathml's. The visible twin that KaTeX puts beside it (`katex-html`) is approximated by one
span a symbol: what matters is that it repeats the formula's symbols and must not be read a second time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

_LEAF = re.compile(r"<m[ion][^>]*>([^<]*)</m[ion]>")
_UNKNOWN = re.compile(r">[^<]*\\[a-zA-Z][^<]*<")
_NAMESPACE = ' xmlns="http://www.w3.org/1998/Math/MathML"'


def mathml(tex: str, display: bool) -> str | None:
    """Presentation MathML without an annotation; None where latex2mathml does not know a command."""
    from latex2mathml.converter import convert

    try:
        made = convert(tex, display="block" if display else "inline")
    except Exception:  # of many classes
        return None
    return None if _UNKNOWN.search(made) else made


def annotated(tex: str, display: bool) -> str:
    """MathML with its TeX as an annotation, as pandoc and LaTeXML publish it."""
    made = _made(tex, display)
    start, end = made.index(">") + 1, made.rindex("</math>")
    note = f'<annotation encoding="application/x-tex">{escape(tex, quote=False)}</annotation>'
    return f"{made[:start]}<semantics>{made[start:end]}{note}</semantics></math>"


def katex(tex: str, display: bool) -> str:
    seen = "".join(f'<span class="mord mathnormal">{symbol}</span>' for symbol in _LEAF.findall(_made(tex, display)))
    strut = '<span class="strut" style="height:0.6944em;vertical-align:-0.25em;"></span>'
    made = (
        f'<span class="katex"><span class="katex-mathml">{annotated(tex, display)}</span>'
        f'<span class="katex-html" aria-hidden="true"><span class="base">{strut}{seen}</span></span></span>'
    )
    return f'<span class="katex-display">{made}</span>' if display else made


def mathjax2(tex: str, display: bool) -> str:
    mode = "; mode=display" if display else ""
    preview = "".join(_LEAF.findall(_made(tex, display)))
    return f'<span class="MathJax_Preview">{preview}</span><script type="math/tex{mode}">{tex}</script>'


def mathjax3(tex: str, display: bool) -> str:
    kind = ' display="true"' if display else ""
    shape = "block" if display else "inline"
    glyphs = "".join(f'<mjx-mi class="mjx-i"><mjx-c class="mjx-c1D4{n:02X} TEX-I"></mjx-c></mjx-mi>' for n in range(6))
    return (
        f'<mjx-container class="MathJax CtxtMenu_Attached_0" jax="CHTML" tabindex="0"{kind}>'
        f'<mjx-math class="MJX-TEX" aria-hidden="true">{glyphs}</mjx-math>'
        f'<mjx-assistive-mml unselectable="on" display="{shape}">{_made(tex, display)}</mjx-assistive-mml>'
        "</mjx-container>"
    )


def wikipedia(tex: str, display: bool) -> str:
    shown = f"{{\\displaystyle {tex}}}"
    noted = annotated(shown, display).replace(_NAMESPACE, f'{_NAMESPACE} alttext="{escape(shown)}"', 1)
    return (
        f'<span class="mwe-math-element"><span class="mwe-math-mathml-inline mwe-math-mathml-a11y" '
        f'style="display: none;">{noted}</span><img src="https://wikimedia.org/api/rest_v1/media/math/render/svg/0a1b" '
        f'class="mwe-math-fallback-image-inline" aria-hidden="true" alt="{escape(shown)}"></span>'
    )


SHAPES: dict[str, Callable[[str, bool], str]] = {
    "MathML": lambda tex, display: _made(tex, display),
    "MathML with TeX": annotated,
    "KaTeX": katex,
    "MathJax 2": mathjax2,
    "MathJax 3": mathjax3,
    "Wikipedia": wikipedia,
}
WITHOUT_TEX = ("MathML", "MathJax 3")


def _made(tex: str, display: bool) -> str:
    made = mathml(tex, display)
    if made is None:
        raise ValueError(f"no MathML for {tex}")
    return made
