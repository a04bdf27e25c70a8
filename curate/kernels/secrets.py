"""Keys and tokens: what services print with a prefix of their own, private key blocks, passwords in addresses and code.

- Tokens: the prefix, then as many characters as the service publishes (TOKENS), no further one behind.
- JSON Web Tokens (RFC 7519): three base64url parts with dots between, the first two beginning `eyJ`.
- Private keys (RFC 7468): from `-----BEGIN ... PRIVATE KEY-----` to its END line, with 64 letters and digits at least.
- Passwords in addresses and in code: `curate.kernels.passwords`.
"""

import numpy as np

from curate.kernels.ascii import is_alnum, is_digit
from curate.kernels.blocks import block
from curate.kernels.intrinsics import LANES, byte_classes, lowest
from curate.kernels.jit import inner, kernel
from curate.kernels.mails import CLASSES, SET_ASIDE, domain_end, set_aside
from curate.kernels.passwords import NAME_LETTERS, NAME_STARTS, STAND_INS, assigned, in_address, is_at, letters_of
from curate.kernels.spans import KEY, Spans, add, first, room

HEX, ALPHABETIC, ALPHANUMERIC, WORD, UPPER = range(5)
# prefix, characters behind it (least, most) and of which kind; as the services' documentation states them.
TOKENS = (
    *((prefix, 16, 16, UPPER) for prefix in ("AKIA", "ASIA", "ABIA", "ACCA")),  # AWS
    *((prefix, 36, 255, ALPHANUMERIC) for prefix in ("ghp_", "gho_", "ghu_", "ghs_", "ghr_")),  # GitHub
    ("github_pat_", 82, 82, WORD),
    *((prefix, 20, 64, WORD) for prefix in ("glpat-", "gldt-", "glrt-", "glptt-")),  # GitLab
    *((prefix, 20, 250, WORD) for prefix in ("xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xapp-")),  # Slack
    *((prefix, 16, 247, ALPHANUMERIC) for prefix in ("sk_live_", "rk_live_", "sk_test_", "rk_test_")),  # Stripe
    ("whsec_", 32, 64, ALPHANUMERIC),
    ("AIza", 35, 35, WORD),  # Google
    ("GOCSPX-", 28, 28, WORD),
    *((prefix, 32, 250, WORD) for prefix in ("sk-proj-", "sk-svcacct-", "sk-admin-", "sk-ant-")),  # OpenAI, Anthropic
    ("sk-", 48, 48, ALPHANUMERIC),
    ("npm_", 36, 36, ALPHANUMERIC),
    ("pypi-AgEIcHlwaS5vcmc", 50, 250, WORD),
    ("hf_", 34, 40, ALPHABETIC),  # Hugging Face
    ("dop_v1_", 64, 64, HEX),  # DigitalOcean
    *((prefix, 32, 32, HEX) for prefix in ("shpat_", "shpss_", "shpca_")),  # Shopify
    *((prefix, 32, 32, HEX) for prefix in ("dapi", "key-")),  # Databricks, Mailgun
    ("SK", 32, 32, HEX),  # Twilio
    ("sq0atp-", 22, 22, WORD),  # Square
    ("sq0csp-", 43, 43, WORD),
)
WORDS = bytes(b for b in range(128) if chr(b).isalnum() or b in b"_-")
PLACES = byte_classes(b"@", b"=:", b"-", WORDS)
SHORTEST = 16  # characters of a token, at least
MOST_LABEL, LEAST_BLOCK, MOST_BLOCK = 48, 64, 1 << 15  # bytes of a private key's label, and of its block
ONE = np.uint64(1)


PREFIXES, PREFIX_STARTS = letters_of([token[0] for token in TOKENS])
BODIES = np.array([token[1:] for token in TOKENS], np.int64)
MARKS = ("-----BEGIN ", "PRIVATE KEY", "-----END ", "localhost")
BEGIN, PRIVATE, FINISH, LOCAL = (letters_of([mark])[0] for mark in MARKS)


def find_secrets(data: np.ndarray, offsets: np.ndarray) -> Spans:
    spans = room(int(offsets[-1] - offsets[0]))
    tables = PREFIXES, PREFIX_STARTS, BODIES, NAME_LETTERS, NAME_STARTS, STAND_INS
    return first(spans, _find(data, offsets, *tables, BEGIN, PRIVATE, FINISH, CLASSES, SET_ASIDE, LOCAL, spans))


