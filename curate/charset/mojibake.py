"""Text that was UTF-8, was read as something else, and was stored as that: `cafÃ©`, `donâ€™t`, `РџСЂРёРІРµС‚`.

Undone only where it is provable. A run of text, between tags or line ends, is a candidate if every character of it
beyond ASCII is a byte of the encoding it was misread as, and these bytes are valid UTF-8. Real text is that by accident
only for a character or two, such as `É®`, or `Ó”` at the end of a quotation in capitals. So what comes must be assigned
characters of scripts that do not mix within a word, and the page must have two different sequences and fewer runs with
letters beyond ASCII that are right as they are; one sequence suffices if no language writes it (`â€™`, or `Ã©` inside a
word in small letters). Runs that round-trip must outnumber those that nearly do: text that speaks of the accident has
both kinds in one run, and stays. Undone again while it goes on, three times at most.

Cost: a page in which nothing is suspicious pays one pass of a kernel over its bytes (`curate.kernels.misread`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache

import numpy as np

THROUGH = ("cp1252", "cp1251", "cp1250", "mac_roman")
_ROUNDS = 3
_FEWEST = 2  # different sequences
_UNNATURAL = re.compile(
    "â€[\u0080-\u009f\u2018-\u203a\u0153¦¢]|[a-zß-ÿ]Ã[\u0080-\u00bf]|Ã[\u0080-\u00bf][a-z]|Â[\u00a0©®»«£·°§¿¡]|ðŸ"
)
_ALONE = 4  # characters that begin a sequence and do not, to one that does: more, and it is a language
_NO_TEXT = frozenset({"Cc", "Cn", "Co", "Cs"})
_UNDEFINED = frozenset("\u0081\u008d\u008f\u0090\u009d")  # in cp1252; there while text is misread more than once
_LETTERS = re.compile(r"[^\W\d_\x00-\x7f]")
# A letter of no Latin alphabet, or one of phonetics alone, beside a letter of ASCII.
_MIXED = re.compile(
    "[a-zA-Z][\u0250-\u0258\u025a-\u02af\u0370-\u07ff]|[\u0250-\u0258\u025a-\u02af\u0370-\u07ff][a-zA-Z]"
)


@dataclass(frozen=True)
class _Misread:
    """An encoding as what UTF-8 was read as."""

    name: str
    to_bytes: dict[int, int]  # characters beyond ASCII to their bytes
    table: dict[int, int]  # the same for str.translate, with what the encoding lacks made to fail
    suspicious: re.Pattern[str]  # a whole sequence of UTF-8 in its characters
    runs: re.Pattern[str]  # characters that it has, up to a tag or the line's end


@dataclass
class _Found:
    sequences: set[str] = field(default_factory=set)
    mended: int = 0  # runs
    failed: int = 0
    right: int = 0
    unnatural: bool = False  # whether a mended run had what no language writes


def repair(text: str, encoded: bytes | None = None) -> tuple[str, str | None]:
    """(text, the encoding it had been misread as, None if nothing was). `encoded`: the text in UTF-8, if at hand."""
    through = None
    for _ in range(_ROUNDS):
        if text.isascii():
            break
        for misread in _suspects(text.encode("utf-8", "replace") if encoded is None else encoded):
            mended = _mended(text, misread)
            if mended is not None:
                text, through, encoded = mended, misread.name, None
                break
        else:
            break
    return text, through


def _suspects(encoded: bytes) -> list[_Misread]:
    """The encodings that a text may have been misread as; most texts have none. cp1252 is nearly all of it on the web,
    and a single sequence may prove it."""
    from curate.kernels import misread

    sequences, alone = misread.count(encoded, _classes())
    most = [1 << 62, *(_ALONE * int(n) for n in sequences[1:])]
    fewest = [1, *[_FEWEST] * (len(_MISREAD) - 1)]
    return [m for e, m in enumerate(_MISREAD) if sequences[e] >= fewest[e] and alone[e] <= most[e]]


@cache
def _classes() -> np.ndarray:
    """uint16[65536]: what each character may be of a sequence, as `curate.kernels.misread` has it."""
    classes = np.zeros(1 << 16, np.uint16)
    for e, misread in enumerate(_MISREAD):
        for character, byte in misread.to_bytes.items():
            if 0xC2 <= byte < 0xE0:
                classes[character] |= 1 << e
            elif 0xE0 <= byte < 0xF5:
                classes[character] |= 1 << 4 + e
            elif 0x80 <= byte < 0xC0:
                classes[character] |= 1 << 8 + e
    return classes


def _mended(text: str, misread: _Misread) -> str | None:
    found = _Found()
    mended = misread.runs.sub(lambda run: _mended_run(run[0], misread, found), text)
    proven = len(found.sequences) >= _FEWEST and found.mended > found.right
    proven = proven or (misread.name == "cp1252" and found.unnatural)
    return mended if proven and found.mended > found.failed else None


def _mended_run(run: str, misread: _Misread, found: _Found) -> str:
    sequences = misread.suspicious.findall(run)
    if not sequences:
        found.right += _LETTERS.search(run) is not None
        return run
    try:
        mended = run.translate(misread.table).encode("latin-1").decode("utf-8")
    except UnicodeError:
        found.failed += 1
        return run
    if not _plausible(mended):
        found.failed += 1
        return run
    found.mended += 1
    found.unnatural |= _UNNATURAL.search(run) is not None
    found.sequences.update(sequences)
    return mended


def _plausible(mended: str) -> bool:
    """Assigned characters, no word of two scripts, and none alone from the scripts of the East, as `à` before a space
    and a guillemet would give."""
    beyond = [character for character in mended if character > "\x7f" and character not in _UNDEFINED]
    if _MIXED.search(mended) or any(unicodedata.category(character) in _NO_TEXT for character in beyond):
        return False
    far = [character for character in beyond if "\u0800" <= character < "\u1e00" or "\u2e00" <= character <= "\uffff"]
    return len(far) != 1


def _misread(name: str) -> _Misread:
    shown = [_character(byte, name) for byte in range(256)]
    to_bytes = {ord(character): byte for byte, character in enumerate(shown) if byte >= 0x80}
    if name == "cp1252":  # Latin-1 proper has controls where cp1252 has quotation marks
        to_bytes |= {byte: byte for byte in range(0x80, 0xA0)}
    foreign = {byte: 0xFFFF for byte in range(0x80, 0x100) if byte not in to_bytes}
    tails = "".join(sorted({chr(code) for code, byte in to_bytes.items() if byte < 0xC0}))
    leads = [re.escape("".join(shown[first:end])) for first, end in ((0xC2, 0xE0), (0xE0, 0xF0), (0xF0, 0xF5))]
    tail = f"[{re.escape(tails)}]"
    suspicious = "|".join(f"[{lead}]{tail}{{{n}}}" for n, lead in enumerate(leads, 1))
    every = re.escape("".join(sorted(map(chr, to_bytes))))
    return _Misread(name, to_bytes, to_bytes | foreign, re.compile(suspicious), re.compile(f"[\t\x20-;=?-~{every}]+"))


def _character(byte: int, name: str) -> str:
    try:
        return bytes([byte]).decode(name)
    except UnicodeDecodeError:
        return chr(byte)  # as browsers read what an encoding lacks


_MISREAD = tuple(map(_misread, THROUGH))
