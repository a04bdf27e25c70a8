"""Unicode to TeX for mathematics: symbols, operators, accents, alphabets.

Commands are those of LaTeX with amsmath and amssymb. Written by hand from their symbol lists: the few hundred that
MathML on the web uses. What is not listed stays the character it is, which TeX engines of today read too.
"""

from __future__ import annotations

import unicodedata

_GREEK = """
alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ lambda λ mu μ
nu ν xi ξ pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ phi ϕ varphi φ chi χ psi ψ omega ω
digamma ϝ varkappa ϰ Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω mu µ
"""
_RELATIONS = """
leq ≤ geq ≥ neq ≠ equiv ≡ approx ≈ cong ≅ sim ∼ simeq ≃ propto ∝ ll ≪ gg ≫ in ∈ notin ∉ ni ∋ subset ⊂ supset ⊃
subseteq ⊆ supseteq ⊇ subsetneq ⊊ supsetneq ⊋ nsubseteq ⊈ perp ⊥ parallel ∥ nparallel ∦ mid ∣ nmid ∤ prec ≺ succ ≻
preceq ⪯ succeq ⪰ preccurlyeq ≼ succcurlyeq ≽ vdash ⊢ dashv ⊣ models ⊧ vDash ⊨ Vdash ⊩ nvdash ⊬ asymp ≍ doteq ≐
triangleq ≜ leqslant ⩽ geqslant ⩾ lesssim ≲ gtrsim ≳ sqsubseteq ⊑ sqsupseteq ⊒ sqsubset ⊏ sqsupset ⊐ bowtie ⋈
smile ⌣ frown ⌢ coloneqq ≔ eqqcolon ≕ lessgtr ≶ leqq ≦ geqq ≧ lll ⋘ ggg ⋙ nless ≮ ngtr ≯ nleq ≰ ngeq ≱ nsim ≁
ncong ≇ approxeq ≊ circeq ≗ trianglelefteq ⊴ trianglerighteq ⊵ vartriangleleft ⊲ vartriangleright ⊳ multimap ⊸
between ≬ pitchfork ⋔ therefore ∴ because ∵
"""
_ARROWS = """
leftarrow ← rightarrow → leftrightarrow ↔ uparrow ↑ downarrow ↓ updownarrow ↕ Leftarrow ⇐ Rightarrow ⇒
Leftrightarrow ⇔ Uparrow ⇑ Downarrow ⇓ Updownarrow ⇕ mapsto ↦ longmapsto ⟼ longleftarrow ⟵ longrightarrow ⟶
longleftrightarrow ⟷ Longleftarrow ⟸ Longrightarrow ⟹ Longleftrightarrow ⟺ hookleftarrow ↩ hookrightarrow ↪
nearrow ↗ searrow ↘ swarrow ↙ nwarrow ↖ rightleftharpoons ⇌ leftrightharpoons ⇋ leftharpoonup ↼ rightharpoonup ⇀
leftharpoondown ↽ rightharpoondown ⇁ twoheadrightarrow ↠ twoheadleftarrow ↞ rightarrowtail ↣ leftarrowtail ↢
rightsquigarrow ⇝ leadsto ⤳ circlearrowleft ↺ circlearrowright ↻ rightrightarrows ⇉ leftleftarrows ⇇
rightleftarrows ⇄ leftrightarrows ⇆ upuparrows ⇈ nrightarrow ↛ nleftarrow ↚ nRightarrow ⇏ nLeftarrow ⇍
nLeftrightarrow ⇎ nleftrightarrow ↮ dashrightarrow ⇢ dashleftarrow ⇠
"""
_BINARY = """
pm ± mp ∓ times × div ÷ cdot ⋅ cdot · ast ∗ star ⋆ circ ∘ bullet ∙ bullet • cap ∩ cup ∪ wedge ∧ vee ∨ oplus ⊕
ominus ⊖ otimes ⊗ oslash ⊘ odot ⊙ setminus ∖ wr ≀ sqcap ⊓ sqcup ⊔ uplus ⊎ amalg ⨿ dagger † ddagger ‡ diamond ⋄
ltimes ⋉ rtimes ⋊ boxplus ⊞ boxminus ⊟ boxtimes ⊠ boxdot ⊡ dotplus ∔ divideontimes ⋇ barwedge ⊼ veebar ⊻ intercal ⊺
curlywedge ⋏ curlyvee ⋎ Cup ⋓ Cap ⋒ triangleleft ◃ triangleright ▹ bigtriangleup △ bigtriangledown ▽ bigcirc ◯
"""
_LARGE = """
sum ∑ prod ∏ coprod ∐ int ∫ iint ∬ iiint ∭ oint ∮ bigcup ⋃ bigcap ⋂ bigvee ⋁ bigwedge ⋀ bigoplus ⨁ bigotimes ⨂
bigodot ⨀ biguplus ⨄ bigsqcup ⨆ oiint ∯
"""
_OTHERS = """
infty ∞ partial ∂ nabla ∇ forall ∀ exists ∃ nexists ∄ emptyset ∅ varnothing ⌀ neg ¬ top ⊤ angle ∠ measuredangle ∡
hbar ℏ ell ℓ Re ℜ Im ℑ wp ℘ aleph ℵ beth ℶ gimel ℷ daleth ℸ complement ∁ prime ′ backprime ‵ ldots … cdots ⋯ vdots ⋮
ddots ⋱ square □ blacksquare ■ triangle ▵ blacktriangle ▴ lozenge ◊ Diamond ◇ clubsuit ♣ diamondsuit ♢ heartsuit ♡
spadesuit ♠ sharp ♯ flat ♭ natural ♮ checkmark ✓ maltese ✠ S § P ¶ copyright © pounds £ surd √ imath ı jmath ȷ eth ð
mho ℧ Finv Ⅎ circledR ® langle ⟨ rangle ⟩ langle 〈 rangle 〉 lceil ⌈ rceil ⌉ lfloor ⌊ rfloor ⌋ Vert ‖ lmoustache ⎰
rmoustache ⎱ llbracket ⟦ rrbracket ⟧ ulcorner ⌜ urcorner ⌝ llcorner ⌞ lrcorner ⌟ lgroup ⟮ rgroup ⟯ circledS Ⓢ
bigstar ★ degree ° hslash ℎ
"""


