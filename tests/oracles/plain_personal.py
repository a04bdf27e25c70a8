"""The shapes of `curate.signals.pii` as regular expressions: [(kind, names someone, start, end)] of one text."""

import re
from ipaddress import IPv4Address, ip_network

from curate.kernels.numbers import IBAN_LENGTHS
from curate.kernels.passwords import NAMES, WORDS
from curate.kernels.phones import CODES
from curate.kernels.secrets import ALPHABETIC, ALPHANUMERIC, HEX, TOKENS, UPPER, WORD

Place = tuple[str, bool, int, int]
ALNUM = "[0-9A-Za-z_]"
CLOSED = f"(?!{ALNUM})"
OPEN = f"(?<!{ALNUM})"
KIND = {HEX: "[0-9a-f]", ALPHABETIC: "[A-Za-z]", ALPHANUMERIC: "[0-9A-Za-z]", WORD: "[0-9A-Za-z_-]", UPPER: "[0-9A-Z]"}
CARD = re.compile(
    r"\d{4}(?:([ -])\d{4}\1\d{4}\1\d{4}(?!\d)|([ -])\d{6}\2\d{4,5}(?!\d)|\d{8,15}(?!\d))" + rf"{CLOSED}(?!\.\d)", re.A
)
IPV4 = re.compile(r"(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}(?!\.\d)(?!\d)" + CLOSED, re.A)
GROUP, LAST = "[0-9A-Fa-f]{1,4}", f"(?!{ALNUM})(?!:{ALNUM})"
IPV6 = re.compile(
    rf"(?<![:.])(?:{GROUP}(?::{GROUP}){{7}}(?!::){LAST}|([23][0-9A-Fa-f]{{3}}(?::{GROUP})*+::(?:{GROUP}(?::{GROUP})*+)?){LAST})"
)
TIGHT = r"\d{2,}+"
NATIONAL = re.compile(
    rf"(?:\(0[1-9]\d{{0,3}}\)|0[1-9]\d{{0,3}}+)[ ./-]({TIGHT})(?:([ .-]){TIGHT}(?:\2{TIGHT}){{0,2}}+)?+"
    rf"{CLOSED}(?![ .()/,-]\d)",
    re.A,
)
EXTENSION = r"(?: ?(?:[xX]|[eE][xX][tT]\.?) ?\d{1,6}(?![0-9A-Za-z_]))?+"
NORTH = re.compile(
    r"(?:1[ .-])?(?:\([2-9]\d\d\) ?|[2-9]\d\d[ .-])[2-9]\d\d[ .-]\d{4}(?!\d)" + EXTENSION + CLOSED, re.A
)
BEYOND = "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0386-\u04ff"  # letters of hosts beyond ASCII
COUNTRY = {str(n) for part in CODES.split() for n in range(int(part.split("-")[0]), int(part.split("-")[-1]) + 1)}
LENGTHS = {entry[:2]: int(entry[2:]) for entry in IBAN_LENGTHS.split()}
RESERVED = [ip_network(n) for n in (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24",
    "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
)]  # fmt: skip


def places(text: str) -> list[Place]:
    found: list[Place] = []
    for weaker in (secrets(text), mails(text), numbers(text)):
        found += [w for w in weaker if all(w[3] <= s[2] or s[3] <= w[2] for s in found)]
    return sorted(found, key=lambda place: place[2])


def mails(text: str) -> list[Place]:
    found, behind = [], 0
    for at in (i for i, c in enumerate(text) if c == "@"):
        local = re.search(r"[A-Za-z0-9._%+-]*\Z", text[behind:at])[0].lstrip(".%+-")
        domain = re.match(rf"[A-Za-z0-9.{BEYOND}-]*", text[at + 1 :])[0].rstrip(".-")
        labels = domain.split(".")
        stop = at + 1 + len(domain)
        right = local and len(labels) > 1 and all(labels) and re.fullmatch(rf"[A-Za-z{BEYOND}]{{2,}}", labels[-1])
        if right and not re.match(":[A-Za-z]", text[stop:]) and not re.match(r"[1-9]x\.", domain):
            found.append(("email", not ASIDE.search(domain), at - len(local), stop))
            behind = stop
    return found


ASIDE = re.compile(r"(?:\A|\.)(?:example\.(?:com|org|net)|example|test|invalid|local)\Z", re.I)


