"""Which keys of a crawl's index belong to a host, a domain or the beginning of an address.

Common Crawl's index is sorted by SURT (Sort-friendly URI Reordering Transform): `https://www.example.org/Docs?b&a` has
the key `org,example)/docs?a&b`. The scheme, `www.` and the letter case are gone, so an address stands for its variants.
Keys are compared as bytes; in them `)` comes before `,`, and `,` before `-`.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_WWW = re.compile(r"www\d*\.")
EVERYTHING = ("", "\U0010ffff")


def of_host(host: str) -> list[tuple[str, str]]:
    """Ranges [first, last) of the keys of one host, on every port."""
    name = _reversed(_WWW.sub("", host.lower(), count=1))
    return [(f"{name})", f"{name}*"), (f"{name}:", f"{name};")]


def of_domain(domain: str) -> list[tuple[str, str]]:
    """Of a domain with all hosts below it; also of a whole top-level domain."""
    name = _reversed(domain.lower().removeprefix("*."))
    return [*of_host(domain), (f"{name},", f"{name}-")]


def of_prefix(address: str) -> list[tuple[str, str]]:
    """Of the addresses that begin so; without a path that is the whole host."""
    parts = urlsplit(address if "://" in address else f"https://{address}")
    if parts.path in ("", "/") and not parts.query:
        return of_host(parts.hostname or "")
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    rest = parts.path + (f"?{parts.query}" if parts.query else "")
    key = f"{_reversed(_WWW.sub('', (parts.hostname or '').lower(), count=1))}{port}){rest.lower()}"
    return [(key, key + "\U0010ffff")]


def merged(ranges: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The same keys in ranges that neither touch nor overlap, in order."""
    joined: list[tuple[str, str]] = []
    for first, last in sorted(ranges):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined


def _reversed(host: str) -> str:
    return ",".join(reversed(host.strip(".").split(".")))
