"""Phone numbers: international, North American, and national ones that begin with the trunk prefix 0.

- `+` (not `++`) or `00`, a country code of ITU-T E.164, in all 8 to 15 digits (11 with +1, 10 at least after 00), with
  at most two of ` .-()/` between any two;
- `[1 ](ddd) ddd-dddd` with space, dot or hyphen between, no group of three beginning with 0 or 1;
- 0 and a digit from 1 on, 9 to 11 digits in two to five groups of two or more, the first of at most five and perhaps in
  brackets; behind it a space, dot, hyphen or slash, between the others one and the same of the first three. A number
  ddd-dd-dddd is no phone but a social security number.
Behind the first two may stand an extension: x123, ext. 123.
"""

import numpy as np

from curate.kernels.ascii import digits_at, is_alnum, is_digit
from curate.kernels.jit import inner

CODES = """
1 7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91
92 93 94 95 98 211 212 213 216 218 220-269 290 291 297 298 299 350-359 370-389 420 421 423 500-509 590-599 670-692 850
852 853 855 856 870 880 886 960-968 970-977 992-996 998
"""
COUNTRIES = np.zeros(1000, np.bool_)  # by the first digits of what follows +: the code is one, two or three of them
for _code in CODES.split():
    _low, _, _high = _code.partition("-")
    for _n in range(int(_low), int(_high or _low) + 1):
        COUNTRIES[_n] = True


@inner
def phone(data, start, at, end, countries):
    """The end of the phone number at `at`, or -1."""
    if data[at] == 43:
        if at > start and data[at - 1] == 43:
            return -1
        return _international(data, at + 1, end, 8, countries)
    if data[at] == 48 and at + 2 < end and data[at + 1] == 48 and data[at + 2] != 48:
        return _international(data, at + 2, end, 10, countries)
    stop = _north_american(data, at, end)
    return stop if stop > 0 else _national(data, start, at, end)


@inner
def _international(data, at, end, least, countries):
    if at >= end or not 49 <= data[at] <= 57 or not _has_country(data, at, end, countries):
        return -1
    most = 11 if data[at] == 49 else 15
    digits, stop = 0, at
    while True:
        n = digits_at(data, at, end)
        if digits + n > most:
            break
        digits, at = digits + n, at + n
        stop = at
        gap = 0
        while gap < 2 and at + gap < end and _is_gap(data[at + gap]):
            gap += 1
        if at + gap >= end or not is_digit(data[at + gap]):
            break
        at += gap
    return _extended(data, stop, end) if least <= digits else -1


@inner
def _has_country(data, at, end, countries):
    value = np.int64(0)
    for k in range(at, min(at + 3, end)):
        if not is_digit(data[k]):
            break
        value = 10 * value + np.int64(data[k]) - 48
        if countries[value]:
            return True
    return False


@inner
def _is_gap(c):
    return c == 32 or c == 46 or c == 45 or c == 40 or c == 41 or c == 47


@inner
def _is_break(c):
    return c == 32 or c == 46 or c == 45


@inner
def _north_american(data, at, end):
    if data[at] == 49 and at + 1 < end and _is_break(data[at + 1]):
        at += 2
    bracket = at < end and data[at] == 40
    at += bracket
    if not _three(data, at, end):
        return -1
    at += 3
    if bracket:
        if at >= end or data[at] != 41:
            return -1
        at += 1
        if at < end and data[at] == 32:
            at += 1
    else:
        if at >= end or not _is_break(data[at]):
            return -1
        at += 1
    if not _three(data, at, end):
        return -1
    at += 3
    if at >= end or not _is_break(data[at]):
        return -1
    at += 1
    return _extended(data, at + 4, end) if digits_at(data, at, end) == 4 else -1


@inner
def _three(data, at, end):
    """Three digits that don't begin with 0 or 1."""
    return at < end and 50 <= data[at] <= 57 and digits_at(data, at, end) == 3


@inner
def _national(data, start, at, end):
    opens = at
    bracket = data[at] == 40
    at += bracket
    if at + 1 >= end or data[at] != 48 or not 49 <= data[at + 1] <= 57 or _continues(data, start, opens):
        return -1
    n = digits_at(data, at, end)
    digits, at = n, at + n
    if not 2 <= n <= 5:
        return -1
    if bracket:
        if at >= end or data[at] != 41:
            return -1
        at += 1
        if at < end and is_digit(data[at]):
            return -1
    if at >= end or not (_is_break(data[at]) or data[at] == 47):
        return -1
    sign, groups, second = data[at], 0, 0
    while groups < 4 and at < end and data[at] == sign:
        n = digits_at(data, at + 1, end)
        if n < 2:
            break
        digits, at, groups = digits + n, at + 1 + n, groups + 1
        if groups == 1:
            second = n
            sign = data[at] if at < end and _is_break(data[at]) else sign
    is_social = digits == 9 and groups == 2 and second == 2 and data[at - 5] == 45
    return at if 9 <= digits <= 11 and groups > 0 and not is_social and not _goes_on(data, at, end) else -1


@inner
def _continues(data, start, at):
    """Whether the number at `at` is a part of one before it: 12,034 or 3.012."""
    if at <= start + 1 or not is_digit(data[at - 2]):
        return False
    return _is_break(data[at - 1]) or data[at - 1] == 44 or data[at - 1] == 47


@inner
def _goes_on(data, at, end):
    if at < end and is_alnum(data[at]):
        return True
    return at + 1 < end and (_is_gap(data[at]) or data[at] == 44) and is_digit(data[at + 1])


@inner
def _extended(data, at, end):
    """The end of the number with its extension; -1 where a letter or digit follows."""
    k = at + (at < end and data[at] == 32)
    if k < end and data[k] | 32 == 120:
        k += 1
    elif k + 2 < end and data[k] | 32 == 101 and data[k + 1] | 32 == 120 and data[k + 2] | 32 == 116:
        k += 3
        k += k < end and data[k] == 46
    else:
        return -1 if at < end and is_alnum(data[at]) else at
    k += k < end and data[k] == 32
    n = digits_at(data, k, end)
    if 1 <= n <= 6 and (k + n == end or not is_alnum(data[k + n])):
        return k + n
    return -1 if at < end and is_alnum(data[at]) else at
