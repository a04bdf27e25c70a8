"""Numbers that belong to a person: cards, bank accounts, IP addresses, phones. `curate.signals.pii` has the shapes.

Looked at is what may begin one: a digit, + or ( that no letter or digit stands before, a colon behind hex digits (IPv6)
and a digit behind two letters (IBAN).
"""

import numpy as np

from curate.kernels.addresses import ipv4, ipv6, reserved4, reserved6
from curate.kernels.ascii import digits_at, is_alnum, is_digit, is_letter
from curate.kernels.blocks import block
from curate.kernels.intrinsics import LANES, byte_classes, lowest
from curate.kernels.jit import inner, kernel
from curate.kernels.phones import COUNTRIES, phone
from curate.kernels.spans import CARD, IBAN, IP, PHONE, Spans, add, first, room

ALNUM = bytes(b for b in range(128) if chr(b).isalnum() or b == 95)
PLACES = byte_classes(b":", b"+(0123456789", b"0123456789", ALNUM, bytes(b for b in range(128) if chr(b).isalpha()))
ONE = np.uint64(1)
# ISO 13616: characters of an account number in each country, as the SWIFT registry lists them.
IBAN_LENGTHS = """
AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18
FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20
LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31
SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30
"""
LENGTHS = np.zeros(26 * 26, np.int64)
for _entry in IBAN_LENGTHS.split():
    LENGTHS[(ord(_entry[0]) - 65) * 26 + ord(_entry[1]) - 65] = int(_entry[2:])


def find_numbers(data: np.ndarray, offsets: np.ndarray) -> Spans:
    spans = room(int(offsets[-1] - offsets[0]))
    return first(spans, _find(data, offsets, LENGTHS, COUNTRIES, spans))


@kernel
def _find(data, offsets, lengths, countries, spans):
    count = 0
    for i in range(offsets.size - 1):
        start, end = offsets[i], offsets[i + 1]
        behind, carry, carry_letter = start, ONE - ONE, ONE - ONE
        for at in range(start, end, LANES):
            base, shift, valid = block(data, at, end)
            colons, numbers, digits, alnum, letters = PLACES(data, base)
            alnum, letters = alnum >> shift & valid, letters >> shift & valid
            # A number does not begin behind a letter or digit; an account number has its first digit behind a letter.
            places = (numbers >> shift & valid) & ~(alnum << ONE | carry)
            places |= digits >> shift & valid & (letters << ONE | carry_letter)
            places |= colons >> shift & valid & (alnum << ONE | carry)
            carry, carry_letter = alnum >> np.uint64(63), letters >> np.uint64(63)
            while places:
                k = at + lowest(places)
                places &= places - ONE
                if k < behind:
                    continue
                kind, named, opens, stop = _number(data, behind, start, k, end, lengths, countries)
                if stop > 0:
                    count = add(spans, count, i, kind, named, opens, stop)
                    behind = stop
    return count


@inner
def _number(data, behind, start, at, end, lengths, countries):
    """(kind, whether it names someone, begin, end) of the shape with a place at `at`; end -1 if there is none."""
    if data[at] == 58:
        opens, stop = ipv6(data, behind, start, at, end)
        return IP, stop > 0 and not reserved6(data, opens, stop), opens, stop
    if at > start and is_letter(data[at - 1]):
        opens = at - 2
        return IBAN, True, opens, _iban(data, behind, start, opens, end, lengths)
    stop = _card(data, start, at, end)
    if stop > 0:
        return CARD, True, at, stop
    stop = ipv4(data, start, at, end)
    if stop > 0:
        return IP, not reserved4(data, at, stop), at, stop
    return PHONE, True, at, phone(data, start, at, end, countries)


