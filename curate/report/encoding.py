"""What gave the token ids, and how many documents' ids were compared with those of the library that defines them."""

from __future__ import annotations

from typing import Any

from curate.counted import counted
from schemas import Manifest

SLOWER = {"tiktoken": "about 10x slower", "tokenizers": "about 100x slower"}


def encoding(markers: list[Manifest]) -> dict[str, Any] | None:
    """From the markers of `clean`: {"engines": [[name, why it works alone]], "reference", "checked"}."""
    stats = [marker.stats["tokens checked"] for marker in markers if "tokens checked" in marker.stats]
    if not stats:
        return None
    engines = sorted({(one["engine"], one["alone_because"]) for one in stats})
    checked = sum(one["documents"] for one in stats)
    return {"engines": engines, "reference": stats[0]["reference"], "checked": checked}


def lines(found: dict[str, Any] | None) -> list[str]:
    """For the receipt."""
    if not found:
        return []
    said = []
    for engine, because in found["engines"]:
        if because:
            said.append(f"tokenizer engine: {engine} ({because}: {SLOWER[engine]})")
        else:
            checked = counted(found["checked"], "document")
            said.append(f"tokens checked against {found['reference']}: {checked}, 0 differences")
    return said
