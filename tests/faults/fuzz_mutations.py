"""Damage done to a seed, the same for the same number.

One to four of: bits flipped, bytes of meaning put in, cut off, cut out, repeated, moved, spliced with another seed, and
lengths blown up: runs of digits, and integers of two, four and eight bytes, become numbers at the edges of their kinds.
Half of it strikes the first or the last kilobyte, where headers and directories are.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

LONGEST = 300_000
_DIGITS = re.compile(rb"\d{1,20}")
_NUMBERS = (
    b"0",
    b"-1",
    b"1",
    b"7",
    b"2147483648",
    b"4294967295",
    b"9223372036854775808",
    b"1" + b"0" * 30,
    b"",
    b"0x1",
    b"1e9",
)
_INTEGERS = (
    0,
    1,
    0x7F,
    0x80,
    0xFF,
    0x7FFF,
    0xFFFF,
    0x7FFFFFFF,
    0x80000000,
    0xFFFFFFFF,
    (1 << 63) - 1,
    1 << 63,
    (1 << 64) - 1,
)
_WORDS = (
    b"\0 \xff \xfe\xff < > </ <!-- --> <![CDATA[ ]]> &#x110000; &amp; \" ' { } [ ] {{ }} {| |} [[ ]] <math> <ref>"
    b" <nowiki> \\ $ $$ % \\begin{ \\end{ \\def\\x{ \\iffalse \\input{ms} \\section{ WARC/1.0 HTTP/1.1 Content-Length:"
    b" \r\n\r\n \n \xed\xa0\x80 \xf0\x9f\x98\x80 \xc3\x28 \xe2\x80\xae \x1f\x8b\x08 BZh91AY&SY 7z\xbc\xaf\x27\x1c"
    b' PK\x03\x04 PK\x05\x06 PAR1 %PDF <page> </page> <revision> <row Id=" <html> <table> <td> <pre> <script> <svg>'
    b" \\ud800 null 1e999"
).split(b" ")


def mutated(plain: bytes, other: bytes, number: int) -> bytes:
    chance = random.Random(number)
    content = bytearray(plain)
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 4))):
        chance.choice(_WAYS)(content, other, chance)
    return bytes(content[:LONGEST])


def _at(content: bytearray, chance: random.Random) -> int:
    if not content:
        return 0
    where = chance.random()
    if where < 0.35:
        return chance.randrange(min(len(content), 1024))
    return (
        len(content) - 1 - chance.randrange(min(len(content), 1024)) if where < 0.5 else chance.randrange(len(content))
    )


def _flip(content: bytearray, _: bytes, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 1, 2, 8, 64))):
        if content:
            content[_at(content, chance)] ^= 1 << chance.randrange(8)


def _cut_off(content: bytearray, _: bytes, chance: random.Random) -> None:
    del content[_at(content, chance) :]


def _cut_out(content: bytearray, _: bytes, chance: random.Random) -> None:
    at = _at(content, chance)
    del content[at : at + chance.choice((1, 4, 64, 512, 4096))]


def _repeat(content: bytearray, _: bytes, chance: random.Random) -> None:
    at, length = _at(content, chance), chance.choice((1, 4, 16, 100, 1000))
    times = chance.choice((1, 2, 10, 100, 2000))
    part = bytes(content[at : at + length])
    content[at:at] = part * min(times, LONGEST // max(len(part), 1))


def _move(content: bytearray, _: bytes, chance: random.Random) -> None:
    at, length = _at(content, chance), chance.choice((4, 64, 512))
    part = bytes(content[at : at + length])
    del content[at : at + length]
    to = _at(content, chance)
    content[to:to] = part


def _splice(content: bytearray, other: bytes, chance: random.Random) -> None:
    at, start = _at(content, chance), _at(bytearray(other), chance)
    length = chance.choice((8, 100, 2000, len(other)))
    content[at : at + chance.choice((0, length))] = other[start : start + length]


def _word(content: bytearray, _: bytes, chance: random.Random) -> None:
    at, word = _at(content, chance), chance.choice(_WORDS)
    content[at : at + chance.choice((0, len(word)))] = word * chance.choice((1, 1, 3, 500))


def _digits(content: bytearray, _: bytes, chance: random.Random) -> None:
    found = [match.span() for match in _DIGITS.finditer(bytes(content))]
    if found:
        start, end = chance.choice(found)
        number = chance.choice(_NUMBERS)
        content[start:end] = number.rjust(end - start, b"0") if chance.random() < 0.5 else number


def _integer(content: bytearray, _: bytes, chance: random.Random) -> None:
    at, width = _at(content, chance), chance.choice((2, 4, 8))
    number = chance.choice(_INTEGERS) % (1 << 8 * width)
    content[at : at + width] = number.to_bytes(width, chance.choice(("little", "big")))


_WAYS: tuple[Callable[[bytearray, bytes, random.Random], None], ...] = (
    _flip, _flip, _cut_off, _cut_out, _repeat, _move, _splice, _word, _word, _digits, _digits, _integer, _integer,
)  # fmt: skip