@inner
def _iban(data, behind, start, at, end, lengths):
    """ISO 13616: two letters, two digits, up to 30 characters in one piece or in fours; sum 1 modulo 97."""
    if at < behind or not is_letter(data[at]) or (at > start and is_alnum(data[at - 1])):
        return -1
    first, second = np.int64(data[at] | 32) - 97, np.int64(data[at + 1] | 32) - 97
    length = lengths[first * 26 + second]
    if length == 0 or at + 4 >= end or not is_digit(data[at + 3]):
        return -1
    spaced = data[at + 4] == 32
    k, rest = at + 4, np.int64(0)
    for n in range(4, length):
        if spaced and n % 4 == 0:
            if k >= end or data[k] != 32:
                return -1
            k += 1
        if k >= end or not is_alnum(data[k]) or data[k] == 95:
            return -1
        rest = _remainder(rest, data[k])
        k += 1
    for n in range(4):
        rest = _remainder(rest, data[at + n])
    return k if rest == 1 and (k == end or not is_alnum(data[k])) else -1


@inner
def _remainder(rest, c):
    """Modulo 97 with a digit, or a letter as the number from 10, appended."""
    if is_digit(c):
        return (rest * 10 + np.int64(c) - 48) % 97
    return (rest * 100 + np.int64(c | 32) - 87) % 97


@inner
def _card(data, start, at, end):
    """Digits of an issuer's length in one piece, in fours or as 4-6-5 and 4-6-4; Luhn sum 0; no part of a decimal."""
    n = digits_at(data, at, end)
    if n < 4 or (at > start + 1 and (data[at - 1] == 46 or data[at - 1] == 44) and is_digit(data[at - 2])):
        return -1
    stop = at + n
    if n == 4:
        stop, n = _grouped(data, at + 4, end)
    if stop < 0 or not _issued(_leading(data, at), n) or not _luhn(data, at, stop):
        return -1
    if stop < end and (is_alnum(data[stop]) or (stop + 1 < end and data[stop] == 46 and is_digit(data[stop + 1]))):
        return -1
    return stop


@inner
def _grouped(data, at, end):
    """(end, digits) of a card whose first four digits end at `at`; -1 if it is none."""
    if at >= end or not (data[at] == 32 or data[at] == 45):
        return -1, 0
    gap, second = data[at], digits_at(data, at + 1, end)
    if second == 6 and at + 7 < end and data[at + 7] == gap:
        third = digits_at(data, at + 8, end)
        return (at + 8 + third, 10 + third) if third == 4 or third == 5 else (-1, 0)
    stop = at
    for _ in range(3):
        if stop >= end or data[stop] != gap or digits_at(data, stop + 1, end) != 4:
            return -1, 0
        stop += 5
    return stop, 16


@inner
def _leading(data, at):
    """The first four digits as a number."""
    value = np.int64(0)
    for k in range(at, at + 4):
        value = 10 * value + np.int64(data[k]) - 48
    return value


@inner
def _issued(head, n):
    """Whether cards that begin with the four digits `head` have `n` digits (ISO/IEC 7812, as the networks publish)."""
    if 4000 <= head < 5000:
        return n == 13 or n == 16 or n == 19
    if 5100 <= head < 5600 or 2221 <= head <= 2720 or 2200 <= head <= 2204:
        return n == 16
    if 3400 <= head < 3500 or 3700 <= head < 3800 or head == 1800 or head == 2131:
        return n == 15
    if 3000 <= head < 3060 or head == 3095 or 3600 <= head < 3700 or 3800 <= head < 4000:
        return n == 14
    if 3528 <= head < 3590 or 6200 <= head < 6300 or head == 6011 or 6440 <= head < 6600:
        return 16 <= n <= 19
    maestro = 5600 <= head < 5900 or head == 5018 or head == 5020 or head == 5038 or head == 6304
    return 12 <= n <= 19 and (maestro or head == 6759 or 6761 <= head <= 6763)


@inner
def _luhn(data, at, stop):
    total, double = 0, False
    for k in range(stop - 1, at - 1, -1):
        if is_digit(data[k]):
            digit = np.int64(data[k]) - 48
            if double:
                digit = 2 * digit - 9 * (digit > 4)
            total += digit
            double = not double
    return total % 10 == 0