def _pairs(listed: str) -> dict[str, str]:
    words = listed.split()
    return {character: "\\" + command for command, character in zip(words[::2], words[1::2], strict=True)}


LARGE = _pairs(_LARGE)
INFIX = _pairs(_RELATIONS) | _pairs(_ARROWS) | _pairs(_BINARY)
ARROWS = _pairs(_ARROWS)
SYMBOLS = {
    **_pairs(_GREEK), **INFIX, **LARGE, **_pairs(_OTHERS),
    "ℎ": "h", "°": "^{\\circ}", "−": "-", "‐": "-", "‑": "-", "∕": "/", "⁄": "/", "∶": ":", "″": "''",
    "‴": "'''", "′": "'",
    "%": "\\%", "#": "\\#", "&": "\\&", "$": "\\$", "_": "\\_", "{": "\\{", "}": "\\}", "\\": "\\backslash",
    "~": "\\sim", "∥": "\\|", "‖": "\\|", "∣": "|", "│": "|", "∗": "*", "⩵": "==", "≔": ":=", "ⅆ": "d", "ⅇ": "e",
    "ⅈ": "i", "ⅉ": "j", "Å": "\\mathring{A}", "\u2061": "", "\u2062": "", "\u2063": "", "\u2064": "", "\u200b": "",
    "\ufeff": "", "\u00ad": "", "\u00a0": "\\ ", "\u2003": "\\quad", "\u2002": "\\enspace", "\u2009": "\\,",
    "\u200a": "\\,", "\u2006": "\\,", "\u2005": "\\:", "\u2004": "\\;", "\u202f": "\\,", "\u205f": "\\:",
}  # fmt: skip
INFIX_ASCII = frozenset("=<>+-~")
FUNCTIONS = frozenset(
    """
    arccos arcsin arctan arg cos cosh cot coth csc deg det dim exp gcd hom inf ker lg lim liminf limsup ln log max min
    Pr sec sin sinh sup tan tanh
    """.split()  # noqa: SIM905
)
LIMITS = frozenset({"\\lim", "\\liminf", "\\limsup", "\\max", "\\min", "\\sup", "\\inf", "\\det", "\\gcd", "\\Pr"})

