"""Typed tokens in place of personal data: `<EMAIL>` says that someone could be written to, and no longer who.

StarCoder (Li et al. 2023, 4.2) puts such tokens in place of mails, IP addresses and keys; FineWeb (Penedo et al. 2024)
an address at example.com and one of six unused IPs, which a model then takes for real ones. Addresses that are reserved
for examples, private networks and this very machine name no one and stay. What counts as what: `curate.signals.pii`.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote, unquote_plus

import numpy as np
import pyarrow as pa

TOKENS = {
    "email": "<EMAIL>", "ip": "<IP>", "phone": "<PHONE>", "card": "<CARD>", "iban": "<IBAN>", "key": "<KEY>",
}  # fmt: skip


def replace(texts: pa.Array, kinds: Sequence[str]) -> tuple[pa.Array, dict[str, tuple[np.ndarray, np.ndarray]]]:
    """Texts with tokens for `kinds`, and for each kind (values int64[n], characters int64[n] by which texts shrank)."""
    from curate.kernels.personal import KINDS
    from curate.kernels.personal import replace as replaced

    text, counts, chars = replaced(texts, {kind: TOKENS[kind] for kind in kinds})
    found = {}
    for kind in sorted(kinds, key=KINDS.index):
        at = KINDS.index(kind)
        found[kind] = counts[:, at], chars[:, at] - len(TOKENS[kind]) * counts[:, at]
    return text, found


def masked(text: str) -> str:
    """A text for people to look at: tokens for every kind, each line still the line it was."""
    from curate.kernels.personal import lines_kept

    return str(lines_kept(pa.array([text], pa.large_string()), TOKENS)[0].as_py())


def masked_urls(urls: Sequence[str | None], kinds: Sequence[str] = tuple(TOKENS)) -> list[str | None]:
    """URLs for people to look at: decoded where a value was escaped in one, else to the letter."""
    from curate.kernels.personal import lines_kept

    shown, tokens = list(urls), {kind: TOKENS[kind] for kind in kinds}
    for plain in (unquote, unquote_plus):  # a plus is part of a telephone number, or a blank between digits
        read = [None if url is None else plain(url) for url in shown]
        hidden = lines_kept(pa.array([url or "" for url in read], pa.large_string()), tokens).to_pylist()
        shown = [h if r is not None and h != r else s for s, r, h in zip(shown, read, hidden, strict=True)]
    return shown


def masked_url(url: str, kinds: Sequence[str] = tuple(TOKENS)) -> str:
    return str(masked_urls([url], kinds)[0])
