"""Make characters.xz, what kernels know of each code point: `python -m curate.kernels.make_characters`, Python 3.13.

The file is committed because the Unicode version of Python differs from 3.11 to 3.13, and a corpus must not.
"""

import lzma
import sys
import unicodedata
from pathlib import Path

from curate.kernels.unspaced import is_unspaced

FILE = Path(__file__).with_name("characters.xz")
UNICODE = "15.1.0"
SPACE, ALPHA, DIGIT, WORD, UPPER, PUNCTUATION, UNSPACED, MARK = 1, 2, 4, 8, 16, 32, 64, 128


def classes(character: str) -> int:
    """Flags of one character, by Python's own methods; `\\w` of `re` is isalnum or underscore."""
    return (
        SPACE * character.isspace()
        + ALPHA * character.isalpha()
        + DIGIT * character.isdigit()
        + WORD * (character.isalnum() or character == "_")
        + UPPER * character.isupper()
        + PUNCTUATION * (unicodedata.category(character)[0] == "P")
        + UNSPACED * is_unspaced(character)
        + MARK * (unicodedata.category(character)[0] == "M")
    )


def lower(character: str) -> int:
    """Simple lower case, one code point: of the two that U+0130 becomes, the letter."""
    return ord(character.lower()[0])


def main() -> None:
    if unicodedata.unidata_version != UNICODE:
        sys.exit(f"this Python has Unicode {unicodedata.unidata_version}; the tables are of {UNICODE} (Python 3.13)")
    every = [chr(c) for c in range(0x110000)]
    flags = bytes(classes(c) for c in every)
    steps = b"".join((lower(c) - ord(c)).to_bytes(4, "little", signed=True) for c in every)
    FILE.write_bytes(lzma.compress(flags + steps, preset=9))


if __name__ == "__main__":
    main()
