"""IP addresses: four numbers up to 255 with dots between, or IPv6 in full or with its one gap.

Four numbers are none with a leading zero, as part of a longer dotted number, or all of one digit (a section, a
release). With a gap IPv6 counts only as 2000::/3, the addresses that are given out: `std::dec` is a name of code.
"""

import numpy as np

from curate.kernels.ascii import digits_at, is_alnum, is_digit, is_hex
from curate.kernels.jit import inner


@inner
def ipv4(data, start, at, end):
    """The end of the IPv4 address at `at`, or -1."""
    if at > start and data[at - 1] == 46:
        return -1
    digits = 0
    for part in range(4):
        if part:
            if at >= end or data[at] != 46:
                return -1
            at += 1
        n, value = digits_at(data, at, end), 0
        if not 1 <= n <= 3 or (n > 1 and data[at] == 48):
            return -1
        for k in range(n):
            value = 10 * value + np.int64(data[at + k]) - 48
        if value > 255:
            return -1
        at += n
        digits += n
    if digits == 4 or (at + 1 < end and data[at] == 46 and is_digit(data[at + 1])):
        return -1
    return -1 if at < end and is_alnum(data[at]) else at


@inner
def reserved4(data, at, stop):
    """Private, loopback, link-local, shared, documentation, multicast and reserved blocks (RFC 6890): no one's own."""
    a, b, c, part = 0, 0, 0, 0
    for k in range(at, stop):
        if data[k] == 46:
            part += 1
        elif part == 0:
            a = 10 * a + np.int64(data[k]) - 48
        elif part == 1:
            b = 10 * b + np.int64(data[k]) - 48
        elif part == 2:
            c = 10 * c + np.int64(data[k]) - 48
    if a == 0 or a == 10 or a == 127 or a >= 224:
        return True
    if (a == 169 and b == 254) or (a == 172 and 16 <= b < 32) or (a == 100 and 64 <= b < 128):
        return True
    if a == 192:
        return b == 168 or (b == 0 and (c == 0 or c == 2))
    return (a == 198 and (b == 18 or b == 19 or (b == 51 and c == 100))) or (a == 203 and b == 0 and c == 113)


@inner
def ipv6(data, behind, start, at, end):
    """(begin, end) of the IPv6 address whose first colon is at `at`; end -1 if there is none."""
    opens = at
    while opens > behind and at - opens < 5 and is_hex(data[opens - 1]):
        opens -= 1
    if not 1 <= at - opens <= 4:
        return opens, -1
    if opens > start and (is_alnum(data[opens - 1]) or data[opens - 1] == 58 or data[opens - 1] == 46):
        return opens, -1
    k, groups, gap = opens, 0, False
    while True:
        n = 0
        while k < end and n < 5 and is_hex(data[k]):
            n, k = n + 1, k + 1
        if n > 4:
            return opens, -1
        groups += n > 0
        if k + 1 < end and data[k] == 58 and data[k + 1] == 58 and not gap:
            gap, k = True, k + 2
        elif n and k + 1 < end and data[k] == 58 and is_hex(data[k + 1]) and groups < 8:
            k += 1
        else:
            break
    whole = groups == 8 and not gap
    given_out = gap and groups < 8 and at - opens == 4 and (data[opens] == 50 or data[opens] == 51)
    closed = k == end or not (is_alnum(data[k]) or (data[k] == 58 and k + 1 < end and is_alnum(data[k + 1])))
    return opens, k if (whole or given_out) and closed else -1


@inner
def reserved6(data, at, stop):
    """2001:db8::/32, for documentation (RFC 3849); fc00::/7 and fe80::/10, private and link-local."""
    if stop - at > 8 and data[at] == 50 and data[at + 1] == 48 and data[at + 2] == 48 and data[at + 3] == 49:
        shift = data[at + 5] == 48  # also written 0db8
        d = at + 5 + shift
        return data[d] | 32 == 100 and data[d + 1] | 32 == 98 and data[d + 2] == 56 and data[d + 3] == 58
    return data[at] | 32 == 102 and (data[at + 1] | 32 == 99 or data[at + 1] | 32 == 100 or data[at + 1] | 32 == 101)
