"""Personal data by its shape: mail addresses, IPv4 addresses, phone and payment card numbers. Counted, not removed.

The shapes are ours (Llama 3, 3.1.1, names no rule): strict enough that a table of figures is not a telephone book.
- mail: [A-Za-z0-9._%+-]+ @ labels of [A-Za-z0-9-], two at least, the last of two or more letters;
- IPv4: four numbers up to 255 with dots between, not part of a longer dotted number;
- phone: `+` and 8 to 15 digits with at most two of ` .-()` between any two (E.164), or the North American
  `[1 ](ddd) ddd-dddd` with space, dot or hyphen between, no group of three beginning with 0 or 1;
- card: 13 to 19 digits beginning with 3 to 6, unbroken, 4-4-4-4 or 4-6-5 with spaces or hyphens, Luhn sum 0.
A number has no ASCII letter, digit or underscore on either side; of shapes that overlap the leftmost counts, and at
the same place card before IPv4 before phone.
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
    "ips": Signal(pa.int32(), "matches", "IPv4 addresses", "ours"),
    "phones": Signal(pa.int32(), "matches", "phone numbers, international or North American", "ITU-T E.164, NANP"),
    "cards": Signal(pa.int32(), "matches", "payment card numbers", "ISO/IEC 7812, Luhn"),
    "density": Signal(pa.float32(), "matches per 1000 code points", "personal data of all four kinds", "ours"),
}


def compute(scan: Scan, documents: pa.RecordBatch) -> dict[str, np.ndarray]:
    """One value a document of each signal."""
    from curate.kernels.personal import count
    from curate.signals._ratio import ratio

    counts = count(scan)
    named = dict(zip(("emails", "ips", "phones", "cards"), counts.astype(np.int32).T, strict=True))
    return named | {"density": ratio(1000 * counts.sum(axis=1), scan.chars)}
