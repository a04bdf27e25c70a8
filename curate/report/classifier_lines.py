"""The receipt's lines of classifiers and topics: at most 100 columns of plain text."""

from __future__ import annotations

from textwrap import wrap
from typing import Any

from curate.counted import counted
from curate.report.clean_text import head

WIDTH = 100
MOST_TOPICS, MOST_CUTS = 8, 6


def lines(audited: dict[str, Any]) -> list[str]:
    """Scores, cuts and topics; nothing where the recipe has no classifier."""
    return _scores(audited.get("classifiers") or []) + [
        line for of in audited.get("topics") or [] for line in _topics(of)
    ]


def off(audited: dict[str, Any]) -> list[str]:
    """What the run did without, loudly."""
    return [f"! {line}" for line in wrap(audited.get("off") or "", WIDTH - 2)]


def _scores(entries: list[dict[str, Any]]) -> list[str]:
    if not entries:
        return []
    found = ["", f"{'classifier':<20}{'scored':>14}{'by transformer':>16}{'removed':>12}  cut"]
    for of in entries:
        amounts = f"{head(of['task'], 19):<20}{of['scored']:>14,}{of['sent']:>16,}{of['removed']:>12,}"
        found.append(f"{amounts}  {of['asked']}")
        found += [f"  {line}" for line in wrap(_cuts(of["cuts"]), WIDTH - 2)]
    return found


def _cuts(cuts: dict[str, float]) -> str:
    shown = [f"{cell} {score:g}" if cell != "all" else f"{score:g}" for cell, score in list(cuts.items())[:MOST_CUTS]]
    more = f" and {counted(len(cuts) - MOST_CUTS, 'more language')}" if len(cuts) > MOST_CUTS else ""
    return f"kept from {', '.join(shown)}{more}" if shown else ""


def _topics(of: dict[str, Any]) -> list[str]:
    rows, sampled = of["rows"], of["by"] is not None
    if not rows:
        return []
    after = f"{'after topics':>16}{'share':>9}{of['by'].removesuffix('s'):>9}" if sampled else ""
    found = ["", f"{head(of['task'], 19):<20}{'documents':>14}{'tokens':>16}{'share':>9}{after}"]
    for row in rows[:MOST_TOPICS]:
        asked = f"{row['asked']:>9.1%}" if row["asked"] is not None else ""
        end = f"{row['tokens_after']:>16,}{row['share_after']:>9.1%}{asked}" if sampled else ""
        amounts = f"{row['documents']:>14,}{row['tokens']:>16,}{row['share']:>9.1%}{end}"
        found.append(f"{head(row['topic'], 19):<20}{amounts}")
    rest = len(rows) - MOST_TOPICS
    return [*found, *([f"  and {counted(rest, 'more topic')}"] if rest > 0 else [])]