def _opens_nothing(rest: str) -> bool:
    domain = re.match(rf"[A-Za-z0-9.{BEYOND}-]*", rest)[0].rstrip(".-")
    labels = domain.split(".")
    if len(labels) > 1 and all(labels) and re.fullmatch(rf"[A-Za-z{BEYOND}]{{2,}}", labels[-1]):
        return bool(ASIDE.search(domain))
    return rest.startswith("localhost")


def numbers(text: str) -> list[Place]:
    found, at = [], 0
    while at < len(text):
        place = _number(text, at)
        found += [place] if place else []
        at = place[3] if place else at + 1
    return found


def _number(text: str, at: int) -> Place | None:
    if at and re.match(ALNUM, text[at - 1]):
        return None
    if (m := IPV6.match(text, at)) and _groups(m[0]):
        return "ip", not re.match("2001:0?db8:|f[cde]", m[0], re.I), at, m.end()
    if stop := _iban(text, at):
        return "iban", True, at, stop
    if not re.search(r"[0-9][.,]\Z", text[:at]) and (m := CARD.match(text, at)) and _issued(m[0]) and luhn(m[0]):
        return "card", True, at, m.end()
    m = IPV4.match(text, at)
    if m and not text[:at].endswith(".") and all(int(n) < 256 for n in m[0].split(".")) and len(m[0]) > 7:
        return "ip", not any(IPv4Address(m[0]) in block for block in RESERVED), at, m.end()
    stop = _phone(text, at)
    return ("phone", True, at, stop) if stop else None


def _groups(address: str) -> bool:
    groups = [group for group in address.split(":") if group]
    return address.count("::") < 2 and ":::" not in address and len(groups) <= 8 - ("::" in address)


