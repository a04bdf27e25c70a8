"""Texts that kernels are most likely to get wrong, for hypothesis."""

import unicodedata

from hypothesis import strategies as st

# Assigned code points only: to those of a newer Unicode than its own the running Python gives no class.
CHARACTERS = st.characters(codec="utf-8").filter(lambda c: unicodedata.category(c) != "Cn")
PIECES = st.sampled_from(
    [
        *" \t\n\n\r\v\x1c\x85\u2028\u3000\ufeff", "...", "…", "....", "#", "- ", "• ", "the ", "That ", "of\n",
        "a b a b a b ", "x\n\n", "İ", "Σ", "Ⱥ", "ß", "é", "e\u0301", "中文", "😀", "_", "\x00", "٣",
        "me@example.com", "@", "a@b", "a@b.c1.de.", "a@.de", "10.0.0.1", "1.2.3.4.5", ".256.", "+1", "12", "-", "(",
        ")", "4111 1111 1111 1111", "378282246310005", "3782 822463 10005", "+49 30 1234567", "(415) 555-2671",
        "1-415-555-2671", "def f(x):\n", "    return {};\n", "// no\n", "#include ", "\\frac", "$", " = ", "^",
        "<mi>", "∑", "\U0001d400", "for ",
    ]
)  # fmt: skip
TEXT = st.lists(st.one_of(PIECES, PIECES, st.text(CHARACTERS, max_size=6)), max_size=30).map("".join)
TEXTS = st.lists(st.one_of(TEXT, TEXT, st.none()), max_size=6)