@kernel
def _find(
    data, offsets, prefixes, prefix_starts, bodies, names, name_starts, stand_ins,
    begin, private, finish, classes, aside, local, spans,
):  # fmt: skip
    count = 0
    for i in range(offsets.size - 1):
        start, end = offsets[i], offsets[i + 1]
        behind = looked = start  # looked: the end of the last run of word characters
        for at in range(start, end, LANES):
            base, shift, valid = block(data, at, end)
            mails, signs, dashes, words = PLACES(data, base)
            words, dashes = words >> shift & valid, dashes >> shift & valid
            # A run of 16 has 8 in one of two blocks, a run of 5 dashes 3.
            runs = words & words >> ONE
            runs &= runs >> np.uint64(2)
            runs &= runs >> np.uint64(4)
            dashes &= dashes >> ONE & dashes >> np.uint64(2)
            places = (mails | signs) >> shift & valid | runs | dashes
            while places:
                k = at + lowest(places)
                places &= places - ONE
                if k < behind:
                    continue
                c, named = data[k], True
                if c == 64:
                    opens, stop = in_address(data, behind, k, end, stand_ins)
                    named = stop < 0 or not _opens_nothing(data, k + 1, end, classes, aside, local)
                elif c == 61 or c == 58:
                    opens, stop = assigned(data, behind, k, end, names, name_starts)
                elif k < looked:
                    continue
                else:
                    opens, looked = _run(data, behind, k, end)
                    stop = _private_key(data, opens, end, begin, private, finish)
                    if stop < 0:
                        opens, stop = _token(data, start, opens, looked, end, prefixes, prefix_starts, bodies)
                if stop > 0:
                    count = add(spans, count, i, KEY, named, opens, stop)
                    behind = stop
    return count


@inner
def _opens_nothing(data, at, end, classes, aside, local):
    """Whether the host at `at` is set aside for examples, or this machine."""
    stop = domain_end(data, at, end, classes)
    return set_aside(data, at, stop, aside) if stop > 0 else is_at(data, at, end, local)


@inner
def _run(data, behind, at, end):
    """Where the run of word characters around `at` begins and ends."""
    opens = stop = at
    while opens > behind and _is_word(data[opens - 1]):
        opens -= 1
    while stop < end and _is_word(data[stop]):
        stop += 1
    return opens, stop


@inner
def _is_word(c):
    return is_alnum(c) or c == 45


@inner
def _token(data, start, opens, stop, end, prefixes, prefix_starts, bodies):
    """(begin, end) of a token in the run data[opens:stop]; end -1 if there is none."""
    while opens < stop and data[opens] == 45:
        opens += 1
    if stop - opens < SHORTEST:
        return opens, -1
    if stop < end and data[stop] == 46:
        first_byte, last = _dotted(data, start, opens, stop, end)
        if last > 0:
            return first_byte, last
    for n in range(bodies.shape[0]):
        size = prefix_starts[n + 1] - prefix_starts[n]
        if data[opens] == prefixes[prefix_starts[n]] and is_at(data, opens, stop, prefixes[prefix_starts[n] :][:size]):
            k, body = opens + size, 0
            while k < stop and _is_kind(data[k], bodies[n, 2]):
                k, body = k + 1, body + 1
            if bodies[n, 0] <= body <= bodies[n, 1] and (k == stop or not is_alnum(data[k])):
                return opens, k
    return opens, -1


@inner
def _dotted(data, start, opens, stop, end):
    """(begin, end) of a JSON Web Token or SendGrid key whose run data[opens:stop] has a dot behind; end -1 of none."""
    if data[opens] == 101 and data[opens + 1] == 121 and data[opens + 2] == 74:
        second = _word_end(data, stop + 1, end)
        signed = second + 1 < end and data[second] == 46
        if second - stop > SHORTEST and signed and data[stop + 1] == 101 and data[stop + 2] == 121:
            third = _word_end(data, second + 1, end)
            return opens, third if third - second > SHORTEST else -1
    if opens > start + 2 and data[opens - 3] == 83 and data[opens - 2] == 71 and data[opens - 1] == 46:
        second = _word_end(data, stop + 1, end)
        return opens - 3, second if stop - opens == 22 and second - stop == 44 else -1
    return opens, -1


@inner
def _word_end(data, at, end):
    while at < end and _is_word(data[at]):
        at += 1
    return at


@inner
def _is_kind(c, kind):
    if kind == HEX:
        return is_digit(c) or 97 <= c <= 102
    if kind == UPPER:
        return is_digit(c) or 65 <= c <= 90
    if kind == ALPHABETIC:
        return is_alnum(c) and not is_digit(c) and c != 95
    return (is_alnum(c) and c != 95) if kind == ALPHANUMERIC else _is_word(c)


@inner
def _private_key(data, at, end, begin, private, finish):
    """The end of the private key block at `at`, or -1."""
    if not is_at(data, at, end, begin):
        return -1
    k = at + begin.size
    while k < end and k - at < MOST_LABEL and (65 <= data[k] <= 90 or is_digit(data[k]) or data[k] == 32):
        k += 1
    named = False
    for place in range(at + begin.size, k - 10):
        named = named or is_at(data, place, k, private)
    if not named or k + 5 > end or data[k] != 45:
        return -1
    k, letters, stop = k + 5, 0, -1
    while k < end and k - at < MOST_BLOCK:
        if data[k] == 45 and is_at(data, k, end, finish):
            k += finish.size
            while k < end and (65 <= data[k] <= 90 or is_digit(data[k]) or data[k] == 32):
                k += 1
            while k < end and data[k] == 45:
                k += 1
            stop = k
            break
        letters += is_alnum(data[k])
        k += 1
    return stop if letters >= LEAST_BLOCK else -1
