"""A book of Project Gutenberg without what is not the book: header, small print, licence, credits, transcribers' notes.

The text between the marker lines is kept to the letter; then whole blocks at both ends go (blocks are parted by two
blank lines) that name who produced the file or say how it was transcribed, in the languages that Gutenberg's books
mostly have. Where no marker is found (old files, clipped ones) the licence itself is looked for, and where there is
none either, the text stays whole.
"""

from __future__ import annotations

import re

_GUTENBERG = r"pro[jg]e[ck]?t[ -]+gutenberg"
_START = re.compile(
    rf"^\*{{2,}} ?start of (?:the|this) {_GUTENBERG}[^\n]*(?:\n(?!\s*\n)[^\n]*\*\*\*)?"
    r"|^[^\n]{0,20}\*+ ?end ?\*? ?(?:of )?(?:the )?small print[^\n]*"
    r"|^\*end the small print[^\n]*",
    re.I | re.M,
)
_END = re.compile(
    r"^[ \t*]*(?:end|ende|fin|fine|fim|einde) (?:of |de |du |del |dieses |von |van )?(?:the |this |la |l'|dit )?"
    + _GUTENBERG,
    re.I | re.M,
)
_LICENCE = re.compile(
    r"^[ \t*]*(?:this file should be named \S+|updated editions will replace the previous|start: full license"
    r"|the full project gutenberg(?:-tm|™)? license|start\**the small print|the legal small print)",
    re.I | re.M,
)
_HEADER_FIELD = re.compile(
    r"^[ \t]*(?:title|author|release date|posting date|language|character set encoding|credits|produced by|edition)\b"
    r"[^\n]*:[^\n]*(?:\n[ \t]+[^\n]+)*",
    re.I | re.M,
)
_MAKING = (
    "produced prepared transcribed scanned digiti[sz]ed proofread proofed typed edited html converted created adapted"
)
_CREDITS = re.compile(
    r"\W{0,99}(?:"
    r"(?:this|the|cette|ce|dieses?)\s+(?:e-?text|e-?book|file)\s+(?:was|is|has been|wurde|a été)\s+\w*"
    r"|(?:first |e-?text |scanned and |edited and |html version |updat\w+ |original )*"
    rf"(?:{'|'.join(_MAKING.split())})(?: and \w+)? (?:by|from)\b"
    r"|e-?text (?:prepared|produced|scanned)|(?:and the )?online distributed proofread|proofreading team"
    r"|produit par|produzido por|erstellt von|digitalizado|prodotto da|note: project gutenberg"
    r"|images? of the original pages|(?:special )?thanks to)",
    re.I,
)
_NOTE = re.compile(
    r"\W{0,199}(?:(?:the )?transcriber[’'`´]?s?[’'`´]? (?:end)?notes?|transcription notes?|t\.? ?n\.?:"
    r"|notas? (?:de |del )?(?:la )?transcrip|notas? do transcritor|notes? (?:de |sur la |du )transcri"
    r"|au lecteur\s+cette version électronique|liste des modifications|not[ae] (?:del|di) tras?n?scri"
    r"|anmerkung(?:en)? (?:zur|der|des) (?:transkription|bearbeiter)|hinweise zur transkription"
    r"|im folgenden werden alle|die nachfolgende tabelle|liste der (?:änderungen|korrekturen)"
    r"|(?:opmerkingen|aantekeningen) van de bewerker"
    r"|huomautus|this (?:e-?)?text (?:is intended|includes|uses|contains)|notes? on (?:the )?e-?text"
    r"|list of (?:corrections|changes)|typographical errors corrected"
    r"|(?:original )?comments on the preparation of the e-?text)",
    re.I,
)
_FILE = re.compile(r"e-?text|e-?book|proofread|digiti[sz]ed|pgdp", re.I)
_GAP = re.compile(r"\n(?:[ \t]*\n){2,}")
_BLANK = re.compile(r"\n[ \t]*\n\n*")
_FRONT, _BACK = 12_000, 60_000  # characters at the ends in which blocks are looked at
_LONGEST = 6_000  # of a block that goes at the front


def text(book: str) -> str:
    """The book alone; all of the file where nothing says where the book begins or ends."""
    plain = book.replace("\r\n", "\n").replace("\r", "\n")
    start, found_start = _begin(plain)
    end, found_end = _end(plain, start)
    inner = plain[start:end].strip("\n")
    if not (found_start or found_end):
        return plain
    return _without_back(_without_front(inner)).strip("\n")


def _begin(plain: str) -> tuple[int, bool]:
    """Behind the last marker of the file's first half; without one, behind the header's last line."""
    front = plain[: max(len(plain) // 2, 40_000)]
    stop = _END.search(front)
    markers = [found.end() for found in _START.finditer(front, 0, stop.start() if stop else len(front))]
    if markers:
        return markers[-1], True
    if not re.search(_GUTENBERG, plain[:4_000], re.I):
        return 0, False
    fields = [found.end() for found in _HEADER_FIELD.finditer(plain, 0, 4_000)]
    return (fields[-1], True) if len(fields) > 1 else (0, False)


def _end(plain: str, start: int) -> tuple[int, bool]:
    """At the first line behind the start that ends the book, or begins the licence."""
    at = [found.start() for found in (_END.search(plain, start), _LICENCE.search(plain, start)) if found]
    return (min(at), True) if at else (len(plain), False)


def _without_front(inner: str) -> str:
    """Without the credits that come first, and without transcriber's notes on the first pages."""
    pages = [gap.end() for gap in _GAP.finditer(inner, 0, _FRONT)]
    if not pages:
        return _without_credits(inner.lstrip("\n"))
    kept: list[str] = []
    at = 0
    for end in pages:
        block = inner[at:end]
        if not kept:
            block = _without_credits(block.lstrip("\n"))
        if block.strip() and not (_NOTE.match(block) and len(block) <= _LONGEST):
            kept.append(block)
        at = end
    return "".join(kept) + (inner[at:] if kept else _without_credits(inner[at:]))


def _without_credits(block: str) -> str:
    """Without the paragraphs at its beginning that say who made the file, and any that says so of the file by name."""
    paragraphs = block.split("\n\n")
    first = next((at for at, one in enumerate(paragraphs) if not _is_credit(one)), len(paragraphs))
    kept = [one for one in paragraphs[first:] if len(block) > _LONGEST or not (_is_credit(one) and _FILE.search(one))]
    return "\n\n".join(kept)


def _is_credit(block: str) -> bool:
    return len(block) < 1_200 and _CREDITS.match(block) is not None


def _without_back(inner: str) -> str:
    """Without a transcriber's note at the end, and credits behind it."""
    inner = inner.rstrip()
    tail = max(len(inner) // 2, len(inner) - _BACK)
    last = max(len(inner) // 2, len(inner) - _LONGEST)
    starts = [gap.end() for gap in _GAP.finditer(inner, tail, last)][-40:]
    for start in [*starts, *(blank.end() for blank in _BLANK.finditer(inner, last))]:
        if _NOTE.match(inner, start) or (len(inner) - start < 1_200 and _is_credit(inner[start:])):
            return inner[:start].rstrip()
    return inner
