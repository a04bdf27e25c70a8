"""Classes of single bytes, for shapes that are matched byte by byte."""

from curate.kernels.jit import inner


@inner
def is_letter(c):
    return 97 <= c | 32 <= 122


@inner
def is_digit(c):
    return 48 <= c <= 57


@inner
def is_alnum(c):
    """As in a word, so with the underscore."""
    return is_digit(c) or is_letter(c) or c == 95


@inner
def is_hex(c):
    return is_digit(c) or 97 <= c | 32 <= 102


@inner
def digits_at(data, at, end):
    """How many digits stand at `at`."""
    k = at
    while k < end and is_digit(data[k]):
        k += 1
    return k - at
