"""A formula of a page to its TeX: `<math>` elements and pictures of formulas.

The author's own TeX first: the annotation that KaTeX, pandoc, LaTeXML and Wikipedia leave in the element, then the
`alttext` attribute where it is TeX and not words to be read aloud; else the TeX that presentation MathML amounts to
(`curate.extract.mathml`). What a tool wrapped around it (`{\\displaystyle ...}`, dollars, `%` at line ends) is taken
off. Never raises; a formula of which nothing can be made is None. Delimiters are the caller's.

Cost: 4 µs where the TeX is there; else about 7 µs an element.
"""

from __future__ import annotations

import re
from html import unescape

from curate.extract.mathml import to_tex

MAX_BYTES = 1 << 18  # a larger element is a table of data, or an attack
_MAX_ANNOTATIONS = 16  # opening and closing tags
_LONGEST_NAME = 200  # an alt text that is only a name

_OPENER = re.compile(r"""<(?:\w+:)?math\b((?:[^<>"']++|"[^"]*+"|'[^']*+')*+)>""", re.I)
_ALTTEXT = re.compile(r"""\balttext\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.I)
_IN_TEX = re.compile(r"""encoding\s*=\s*["']?\s*(?:application/|text/)?(?:x-)?(?:la)?tex\s*(?:["'\s/]|$)""", re.I)
_LINE_END = re.compile(r"(?<!\\)%[ \t]*\n\s*")
_COMMAND = re.compile(r"\\[a-zA-Z]+|\\[{}|\\,;:!]|[\^_]\{|\$")
_SPOKEN = re.compile(r"[a-zA-Z]{2}[ ,]+[a-zA-Z]{2}")
_PREFIX = re.compile(r"^\s*(?:LaTeX|TeX|Equation|Formula|Math)\s*:\s*", re.I)
_NO_FORMULA = re.compile(
    r"\W*(?:equation|formula|image|math|maths|latex|tex|picture|figure|graphic|photo|icon|logo)[\s\d.()]*|\s*"
    r"|.*\.(?:png|gif|jpe?g|svg|webp)\W*",
    re.I,
)
_PAIRS = (("\\(", "\\)"), ("\\[", "\\]"), ("$$", "$$"), ("$", "$"))
_STYLES = ("\\displaystyle", "\\textstyle", "\\scriptstyle")


def tex_of_math(markup: bytes) -> str | None:
    """TeX of one `<math>` element, from its opening tag to its closing one, in UTF-8."""
    if len(markup) > MAX_BYTES:
        return None
    text = markup.decode("utf-8", "replace")
    stated = _annotation(text) or _alttext(text)
    return stated or to_tex(text) or None


def tex_of_image(alt: str) -> str | None:
    """TeX of the `alt`, in plain text, of a picture whose class or address says that it is a formula."""
    if len(alt) > MAX_BYTES:
        return None
    if len(alt) <= _LONGEST_NAME and _NO_FORMULA.fullmatch(alt):
        return None
    return unwrapped(_PREFIX.sub("", alt)) or None


def unwrapped(tex: str) -> str:
    """TeX without what a tool put around it; nothing that its author wrote is changed."""
    tex = _LINE_END.sub("", tex).strip()
    for opener, closer in _PAIRS:
        inside = tex[len(opener) : -len(closer)]
        if (
            tex.startswith(opener)
            and tex.endswith(closer)
            and len(tex) >= len(opener + closer)
            and opener not in inside
        ):
            tex = inside.strip()
            break
    for style in _STYLES:
        if tex.startswith("{" + style) and tex.endswith("}") and _closes_at_end(tex):
            tex = tex[1:-1].strip()
        if tex.startswith(style) and not tex[len(style) : len(style) + 1].isalpha():
            tex = tex[len(style) :].strip()
    return tex


def _annotation(text: str) -> str:
    at = 0
    for _ in range(_MAX_ANNOTATIONS):
        at = text.find("annotation", at)
        end = text.find(">", at)
        if at < 0 or end < 0:
            return ""
        if _IN_TEX.search(text[at:end]):
            content = text[end + 1 :].partition("</")[0]
            content = content.removeprefix("<![CDATA[").removesuffix("]]>")
            if tex := unwrapped(unescape(content)):
                return tex
        at = end
    return ""


def _alttext(text: str) -> str:
    opener = _OPENER.match(text.lstrip()) if "alttext" in text else None
    found = _ALTTEXT.search(opener[1]) if opener else None
    tex = unwrapped(unescape(next(filter(None, found.groups()), ""))) if found else ""
    return tex if _is_tex(tex) else ""


def _is_tex(alt: str) -> bool:
    """Not what a voice would say: two words beside each other, and no command."""
    return bool(_COMMAND.search(alt)) or not _SPOKEN.search(alt)


def _closes_at_end(tex: str) -> bool:
    """Whether the brace that `tex` begins with is closed by its last character."""
    depth = 0
    for brace in re.finditer(r"\\.|[{}]", tex, re.S):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if depth == 0:
            return brace.end() == len(tex)
    return False
