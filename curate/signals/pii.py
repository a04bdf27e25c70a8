"""Personal data and secrets by their shape: mail and IP addresses, phone, card and account numbers, keys and tokens.

Counted here in texts, not in URLs, and replaced by `clean` where the recipe's `pii` says so ([what holds
where](recipes.md#pii), URLs too). The shapes are ours (Llama 3, 3.1.1, names no
rule), strict enough that a table of figures is not a telephone book; each is written down with its kernel:
`curate.kernels.mails`, `.addresses` (IPv4, IPv6), `.phones`, `.numbers` (cards: an issuer's digits and length, Luhn sum
0; IBAN: a country's length, sum 1 modulo 97), `.secrets` and `.passwords`. A number has no ASCII letter, digit or
underscore on either side. Of shapes that overlap a key counts before a mail address, that before a number; of numbers
the leftmost, at one place IPv6, IBAN, card, IPv4, phone in this order.

Not counted: IPv4 addresses of four single digits (1.1.1.1, 8.8.8.8), which are mostly sections and versions; mail
addresses whose local part is beyond ASCII, or whose host is in another script than Latin, Greek or Cyrillic
(`x@société.fr` counts).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from curate.signals._signal import Signal

if TYPE_CHECKING:
    from curate.kernels.scan import Scan

SIGNALS = {
    "emails": Signal(pa.int32(), "matches", "mail addresses", "ours"),
    "ips": Signal(pa.int32(), "matches", "IPv4 and IPv6 addresses", "ours"),
    "phones": Signal(pa.int32(), "matches", "phone numbers, international or national", "ITU-T E.164, NANP"),
    "cards": Signal(pa.int32(), "matches", "payment card numbers", "ISO/IEC 7812, Luhn"),
    "ibans": Signal(pa.int32(), "matches", "bank account numbers", "ISO 13616"),
    "keys": Signal(pa.int32(), "matches", "keys, tokens, passwords", "ours; prefixes as the services publish them"),
    "density": Signal(pa.float32(), "matches per 1000 code points", "personal data of all six kinds", "ours"),
}


def compute(scan: Scan, documents: pa.RecordBatch) -> dict[str, np.ndarray]:
    """One value a document of each signal."""
    from curate.kernels.personal import KINDS, count
    from curate.signals._ratio import ratio

    counts = count(scan)
    named = dict(zip((f"{kind}s" for kind in KINDS), counts.astype(np.int32).T, strict=True))
    return named | {"density": ratio(1000 * counts.sum(axis=1), scan.chars)}
