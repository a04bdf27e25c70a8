"""Remarks: what a reader of the figures must know before believing them. A sample, and what the mix could not do."""

from __future__ import annotations

from typing import Any

from schemas import Manifest

KNOWN_SOURCES = 3  # of the sources that were sampled, how many are named


def remarks(sources: list[dict[str, Any]], markers: list[Manifest], kept: int, tokens: int) -> list[str]:
    """Sentences for the receipt and the page: of sources, what `score` and `mix` noted, and what was kept."""
    return [*_sample(sources, kept, tokens), *_notes(markers)]


def _sample(sources: list[dict[str, Any]], kept: int, tokens: int) -> list[str]:
    shares = {float(source["sample"]) for source in sources if source.get("sample") not in (None, 1)}
    if not shares:
        return []
    if len(shares) == 1 and all(source.get("sample") for source in sources):
        share = shares.pop()
        whole = f"the whole input would keep about {kept / share:,.0f} documents and {tokens / share:,.0f} tokens"
        return [f"A sample of {share:.3g} of the input: {whole}; duplicates between hosts are under-counted."]
    named = [str(source.get("label")) for source in sources if source.get("sample")]
    more = f" and {len(named) - KNOWN_SOURCES} more" if len(named) > KNOWN_SOURCES else ""
    return [f"Sampled: {', '.join(named[:KNOWN_SOURCES])}{more}; duplicates between hosts are under-counted there."]


def _notes(markers: list[Manifest]) -> list[str]:
    """Notes of the plan and of cascades; every shard was told the same."""
    return sorted({str(note) for marker in markers for note in marker.stats.get("notes", [])})