# Over and under a base: (accent of one symbol, accent of several)
OVER = {
    "^": ("\\hat", "\\widehat"), "ˆ": ("\\hat", "\\widehat"), "\u0302": ("\\hat", "\\widehat"),
    "~": ("\\tilde", "\\widetilde"), "˜": ("\\tilde", "\\widetilde"), "∼": ("\\tilde", "\\widetilde"),
    "\u0303": ("\\tilde", "\\widetilde"), "¯": ("\\bar", "\\overline"), "‾": ("\\bar", "\\overline"),
    "ˉ": ("\\bar", "\\overline"), "_": ("\\bar", "\\overline"), "―": ("\\bar", "\\overline"),
    "-": ("\\bar", "\\overline"),
    "−": ("\\bar", "\\overline"), "─": ("\\bar", "\\overline"), "\u0304": ("\\bar", "\\overline"),
    "\u0305": ("\\overline", "\\overline"), "→": ("\\vec", "\\overrightarrow"), "⃗": ("\\vec", "\\overrightarrow"),
    "⟶": ("\\overrightarrow", "\\overrightarrow"), "⇀": ("\\vec", "\\overrightarrow"),
    "←": ("\\overleftarrow", "\\overleftarrow"), "⃖": ("\\overleftarrow", "\\overleftarrow"),
    "↔": ("\\overleftrightarrow", "\\overleftrightarrow"), "˙": ("\\dot", "\\dot"), ".": ("\\dot", "\\dot"),
    "\u0307": ("\\dot", "\\dot"), "⋅": ("\\dot", "\\dot"), "¨": ("\\ddot", "\\ddot"), "\u0308": ("\\ddot", "\\ddot"),
    "..": ("\\ddot", "\\ddot"), "⃛": ("\\dddot", "\\dddot"),
    "ˇ": ("\\check", "\\check"), "\u030c": ("\\check", "\\check"),
    "˘": ("\\breve", "\\breve"), "\u0306": ("\\breve", "\\breve"), "´": ("\\acute", "\\acute"),
    "\u0301": ("\\acute", "\\acute"), "`": ("\\grave", "\\grave"), "\u0300": ("\\grave", "\\grave"),
    "˚": ("\\mathring", "\\mathring"), "∘": ("\\mathring", "\\mathring"), "\u030a": ("\\mathring", "\\mathring"),
    "⏞": ("\\overbrace", "\\overbrace"), "︷": ("\\overbrace", "\\overbrace"),
}  # fmt: skip
UNDER = {
    "_": "\\underline", "¯": "\\underline", "‾": "\\underline", "\u0332": "\\underline",
    "―": "\\underline", "⏟": "\\underbrace", "︸": "\\underbrace", "→": "\\underrightarrow", "←": "\\underleftarrow",
}  # fmt: skip

VARIANTS = {
    "bold": "\\mathbf", "bold-italic": "\\boldsymbol", "double-struck": "\\mathbb", "script": "\\mathcal",
    "bold-script": "\\boldsymbol\\mathcal", "fraktur": "\\mathfrak", "bold-fraktur": "\\mathfrak",
    "sans-serif": "\\mathsf", "bold-sans-serif": "\\mathsf", "sans-serif-italic": "\\mathsf",
    "sans-serif-bold-italic": "\\mathsf", "monospace": "\\mathtt", "normal": "\\mathrm",
    "-tex-calligraphic": "\\mathcal", "-tex-bold-calligraphic": "\\boldsymbol\\mathcal", "-tex-mathit": "\\mathit",
}  # fmt: skip
# First code point of each alphabet of Mathematical Alphanumeric Symbols, in order, and what stands for it.
_ALPHABETS = (
    (0x1D400, "\\mathbf"), (0x1D434, ""), (0x1D468, "\\boldsymbol"), (0x1D49C, "\\mathcal"), (0x1D4D0, "\\mathcal"),
    (0x1D504, "\\mathfrak"), (0x1D538, "\\mathbb"), (0x1D56C, "\\mathfrak"), (0x1D5A0, "\\mathsf"),
    (0x1D5D4, "\\mathsf"), (0x1D608, "\\mathsf"), (0x1D63C, "\\mathsf"), (0x1D670, "\\mathtt"), (0x1D6A4, ""),
    (0x1D6A8, "\\boldsymbol"), (0x1D6E2, ""), (0x1D71C, "\\boldsymbol"), (0x1D756, "\\boldsymbol"),
    (0x1D790, "\\boldsymbol"), (0x1D7CE, "\\mathbf"), (0x1D7D8, "\\mathbb"), (0x1D7E2, "\\mathsf"),
    (0x1D7EC, "\\mathsf"), (0x1D7F6, "\\mathtt"), (0x1D800, ""),
)  # fmt: skip
_LETTERLIKE = {
    **dict.fromkeys("ℂℍℕℙℚℝℤℽℾℿ", "\\mathbb"), **dict.fromkeys("ℬℰℱℋℐℒℳℛℯℊℴ", "\\mathcal"),
    **dict.fromkeys("ℭℌℨ", "\\mathfrak"),
}  # fmt: skip


def of_character(character: str) -> str:
    """TeX of one character in mathematics."""
    known = SYMBOLS.get(character)
    if known is not None or character < "\x80":
        return character if known is None else known
    if "\U0001d400" <= character < "\U0001d800":
        style = next(style for first, style in reversed(_ALPHABETS) if ord(character) >= first)
        return _styled(style, character)
    return _styled(_LETTERLIKE[character], character) if character in _LETTERLIKE else character


def _styled(style: str, character: str) -> str:
    plain = "".join(SYMBOLS.get(base, base) for base in unicodedata.normalize("NFKC", character))
    return f"{style}{{{plain}}}" if style else plain
