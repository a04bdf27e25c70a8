"""What happened to a document, as data and as plain text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from curate.corpus import detail
from curate.report.clean_text import visible

MOST_ITEMS = 20
MOST = 20  # records that are explained at a time: an archive has thousands


@dataclass(frozen=True)
class Place:
    """A piece of a document in `tokens/`."""

    file: str
    row: int
    start: int  # index in the row
    offset: int  # token of the document
    bytes: int


@dataclass(frozen=True)
class Explanation:
    """Everything on record of one document. Empty fields: not known, or it did not come that far."""

    fate: str
    id: int | None
    uid: int | None
    document: dict[str, Any] = field(default_factory=dict)  # columns of schemas.DOCUMENTS
    decisions: list[dict[str, Any]] = field(default_factory=list)  # rows of schemas.LEDGER
    signals: dict[str, Any] = field(default_factory=dict)
    rules: list[tuple[str, float | None, float, bool | None]] = field(default_factory=list)
    spared: dict[str, str] = field(default_factory=dict)  # rule -> why it does not apply
    keeper: dict[str, Any] | None = None  # id, its older corpus, uid, url, similarity, why it
    lost_lines: list[str] = field(default_factory=list)
    category: str | None = None
    tokens: int | None = None
    repeats: int | None = None
    places: list[Place] = field(default_factory=list)
    contamination: list[dict[str, Any]] = field(default_factory=list)  # rows of schemas.CONTAMINATION
    scores: dict[str, Any] = field(default_factory=dict)  # columns that classifiers gave it
    cuts: dict[str, float] = field(default_factory=dict)  # the least score that stays in its language, by column
    scored_by: dict[str, str] = field(default_factory=dict)  # of a cascade's column: fast or slow

    def render(self, width: int = 100) -> str:
        """Plain text for a terminal; control characters of the document made visible."""
        lines = [f"{self.fate}"]
        lines += _section("from", _origin(self))
        lines += _section("decisions", [_decision(row) for row in self.decisions])
        if self.keeper:
            similarity = self.keeper["similarity"]
            said = "" if similarity is None else f"  (similarity {similarity:.3f})"
            why = self.keeper.get("why")
            stays = [f"stays by {why}"] if why else []
            lines += _section("keeper", [f"{self.keeper['url'] or self.keeper['id']}{said}", *_elsewhere(self), *stays])
        lines += _section("rules", [_rule(*rule, self.spared.get(rule[0], "")) for rule in self.rules])
        lines += _section("classifiers", _scores(self))
        lines += _section(
            "signals", [f"{name:<36}{_number(value):>14}" for name, value in sorted(self.signals.items())]
        )
        lines += _section("benchmark items in it", _items(self.contamination))
        lines += _section("lines it lost", self.lost_lines)
        lines += _section("in the corpus", _corpus(self))
        text = self.document.get("text") or ""
        lines += _section("text", text[:600].split("\n") + (["..."] if len(text) > 600 else []) if text else [])
        return "\n".join(_cut(visible(line), max(width, 40)) for line in lines)

    __str__ = render


class Explanations(list[Explanation]):
    """The first of all `records` that a question names; when there is none, `missing` says so in a sentence."""

    def __init__(self, found: Sequence[Explanation] = (), missing: str = "", records: int | None = None):
        super().__init__(found)
        self.missing, self.records = missing, len(self) if records is None else records

    def __str__(self) -> str:
        if not self:
            return self.missing
        head = f"{self.records:,} records\n\n" if self.records > 1 else ""
        if self.records > len(self):
            head = f"{self.records:,} records, of which the first {len(self)}:\n\n"
        return head + "\n\n".join(e.render() for e in self)


def _section(title: str, lines: list[str]) -> list[str]:
    return ["", title, *(f"  {line}" for line in lines)] if lines else []


def _cut(line: str, width: int) -> str:
    """A line that does not fit says how long it is."""
    if len(line) <= width:
        return line
    told = f" … ({len(line):,} characters)"
    return line[: width - len(told)] + told


def _origin(e: Explanation) -> list[str]:
    d = e.document
    names = (
        "url",
        "path",
        "member",
        "record_offset",
        "source",
        "group",
        "host",
        "date",
        "status",
        "language",
        "charset",
        "license",
        "chars",
    )
    said = [f"{name:<14} {d[name]}" for name in names if d.get(name) is not None]
    if d.get("language_score") is not None and d.get("language"):
        said = [f"{s} ({d['language_score']:.3f})" if s.startswith("language ") else s for s in said]
    return [
        *said,
        *([f"{'uid':<14} {e.uid:016x}"] if e.uid is not None else []),
        *([f"{'id':<14} {e.id}"] if e.id is not None else []),
    ]


def _decision(row: dict[str, Any]) -> str:
    said = f"{row['phase']}: {row['action']} by {row['rule']}"
    if row["value"] is not None:
        said += f"; value {_number(row['value'])}"
    if row["threshold"] is not None:
        said += f", threshold {_number(row['threshold'])}"
    if row["action"] == "edit" and row["chars_before"] is not None:
        said += f"; {row['chars_before']:,} -> {row['chars_after'] or 0:,} characters"
    place = detail.read(row["detail"])
    why = place.why if place else row["detail"]
    return said + (f"; {why}" if why else "")


def _elsewhere(e: Explanation) -> list[str]:
    """Of a keeper in an older corpus, which one that is."""
    keeper = e.keeper or {}
    if not keeper.get("corpus"):
        return []
    uid = f", uid {keeper['uid']:016x}" if keeper["uid"] is not None else ""
    changed = "" if keeper["url"] else " (not to be read there: it moved, was cleaned or was made anew)"
    return [f"in the older corpus {keeper['corpus']}{uid}, id {keeper['id']}{changed}"]


def _rule(name: str, value: float | None, threshold: float, passed: bool | None, spared: str) -> str:
    mark = {True: "passed", False: "FAILED", None: "does not apply"}[passed]
    return f"{mark:<15}{name:<44}{_number(value):>14}{f'  {spared}' if passed is None else ''}".rstrip()


def _scores(e: Explanation) -> list[str]:
    """Each score with the cut of the document's language; whether it applied, the decisions say."""
    said = []
    for name, value in sorted(e.scores.items()):
        cut = f"  cut {e.cuts[name]:g}" if name in e.cuts else ""
        shown = "not scored" if value is None else _number(round(value, 3)) if isinstance(value, float) else value
        by = f"  by the cascade's {e.scored_by[name]} model" if value is not None and name in e.scored_by else ""
        said.append(f"{name:<36}{shown:>14}{cut}{by}")
    return said


def _items(rows: list[dict[str, Any]]) -> list[str]:
    said = [
        f"{r['benchmark']} {r['item']}: {r['covered']:.0%} of its words, {r['overlap']:.0%} of its n-grams"
        for r in rows[:MOST_ITEMS]
    ]
    return said + ([f"and {len(rows) - MOST_ITEMS:,} more"] if len(rows) > MOST_ITEMS else [])


def _number(value: Any) -> str:
    if value is None or value != value:
        return "-"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,.0f}" if abs(value) < 1e15 and value == round(value) else f"{value:.4g}"


def _corpus(e: Explanation) -> list[str]:
    if e.tokens is None:
        return []
    copies = f", {e.repeats} times" if e.repeats is not None and e.repeats != 1 else ""
    return [f"category {e.category}, {e.tokens:,} tokens{copies}"] + [
        f"{p.file}  row {p.row}, from token {p.start}: its token {p.offset} on, {p.bytes:,} bytes" for p in e.places
    ]
