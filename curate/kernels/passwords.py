"""Passwords where their place says what they are: in the address of a server, and behind a name in code.

- `scheme://user:password@host`, the password of four characters or more, unless it is a placeholder: has one of
  `${<>*%[]` or is one of STAND_INS. At a host that is set aside for examples, or on this machine, it opens nothing.
- `password = "..."`: a name that ends with a word of NAMES, then `=`, `:` or `:=`, then 8 to 128 characters in quotes;
  or 16 to 128 of base64 right behind `=`. There is a digit and a letter in it (without quotes a large and a small one),
  eight different characters at least, and nothing of `${}<>()`, nor a space.
"""

from collections.abc import Sequence

import numpy as np

from curate.kernels.ascii import is_alnum, is_digit, is_letter
from curate.kernels.jit import inner

NAMES = (
    "password", "passwd", "passphrase", "pwd", "secret", "token", "api_key", "apikey", "api-key", "access_key",
    "secret_key", "private_key", "auth_key", "accesskey", "secretkey",
)  # fmt: skip
WORDS = ("pass", "password", "passwd", "secret", "token", "xxxx", "xxxxxx")
STAND_INS = np.array(sorted(int.from_bytes(word.encode(), "big") for word in WORDS), np.int64)
LEAST, MOST, FAR = 4, 128, 256  # characters of a value in an address and in all; bytes looked at before an @


def letters_of(words: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """(the letters of all words, where each begins)"""
    return np.frombuffer("".join(words).encode(), np.uint8).copy(), np.cumsum([0, *map(len, words)]).astype(np.int64)


NAME_LETTERS, NAME_STARTS = letters_of(NAMES)


@inner
def is_at(data, at, end, word):
    """Whether `word` stands at `at`."""
    if at + word.size > end:
        return False
    for n in range(word.size):  # noqa: SIM110 (numba compiles no generator into a reduction)
        if data[at + n] != word[n]:
            return False
    return True


@inner
def in_address(data, behind, at, end, stand_ins):
    """(begin, end) of `user:password` before the @ at `at`; end -1 if that is none."""
    if at + 1 >= end or not (is_alnum(data[at + 1]) or data[at + 1] == 91):
        return at, -1
    k, colon = at, -1
    while k > behind and at - k < FAR and not _parts(data[k - 1]):
        k -= 1
        if data[k] == 58:
            colon = k
    scheme = k > behind + 3 and data[k - 1] == 47 and data[k - 2] == 47 and data[k - 3] == 58 and is_letter(data[k - 4])
    if not scheme or colon < 0 or not LEAST <= at - colon - 1 <= MOST:
        return at, -1
    word = np.int64(0)
    for n in range(colon + 1, at):
        if data[n] == 36 or data[n] == 123 or data[n] == 42 or data[n] == 37 or data[n] == 91 or data[n] == 93:
            return at, -1
        word = (word << 8 | data[n] | 32) & 0x7FFFFFFFFFFFFFFF
    short = at - colon - 1 <= 8
    for stand_in in stand_ins:
        if short and word == stand_in:
            return at, -1
    return k, at


@inner
def _parts(c):
    """Whether no user name or password goes on across `c`: white space, / ? # " ' < > or a byte beyond ASCII."""
    return c <= 32 or c >= 127 or c == 47 or c == 63 or c == 35 or c == 34 or c == 39 or c == 60 or c == 62


@inner
def assigned(data, behind, at, end, names, name_starts):
    """(begin, end) of the secret that the sign at `at` gives a name to; end -1 if there is none."""
    k = at - (at > behind and data[at] == 61 and data[at - 1] == 58)
    for _ in range(2):
        k -= k > behind and data[k - 1] == 32
    k -= k > behind and (data[k - 1] == 34 or data[k - 1] == 39)
    if k == behind or not is_letter(data[k - 1]) or not _is_name(data, behind, k, names, name_starts):
        return at, -1
    opens = at + 1
    for _ in range(2):
        opens += opens < end and data[opens] == 32
    if opens >= end:
        return at, -1
    quote = data[opens]
    if quote == 34 or quote == 39 or quote == 96:
        stop = opens + 1
        while stop < end and stop - opens <= MOST and 32 < data[stop] < 127 and data[stop] != quote:
            stop += 1
        closed = stop < end and data[stop] == quote
        return opens + 1, stop if closed and _is_secret(data, opens + 1, stop, 8, False) else -1
    stop = at + 1
    while stop < end and stop - at <= MOST and (is_alnum(data[stop]) or _is_sign(data[stop])):
        stop += 1
    whole = data[at] == 61 and (stop == end or data[stop] <= 32)
    return at + 1, stop if whole and _is_secret(data, at + 1, stop, 16, True) else -1


@inner
def _is_sign(c):
    return c == 43 or c == 47 or c == 45 or c == 61


@inner
def _is_name(data, behind, at, names, name_starts):
    """Whether a word of `names`, in letters of either size, ends at `at`."""
    for n in range(name_starts.size - 1):
        first, size = name_starts[n], name_starts[n + 1] - name_starts[n]
        if at - size < behind:
            continue
        same = 0
        while same < size and _small(data[at - size + same]) == names[first + same]:
            same += 1
        if same == size:
            return True
    return False


@inner
def _small(c):
    return c | 32 if is_letter(c) else c


@inner
def _is_secret(data, at, stop, least, mixed):
    """Whether data[at:stop] looks drawn and not written; `mixed`: with large and small letters."""
    if not least <= stop - at <= MOST:
        return False
    digits, large, small, different = 0, 0, 0, 0
    for k in range(at, stop):
        c = data[k]
        if c == 36 or c == 123 or c == 125 or c == 60 or c == 62 or c == 40 or c == 41:
            return False
        digits += is_digit(c)
        large += 65 <= c <= 90
        small += 97 <= c <= 122
        new = 1
        for before in range(at, k):
            if data[before] == c:
                new = 0
                break
        different += new
    cased = (large > 0 and small > 0) if mixed else large + small > 0
    return digits > 0 and cased and different >= 8
