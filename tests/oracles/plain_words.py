"""Words of a text by definition: parts between white space, cut further at letters of scripts without spaces."""

import unicodedata

from curate.kernels.unspaced import is_unspaced

LENGTH = {"han": 2, "hiragana": 2, "southeast": 4}  # a word of Katakana has no greatest length
RANGES = {
    "southeast": ((0xE00, 0x1AAF), (0xA9E0, 0xAADF), (0x11700, 0x1174F)),
    "hiragana": ((0x3041, 0x309F),),
    "katakana": ((0x30A0, 0x30FF), (0x31F0, 0x31FF), (0xFF66, 0xFF9F)),
}


def words(text: str) -> list[str]:
    return [word for part in text.split() for word in cut(part)]


def cut(part: str) -> list[str]:
    if not any(map(is_unspaced, part)):
        return [part]
    found, current, letters, behind_punctuation = [""], "", 0, False
    for character in part:
        kind = kind_of(character)
        if kind:
            begins = kind != current or (kind != "spaced" and (behind_punctuation or letters == LENGTH.get(kind)))
            if current and begins:
                found.append("")
            letters = 1 if begins else letters + 1
            current, behind_punctuation = kind, False
        elif unicodedata.category(character)[0] != "M":
            behind_punctuation = True
        found[-1] += character
    return found


def kind_of(character: str) -> str:
    """The script of a letter or digit; nothing for punctuation and marks."""
    if not (character.isalnum() or character == "_"):
        return ""
    if not is_unspaced(character):
        return "spaced"
    code = ord(character)
    return next((name for name, spans in RANGES.items() if any(a <= code <= z for a, z in spans)), "han")