def _iban(text: str, at: int) -> int:
    m = re.match(r"([A-Za-z]{2})[0-9]{2}", text[at:])
    length = LENGTHS.get(m[1].upper(), 0) if m else 0
    fours = " ".join(["[0-9A-Za-z]{4}"] * (length // 4))
    for form in (f"[0-9A-Za-z]{{{length}}}", fours + f"(?: [0-9A-Za-z]{{{length % 4}}})" * (length % 4 > 0)):
        if length and (m := re.match(form + CLOSED, text[at:])):
            plain = m[0].replace(" ", "")
            if int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1:
                return at + m.end()
    return 0


def _issued(number: str) -> bool:
    digits = re.sub("[ -]", "", number)
    head, n = int(digits[:4]), len(digits)
    rules = [
        (4000 <= head <= 4999, (13, 16, 19)),
        (5100 <= head <= 5599 or 2221 <= head <= 2720 or 2200 <= head <= 2204, (16,)),
        (head // 100 in (34, 37) or head in (1800, 2131), (15,)),
        (3000 <= head <= 3059 or head == 3095 or head // 100 in (36, 38, 39), (14,)),
        (3528 <= head <= 3589 or head // 100 == 62 or head == 6011 or 6440 <= head <= 6599, range(16, 20)),
        (head // 100 in (56, 57, 58) or head in (5018, 5020, 5038, 6304, 6759, 6761, 6762, 6763), range(12, 20)),
    ]
    return next((n in sizes for applies, sizes in rules if applies), False)


def luhn(number: str) -> bool:
    digits = [int(c) for c in number if c in "0123456789"][::-1]
    return sum(d if k % 2 == 0 else sum(divmod(2 * d, 10)) for k, d in enumerate(digits)) % 10 == 0


def _phone(text: str, at: int) -> int:
    if m := re.compile(r"(?<!\+)\+|00(?=[1-9])").match(text, at):
        return _international(text, m.end(), 8 if m[0] == "+" else 10)
    if m := NORTH.match(text, at):
        return m.end()
    m = NATIONAL.match(text, at)
    if not m or re.search(r"[0-9][ .,/-]\Z", text[:at]):
        return 0
    social = re.search(r"-\d{4}\Z", m[0]) and re.fullmatch(r"(?:\(\d+\)|\d{3})[ ./-]\d\d-\d{4}", m[0])
    digits = sum(c in "0123456789" for c in m[0])
    return m.end() if 9 <= digits <= 11 and not (social and digits == 9) else 0


def _international(text: str, at: int, least: int) -> int:
    head = re.compile("[1-9][0-9]{0,2}").match(text, at)
    if not head or not any(head[0][:n] in COUNTRY for n in (1, 2, 3)):
        return 0
    digits, stop = 0, at
    for end, part in _parts(text, at):
        if digits + len(part) > (11 if text[at] == "1" else 15):
            break
        digits, stop = digits + len(part), end
    closed = re.compile(EXTENSION + CLOSED, re.A).match(text, stop)
    return closed.end() if digits >= least and closed else 0


def _parts(text: str, at: int) -> list[tuple[int, str]]:
    """(end, digits) of each group of an international number."""
    found = []
    while m := re.compile(r"[0-9]+" if not found else r"[ .()/-]{0,2}([0-9]+)").match(text, at):
        found.append((m.end(), m[0] if not found else m[1]))
        at = m.end()
    return found


RUN = re.compile("[0-9A-Za-z_-]+")
PEM = re.compile(r"-----BEGIN (?=[A-Z0-9 ]{0,48})([A-Z0-9 ]*)-----")
DOTTED = re.compile(r"eyJ[0-9A-Za-z_-]{13,}\.ey[0-9A-Za-z_-]{14,}\.[0-9A-Za-z_-]{16,}")
USER = re.compile(r"(?<=[A-Za-z]://)[^\0-\x20\x7f-\U0010ffff/?#\"'<>]{2,256}\Z")


def secrets(text: str) -> list[Place]:
    found, behind, looked = [], 0, 0
    for at, c in enumerate(text):
        span = None
        if at < behind:
            continue
        if c == "@":
            span = _in_address(text, behind, at)
        elif c in "=:":
            span = _assigned(text, behind, at)
        elif at >= looked and (run := RUN.match(text, at)):
            looked = run.end()
            span = _private_key(text, at) or _token(text, *run.span())
        if span:
            found.append(("key", not (c == "@" and _opens_nothing(text[at + 1 :])), *span))
            behind = span[1]
    return found


def _token(text: str, at: int, end: int) -> tuple[int, int] | None:
    at += len(text[at:end]) - len(text[at:end].lstrip("-"))
    if end - at < 16:
        return None
    if m := DOTTED.match(text, at):
        return m.span()
    send_grid = re.match(r"[0-9A-Za-z_-]{22}\.[0-9A-Za-z_-]{43}(?![0-9A-Za-z_-])", text[at:])
    if text[:at].endswith("SG.") and send_grid:
        return at - 3, at + send_grid.end()
    for prefix, least, most, kind in TOKENS:
        body = re.match(re.escape(prefix) + f"({KIND[kind]}*)", text[at:end])
        if body and least <= len(body[1]) <= most and not re.match(ALNUM, text[at + body.end() :]):
            return at, at + body.end()
    return None


def _private_key(text: str, at: int) -> tuple[int, int] | None:
    m = PEM.match(text, at)
    if not m or "PRIVATE KEY" not in m[1] or len(m[1]) > 48 - 11:
        return None
    end = re.compile("-----END [A-Z0-9 ]*-*").search(text, m.end())
    block = text[m.end() : end.start()] if end else ""
    return (at, end.end()) if len(re.findall("[0-9A-Za-z_]", block)) >= 64 else None


def _in_address(text: str, behind: int, at: int) -> tuple[int, int] | None:
    m = USER.search(text[behind:at])
    if not m or ":" not in m[0] or not re.match(r"[0-9A-Za-z_\[]", text[at + 1 :]):
        return None
    password = m[0].partition(":")[2]
    right = 4 <= len(password) <= 128 and not re.search(r"[${*%\[\]]", password)
    return (at - len(m[0]), at) if right and password.lower() not in WORDS else None


def _assigned(text: str, behind: int, at: int) -> tuple[int, int] | None:
    before = text[behind:at]
    before = before[:-1] if text[at] == "=" and before.endswith(":") else before
    before = re.sub("[\"']?\\Z", "", re.sub(" {0,2}\\Z", "", before))
    if not before.lower().endswith(NAMES):
        return None
    if m := re.match("([=:] {0,2}([\"'`]))([!-~]*?)\\2", text[at:]):
        right = _is_secret(m[3], 8) and re.search("[A-Za-z]", m[3])
        return (at + len(m[1]), at + m.end() - 1) if right else None
    if m := re.match(r"=([0-9A-Za-z_+/=-]*)(?=[\0-\x20]|\Z)", text[at:]):
        right = _is_secret(m[1], 16) and re.search("[A-Z]", m[1]) and re.search("[a-z]", m[1])
        return (at + 1, at + m.end()) if right else None
    return None


def _is_secret(value: str, least: int) -> bool:
    drawn = least <= len(value) <= 128 and len(set(value)) >= 8 and re.search("[0-9]", value)
    return bool(drawn) and not re.search("[${}<>()]", value)
