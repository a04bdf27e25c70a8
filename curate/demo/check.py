"""Holds a finished corpus against the planted truth: recall by kind of plant, and which rules found them.

A plant counts as found when its expectation (see `curate.demo.truth`) holds in the text that was kept, whatever phase
brought it about; `how` lists the ledger's rules for its records, or says that extraction already left it out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from curate.corpus import Corpus, detail
from curate.dedup.urls import normalise
from curate.demo.truth import Plant, Truth
from curate.recipe.spares import TECHNICAL


@dataclass(frozen=True)
class Row:
    kind: str
    planted: int
    found: int
    how: str
    missed: tuple[str, ...] = ()

    @property
    def recall(self) -> float:
        return self.found / self.planted


class Findings(list[Row]):
    """One row for each kind of plant; as text an aligned table."""

    def __str__(self) -> str:
        lines = [f"{'plant':<24}{'planted':>8}{'found':>7}{'recall':>9}  how it was found"]
        lines += [f"{r.kind:<24}{r.planted:>8}{r.found:>7}{r.recall:>9.1%}  {r.how}" for r in self]
        return "\n".join(lines)


def check(folder: str | Path, corpus: Corpus | str | Path) -> Findings:
    """One row for each kind of plant in `folder`'s truth.json, in the order of planting."""
    seen = _Seen(corpus if isinstance(corpus, Corpus) else Corpus(corpus))
    kinds: dict[str, list[Plant]] = {}
    for plant in Truth.read(Path(folder)).plants:
        kinds.setdefault(plant.kind, []).append(plant)
    rows = Findings()
    for kind, plants in kinds.items():
        missed = tuple((p.urls or (p.text or p.path,))[-1] for p in plants if not seen.holds(p))
        how = Counter(rule for p in plants for rule in seen.rules(p))
        said = ", ".join(f"{rule} ({n})" for rule, n in sorted(how.items(), key=lambda x: (-x[1], x[0]))[:3])
        rows.append(Row(kind, len(plants), len(plants) - len(missed), said, missed))
    return rows


class _Seen:
    """What the check needs of a corpus, read once."""

    def __init__(self, corpus: Corpus):
        from curate import signals
        from curate.rules import exempt

        table = corpus.text().to_table(["url", "category", "text"])
        kept, spared = table.to_pylist(), exempt(TECHNICAL, signals.compute(table, ["code", "math"]))
        self.kept: Counter[str] = Counter(row["url"] for row in kept if row["url"])
        self.category = {row["url"]: row["category"] for row in kept}
        prose = [row for row, free in zip(kept, spared, strict=True) if not free and row["category"] != "code"]
        self.lines = {line.strip() for row in prose for line in row["text"].split("\n")}
        documents = corpus.documents().to_table(["uid", "url", "path", "language"]).to_pylist()
        self.language = {row["url"]: row["language"] for row in documents}
        of_uid = {row["uid"]: (row["url"], row["path"]) for row in documents}
        self.links = {normalise(link) for link in corpus.links().to_table(["url"])["url"].to_pylist()}
        self.known = {place for pair in of_uid.values() for place in pair if place}
        self.said: dict[str, list[str]] = {}
        for row in corpus.ledger().to_table(["uid", "phase", "rule", "detail"]).to_pylist():
            removed = detail.read(row["detail"])
            for place in {*of_uid.get(row["uid"], ()), removed.url if removed else row["detail"]} - {None}:
                self.said.setdefault(place, []).append(f"{row['phase']}: {row['rule']}")

    def holds(self, plant: Plant) -> bool:
        many = sum(self.kept[url] for url in set(plant.urls))
        match plant.expect:
            case "one":
                return many <= 1
            case "none":
                return many == 0
            case "line":
                return plant.text.strip() not in self.lines
            case "both":
                return not any(
                    rule.startswith("near_duplicates:") for url in plant.urls for rule in self.said.get(url, ())
                )
            case "cited" | "not cited":
                return (normalise(plant.urls[0]) in self.links) == (plant.expect == "cited")
            case "language":
                return all(self.language.get(url) == plant.text for url in plant.urls)
            case "category":
                return all(self.category.get(url, plant.text) == plant.text for url in plant.urls)
        return any(self._named(place) for place in plant.urls or (plant.path,))

    def rules(self, plant: Plant) -> list[str]:
        """Rules that touched the plant's last record, which is the planted one."""
        if plant.expect in ("cited", "not cited"):
            return []
        if not plant.urls:
            return (
                []
                if plant.text
                else [r for place, rules in self.said.items() if place.endswith(plant.path) for r in rules]
            )
        return self.said.get(plant.urls[-1], [])

    def _named(self, place: str) -> bool:
        return (
            place in self.known
            or place in self.said
            or any(k.endswith(place) or place in k for k in (*self.known, *self.said))
        )
