"""Whether bytes without a charset are words of Western Europe, in windows-1252, where there is little to detect.

A name in an English page or a line of a catalogue has one to a few bytes beyond ASCII, which is no evidence to a
detector ("déjà vu" is Macedonian to it). What browsers assume of pages without a charset is assumed here as well where
it reads like text: letters beyond ASCII of French, German, Spanish, Portuguese, Italian and the North, at most two
together, beside a letter of ASCII or alone; quotation marks and dashes at the edge of a word; other signs (©, °, £) on
the side of a word where they stand, with nothing beyond ASCII beside them. What it costs: Czech or Hungarian words
whose bytes happen to read so, unless the detector is sure enough (docs/sources.md has the figures).
"""

from __future__ import annotations

import re

FEW = 24  # bytes beyond ASCII; with more a detector has enough to go by
_MOST = 0.35  # letters beyond ASCII to letters
_LETTERS = "àáâãäåæçèéêëìíîïñòóôõöøùúûüýœßÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝŒ"
_MARKS = "«»“”‘’„–—…¿¡\xa0"
_LEADING = "©®€£¥§°µ"  # signs that stand before a word
_TRAILING = "©®™€£°ªº²³"  # and after one
_ALONE = "·•×±¼½¾´†‡‰"
_ASCII_LETTER = re.compile("[A-Za-z]")
_BEYOND_ASCII = bytes(range(0x80, 0x100))
_AS_IN_TEXT = re.compile(
    rf"(?<=[A-Za-z])[{_LETTERS}]{{1,2}}(?![{_LETTERS}])|(?<![{_LETTERS}])[{_LETTERS}]{{1,2}}(?=[A-Za-z])"
    rf"|(?<!\w)[{_LETTERS}](?!\w)|(?<![A-Za-z])[{_MARKS}]|[{_MARKS}](?![A-Za-z])|(?<=[a-z])’(?=[a-z])"
    rf"|(?<![^\0-\x7f])(?:(?<![A-Za-z])[{_LEADING}]|[{_TRAILING}](?![A-Za-z])|(?<![A-Za-z])[{_ALONE}](?![A-Za-z]))"
    r"(?![^\0-\x7f])"
)


def text(body: bytes) -> str | None:
    """`body` as windows-1252, if it is few bytes beyond ASCII that read like text in it."""
    if not are_few(body):
        return None
    try:
        found = body.decode("cp1252")
    except UnicodeDecodeError:
        return None
    beyond = [sign for sign in found if sign > "\x7f"]
    if len(beyond) != sum(len(run[0]) for run in _AS_IN_TEXT.finditer(found)):
        return None
    letters = sum(sign.isalpha() for sign in beyond)
    return found if letters <= 1 + _MOST * (letters + len(_ASCII_LETTER.findall(found))) else None


def are_few(body: bytes) -> bool:
    """Whether there is too little beyond ASCII to outweigh a default."""
    return len(body) - len(body.translate(None, _BEYOND_ASCII)) < FEW
