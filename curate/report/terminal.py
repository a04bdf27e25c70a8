"""The receipt: a run on one screen of a terminal, plain text of at most 100 columns."""

from __future__ import annotations

import textwrap
from textwrap import wrap
from typing import Any

from curate.counted import counted
from curate.report import classifier_lines, encoding
from curate.report.clean_text import head
from schemas import OK

MOST_RULES = 18
WIDTH = 100
NOTHING = {"documents": 0, "tokens": 0}


def receipt(audited: dict[str, Any], folder: str) -> str:
    funnel = audited["funnel"]
    kept = sum(row["documents"] for row in audited["categories"])
    read = funnel[0]["documents_in"] if funnel else 0
    read = max([read, *(row["documents_in"] for row in funnel)])
    lines = [_amounts("in", read, None, None), *_removals(audited["rules"]), *_edits(audited["edits"])]
    lines += [_amounts("kept", kept, None, sum(row["tokens"] for row in audited["categories"])), ""]
    lines += _categories(audited)
    lines += classifier_lines.lines(audited)
    lines += _contamination(audited.get("contamination"))
    lines += _without_text(audited["statuses"]) + _unread(audited["unread"])
    lines += ["", *encoding.lines(audited.get("encoding"))]
    lines += [f"! {line}" for remark in audited.get("remarks", []) for line in wrap(remark, WIDTH - 2)]
    lines += classifier_lines.off(audited)
    lines += [line for sentence in audited.get("against", []) for line in wrap(sentence, WIDTH)]
    lines += [f"books   {_balance(funnel, audited['notes'])}"]
    lines += [
        f"{name:<8}{folder.rstrip('/')}/{path}"
        for name, path in (
            ("text", "text/"),
            ("tokens", "tokens/"),
            ("ledger", "ledger/"),
            ("report", "report/index.html"),
        )
    ]
    return "\n".join(line[:WIDTH].rstrip() for line in lines)


def _amounts(what: str, documents: int, chars: int | None, tokens: int | None) -> str:
    """Tokens where they are known, else characters."""
    amount = f"{tokens:>14,} tokens" if tokens else f"{chars:>14,} characters" if chars else ""
    plural = "document" if documents == 1 else "documents"
    return f"{what:<50}{documents:>12,} {plural:<9}{amount}".rstrip()


def _removals(rules: list[dict[str, Any]]) -> list[str]:
    """In the order of the phases; what does not fit the screen as one line."""
    shown = sorted(rules, key=lambda r: (-r["documents"], r["phase"], r["rule"]))[:MOST_RULES]
    lines, phase = [], ""
    for rule in (r for r in rules if r in shown):
        if rule["phase"] != phase:
            phase = rule["phase"]
            lines.append(f"  {phase}")
        lines.append(_amounts(f"    - {head(rule['rule'], 43)}", rule["documents"], rule["chars"], rule["tokens"]))
    rest = [r for r in rules if r not in shown]
    if rest:
        lines.append(
            _amounts(
                f"  {len(rest)} further rules",
                sum(r["documents"] for r in rest),
                sum(r["chars"] for r in rest),
                None,
            )
        )
    return lines


def _edits(edits: list[dict[str, Any]]) -> list[str]:
    return [_amounts(f"  ~ {head(e['rule'], 36)} (edited)", e["documents"], e["chars"], None) for e in edits]


def _categories(audited: dict[str, Any]) -> list[str]:
    total = sum(row["tokens"] for row in audited["packed"]) or 1
    of_text = {row["name"]: row for row in audited["categories"]}
    asked = audited.get("asked") or {}
    head_of_asked = f"{'asked':>9}" if asked else ""
    lines = [f"{'category':<20}{'documents':>14}{'tokens':>16}{'in the mix':>16}{'share':>9}{head_of_asked}"]
    in_the_mix = {row["name"]: row["tokens"] for row in audited["packed"]}
    for name in [*in_the_mix, *sorted({*asked} - {*in_the_mix})]:  # also what was asked for and got nothing
        text, tokens = of_text.get(name, NOTHING), in_the_mix.get(name, 0)
        share = f"{tokens / total:.1%}"
        wanted = f"{asked.get(name, 0):>9.1%}" if asked else ""
        amounts = f"{text['documents']:>14,}{text['tokens']:>16,}{tokens:>16,}{share:>9}{wanted}"
        lines.append(f"{name:<20}{amounts}")
    if asked:
        lines.append("Documents are taken whole, by hash: a small corpus misses its shares by a document or two.")
    return lines


def _contamination(found: dict[str, Any] | None) -> list[str]:
    """What was found of each benchmark, and what could not be looked for."""
    if not found:
        return []
    lines = ["", f"{'benchmark':<20}{'items':>14}{'found':>16}{'in documents':>16}"]
    for row in found["benchmarks"]:
        name = head(row["name"], 19)
        lines.append(f"{name:<20}{row['items']:>14,}{row['items_found']:>16,}{row['documents_with_items']:>16,}")
    return lines + [f"  ! {note}" for note in found["notes"]]


def _without_text(statuses: list[dict[str, Any]]) -> list[str]:
    """Records that gave no text, by status; the commonest ones where there are many."""
    found = [row for row in statuses if row["name"] != OK]
    if not found:
        return []
    said = ", ".join(f"{head(row['name'], 40)} {row['documents']:,}" for row in found)
    records = counted(sum(row["documents"] for row in found), "record")
    return ["", *textwrap.wrap(f"no text from {records}: {said}", WIDTH)[:3]]


def _unread(unread: list[dict[str, Any]]) -> list[str]:
    lines = []
    for row in unread:
        more = ", ..." if row["files"] > len(row["first"]) else ""
        lines.append(f"  {row['why']}: {row['files']:,} ({', '.join(head(p, 60) for p in row['first'])}{more})")
    return ["", f"{counted(sum(row['files'] for row in unread), 'file')} not read", *lines] if lines else []


def _balance(funnel: list[dict[str, Any]], notes: list[str]) -> str:
    return "; ".join(notes) if notes else f"balance in {len(funnel)} phases: in = kept + removed"
