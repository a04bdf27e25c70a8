"""Strings made to part two tokenizers, from a seed: each is a handful of pieces of kinds that patterns trip over.

All are valid Unicode without surrogates; what looks invalid (U+FFFD, noncharacters, byte order marks) is valid UTF-8.
"""

from __future__ import annotations

import random
from collections.abc import Callable

SPACES = "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u180e\u2000\u2003\u200a\u200b\u2028\u2029\u202f\u205f\u2060\u3000"
MARKS = "\u0300\u0301\u0308\u0327\u034f\u0483\u05b0\u064b\u0903\u093e\u0e31\u0f39\u1ab0\u20dd\u302a\ufe0f\U000e0100"
EMOJI = ["👩‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "🇩🇪🇫", "1️⃣", "🏴\U000e0067\U000e0062\U000e007f", "❤️‍🔥", "\u200d", "🧑🏿‍🚀"]
RIGHT_TO_LEFT = "אבגשלום\u05bcعربيةسلام\u0640\u202e\u202b\u2067\u2069\u200f؟،٠١٢٣۴۵"
DIGITS = "0123456789٠١٢३४५六七²³¹½¼ⅧⅳⅬ①⑳𝟘𝟙𐄇〇\u0bf0\U00011de0"
WORDS = ["don", "We", "IT", "they", "l", "x", "straße", "ΣΊΣΥΦΟΣ", "İstanbul", "日本", "DŽ", "ﬃ", "K"]
ENDINGS = ["s", "S", "ſ", "t", "T", "d", "D", "m", "M", "ll", "LL", "lL", "Ll", "ve", "VE", "vE", "re", "RE", "Re", "st",  # noqa: E501
           "ß", "ſt"]  # fmt: skip
SPECIAL = ["<|endoftext|>", "<|end_of_text|>", "<|padding|>", "<|fim_prefix|>", "<|endofprompt|>", "<s>", "</s>",
           "<|im_start|>", "<|endof", "text|>", "[PAD]", "<unk>"]  # fmt: skip
ODD = ["\0", "\ufeff", "\ufffe", "\uffff", "\ufffd", "\U0010ffff", "\ue000", "\x7f", "\x80", "\xad", "\ufdd0", "\x1b[0m"]  # noqa: E501
PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~«»—…、。「」¿¡§¶†‽\u2019\u02bc"
NEW = [(0x088F, 0x0890), (0x10940, 0x1095A), (0x11DB0, 0x11DEA), (0x16EA0, 0x16ED4), (0x1E6C0, 0x1E700),
       (0x2B739, 0x2B740), (0x2CEA1, 0x2CEAE), (0x323AF, 0x3347A), (0xA7CD, 0xA7DD), (0x18CFF, 0x18D20)]  # fmt: skip


def strings(count: int, seed: int = 0) -> list[str]:
    """`count` strings; the first ones do not depend on how many follow."""
    rng = random.Random(seed)
    return ["".join(_piece(rng) for _ in range(rng.randint(0, 8))) for _ in range(count)]


def _piece(rng: random.Random) -> str:
    return rng.choice(KINDS)(rng)


def _drawn(alphabet: str, longest: int) -> Callable[[random.Random], str]:
    return lambda rng: "".join(rng.choices(alphabet, k=rng.randint(1, longest)))


def _between(*ranges: tuple[int, int]) -> Callable[[random.Random], str]:
    return lambda rng: "".join(chr(rng.randrange(*rng.choice(ranges))) for _ in range(rng.randint(1, 6)))


def _contraction(rng: random.Random) -> str:
    word = rng.choice([*WORDS, "", " "])
    return word + rng.choice("''''’ʼ＇") + rng.choice(ENDINGS) + rng.choice(["", " ", "x", "'"])


def _marked(rng: random.Random) -> str:
    letters = rng.choice(["e", "n", "한", "क", "1", " ", "\n", "!"])
    return letters + "".join(rng.choices(MARKS, k=rng.randint(1, 4)))


def _run(rng: random.Random) -> str:
    """One character, or a few in turn, up to 3,000 times."""
    unit = "".join(rng.choices(SPACES + PUNCTUATION + "a1漢\n\n  ", k=rng.choice([1, 1, 1, 2, 3])))
    return unit * int(3000 ** rng.random() / len(unit) + 1)


def _plane(rng: random.Random) -> str:
    """Any assigned or unassigned code points of one plane."""
    first = rng.randrange(17) << 16
    points = (first + rng.randrange(0x10000) for _ in range(rng.randint(1, 6)))
    return "".join(chr(point) for point in points if not 0xD800 <= point < 0xE000)


KINDS: list[Callable[[random.Random], str]] = [
    _plane, _contraction, _contraction, _marked, _run, _drawn(SPACES, 5), _drawn(SPACES + "a.\n", 6),
    _drawn(PUNCTUATION, 6), _drawn(DIGITS, 8), _drawn(RIGHT_TO_LEFT, 8), _drawn("abcdefghijklmnopqrstuvwxyz", 12),
    _drawn("aB cD\n1'.", 10), _between(*NEW), _between((0x1100, 0x11FF), (0xA960, 0xA97D), (0xD7B0, 0xD7FC)),
    _between((0x3040, 0x30FF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A4)), _between((0x0, 0x20), (0x7F, 0xA1)),
    _between((0xC0, 0x250), (0x370, 0x530)), _between((0x900, 0xE80)),
    lambda rng: rng.choice(EMOJI), lambda rng: rng.choice(SPECIAL), lambda rng: rng.choice(ODD),
    lambda rng: rng.choice(WORDS),
]  # fmt: skip
