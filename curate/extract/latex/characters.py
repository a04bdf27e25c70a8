r"""Accents, letters, signs, quotes and dashes of TeX as Unicode.

Accents are composed (NFC) where Unicode has the letter. A tie and the thin spaces become a plain space, since a space
that does not break would make one word of two for whatever counts words.
"""

from __future__ import annotations

import unicodedata

ACCENTS = {
    **{"`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", ".": "\u0307", '"': "\u0308"},
    **{"u": "\u0306", "v": "\u030c", "H": "\u030b", "r": "\u030a", "c": "\u0327", "k": "\u0328", "d": "\u0323"},
    **{"b": "\u0331", "t": "\u0361"},
}
_BASES = {"\\i": "i", "\\j": "j", "\\imath": "i", "\\jmath": "j", "\\ae": "æ", "\\o": "ø", "\\l": "ł", "\\aa": "å"}

CHARACTERS = {
    **{"%": "%", "$": "$", "&": "&", "#": "#", "_": "_", "{": "{", "}": "}", " ": " ", "\n": " ", "\t": " "},
    **{",": " ", ";": " ", ":": " ", ">": " ", "!": "", "-": "", "/": "", "@": "", "|": "‖", "*": ""},
    **{"ss": "ß", "SS": "SS", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł"},
    **{"aa": "å", "AA": "Å", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ"},
    **{"ng": "ŋ", "NG": "Ŋ", "S": "§", "P": "¶", "copyright": "©", "pounds": "£", "dag": "†", "ddag": "‡"},
    **{"dots": "…", "ldots": "…", "textellipsis": "…", "textbackslash": "\\", "textasciitilde": "~"},
    **{"textasciicircum": "^", "textless": "<", "textgreater": ">", "textbar": "|", "textunderscore": "_"},
    **{"textbraceleft": "{", "textbraceright": "}", "textdollar": "$", "textsection": "§", "textparagraph": "¶"},
    **{"textquoteleft": "‘", "textquoteright": "’", "textquotedblleft": "“", "textquotedblright": "”"},
    **{"textquotedbl": '"', "textquotesingle": "'", "guillemotleft": "«", "guillemotright": "»", "lq": "‘"},
    **{"rq": "’", "glqq": "„", "grqq": "“", "glq": "‚", "grq": "‘", "flqq": "«", "frqq": "»", "og": "« ", "fg": " »"},
    **{"textendash": "–", "textemdash": "—", "textdegree": "°", "degree": "°", "textmu": "µ", "texteuro": "€"},
    **{"euro": "€", "texttrademark": "™", "textregistered": "®", "textcopyright": "©", "textbullet": "•"},
    **{"textperiodcentered": "·", "textordfeminine": "ª", "textordmasculine": "º", "textonehalf": "½"},
    **{"textonequarter": "¼", "texttimes": "×", "textdiv": "÷", "textpm": "±", "textminus": "−", "textohm": "Ω"},
    **{"textsterling": "£", "textyen": "¥", "textcent": "¢", "textdagger": "†", "textdaggerdbl": "‡"},
    **{"textvisiblespace": "␣", "slash": "/", "lbrack": "[", "rbrack": "]", "textquestiondown": "¿"},
    **{"textexclamdown": "¡", "aleph": "ℵ", "quad": " ", "qquad": " ", "enspace": " ", "thinspace": " ", "space": " "},
    **{"nobreakspace": " ", "TeX": "TeX", "LaTeX": "LaTeX", "LaTeXe": "LaTeX2e", "BibTeX": "BibTeX", "nodata": "…"},
    **{"XeTeX": "XeTeX", "LuaTeX": "LuaTeX", "AmS": "AMS", "AmSTeX": "AMSTeX", "hfill": " ", "hss": " ", "hfil": " "},
    **{"circledR": "®", "checkmark": "✓", "percent": "%", "lbrace": "{", "rbrace": "}", "negthinspace": ""},
    **{"allowbreak": "", "relax": "", "null": "", "break": " ", "newblock": " "},
}
_LIGATURES = (("---", "—"), ("--", "–"), ("``", "“"), ("''", "”"), ("?`", "¿"), ("!`", "¡"), ("`", "‘"), ("'", "’"))


def prose(run: str) -> str:
    """Ordinary characters of running text, quotes and dashes made one character each."""
    if "`" in run or "'" in run or "--" in run:
        for tex, character in _LIGATURES:
            run = run.replace(tex, character)
    return run


def accented(accent: str, argument: str) -> str | None:
    """The letters of `argument`, the first with its accent; None where that is no plain letter."""
    letters = argument.strip().strip("{}")
    letters = _BASES.get(letters.strip(), letters)
    if "\\" in letters or "$" in letters:
        return None
    if not letters:
        return {"~": "~", "^": "^"}.get(accent, "")
    return unicodedata.normalize("NFC", letters[0] + ACCENTS[accent] + letters[1:])
