"""audit: the books of a run in one dict, added up from the markers that the shards left behind.

Counts are integers that were summed where the documents were; text is read for examples only: for each rule one removed
document and one kept, on either side of the threshold and as near to it as there are. Nothing here depends on the time,
the machine or the order of files, so equal runs give equal bytes.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from curate.corpus import Corpus
from curate.errors import UserError
from curate.report import encoding, examples, histogram, totals
from curate.report.against import against
from curate.report.classifiers import by_chance, classifiers, off, topics
from curate.report.clusters import clusters, hot_bands
from curate.report.frequent_lines import frequent_lines
from curate.report.remarks import remarks
from curate.report.unmatched import unmatched
from curate.storage import join, names, read_bytes
from schemas import Counts, Manifest

PHASES = (
    "shards",
    "urls",
    "extract",
    "measure",
    "filter",
    "near_duplicates",
    "frequent_lines",
    "clean",
    "score",
    "select",
    "mix",
    "pack",
)
UNREAD = {"urls.no_records": "no record in it"}
FEW = 5  # names of unread files that are listed


def audit(folder: str | Path, keys: dict[str, str] | None = None) -> dict[str, Any]:
    """Funnel, rules, histograms, categories, languages, hosts, cluster sizes of the run in `folder`.

    `keys` says which folder of each phase counts, while facts.json does not say it yet.
    """
    corpus = Corpus(folder, keys)
    funnel: list[dict[str, Any]] = []
    rules: list[dict[str, Any]] = []
    bins: dict[str, dict[int, int]] = {}
    for phase in PHASES:
        markers = _markers(corpus, phase)
        if markers is None:
            continue
        counts = sum((m.counts for m in markers), Counts())
        funnel.append({"phase": phase, "shards": len(markers), **vars(counts), "unbalanced": counts.unbalanced()})
        rules += _removed(phase, markers)
        for marker in markers:
            for signal, found in _stat(marker, "histograms").items():
                histogram.add(bins.setdefault(signal, {}), found)
    of_text, thresholds = totals.of_text(corpus), _thresholds(corpus)
    kept = [sum(row[unit] for row in of_text["categories"]) for unit in ("documents", "tokens")]
    rules += excluded(corpus)
    of_score, of_select, of_mix = (_markers(corpus, phase) or [] for phase in ("score", "select", "mix"))
    by_topic = topics(corpus.recipe, of_select, of_mix)
    return {
        "name": corpus.recipe.get("name"),
        "funnel": funnel,
        "rules": examples.beside(corpus, rules, thresholds),
        "thresholds": thresholds,
        "histograms": {s: {str(b): n for b, n in sorted(found.items())} for s, found in sorted(bins.items())},
        "edits": _edits(corpus),
        **clusters(corpus),
        "frequent_lines": frequent_lines(corpus, _markers(corpus, "frequent_lines") or []),
        "contamination": _contamination(corpus),
        "classifiers": classifiers(corpus.recipe, of_score, of_select),
        "topics": by_topic,
        "off": off(corpus.recipe),
        "encoding": encoding.encoding(_markers(corpus, "clean") or []),
        "statuses": _statuses(corpus),
        "unread": _unread(corpus),
        **of_text,
        "asked": _asked(corpus),
        "notes": _notes(funnel),
        "remarks": [
            *remarks(corpus.recipe.get("sources") or [], [*of_score, *of_mix], *kept),
            *by_chance(by_topic),
            *hot_bands(corpus),
            *unmatched(corpus),
        ],
        "against": against(corpus, corpus.recipe),
    }


def _markers(corpus: Corpus, phase: str) -> list[Manifest] | None:
    try:
        folder = corpus.phase_folder(phase)
    except UserError:
        return None
    marked = [join(folder, "done", name) for name in names(join(folder, "done")) if name.endswith(".json")]
    return [Manifest.from_json(read_bytes(url).decode()) for url in marked or [join(folder, "manifest.json")]]


def _stat(marker: Manifest, name: str) -> dict[str, Any]:
    found = marker.stats.get(name)
    return found if isinstance(found, dict) else {}


def _removed(phase: str, markers: list[Manifest]) -> list[dict[str, Any]]:
    totals: dict[str, list[int]] = {}
    for marker in markers:
        for rule, many in _stat(marker, "removed").items():
            totals[rule] = [a + b for a, b in zip(totals.get(rule, [0, 0, 0]), many, strict=True)]
    order = sorted(totals.items(), key=lambda item: (-item[1][0], item[0]))
    return [{"phase": phase, "rule": r, "documents": d, "chars": c, "tokens": t} for r, (d, c, t) in order]


def _thresholds(corpus: Corpus) -> dict[str, list[float]]:
    """signal -> thresholds of its rules, for the histograms."""
    from curate.recipe.rules import Rule

    found: dict[str, set[float]] = {}
    for rule in (Rule.model_validate(r) for r in corpus.recipe.get("rules") or []):
        found.setdefault(rule.signal, set()).update(float(x) for x in (rule.lower, rule.upper) if x is not None)
    return {signal: sorted(values) for signal, values in sorted(found.items())}


def _asked(corpus: Corpus) -> dict[str, float]:
    """Shares that the recipe's mix asked for; none where it takes what there is."""
    shares = (corpus.recipe.get("mix") or {}).get("shares")
    return {str(name): float(share) for name, share in sorted(shares.items())} if isinstance(shares, dict) else {}


def excluded(corpus: Corpus) -> list[dict[str, Any]]:
    """What was taken out of the finished corpus, as a rule of its own; no row where nothing was."""
    gone = (pc.field("phase") == "exclude") & (pc.field("action") == "remove")
    rows = corpus.ledger().to_table(["chars_before", "tokens_before"], filter=gone)
    if not rows.num_rows:
        return []
    chars, tokens = (pc.sum(rows[name]).as_py() or 0 for name in rows.schema.names)
    return [{"phase": "exclude", "rule": "exclude", "documents": rows.num_rows, "chars": chars, "tokens": tokens}]


def _edits(corpus: Corpus) -> list[dict[str, Any]]:
    """Documents that a phase shortened, and by how much."""
    edited = (pc.field("action") == "edit") & (pc.field("phase") != "exclude")
    rows = corpus.ledger().to_table(["rule", "chars_before", "chars_after"], filter=edited)
    sums = rows.group_by("rule").aggregate([("rule", "count"), ("chars_before", "sum"), ("chars_after", "sum")])
    return [
        {
            "rule": r["rule"],
            "documents": r["rule_count"],
            "chars": (r["chars_before_sum"] or 0) - (r["chars_after_sum"] or 0),
        }
        for r in sums.sort_by("rule").to_pylist()
    ]


def _contamination(corpus: Corpus) -> dict[str, Any] | None:
    from curate.report.contamination import contamination

    settings = corpus.recipe.get("contamination")
    return contamination(corpus, _markers(corpus, "measure") or [], settings["min_overlap"]) if settings else None


def _statuses(corpus: Corpus) -> list[dict[str, Any]]:
    try:
        found = Counter(corpus.documents().to_table(["status"])["status"].to_pylist())
    except UserError:
        return []
    return [{"name": name, "documents": n} for name, n in sorted(found.items(), key=lambda x: (-x[1], x[0]))]


def _unread(corpus: Corpus) -> list[dict[str, Any]]:
    """Files that no record came from, by the reason: how many, and the first few by name."""
    gone = pc.field("phase").isin(["shards", "urls"]) & ~pc.field("id").is_valid()
    found: dict[str, list[str]] = {}
    for row in corpus.ledger().to_table(["rule", "detail"], filter=gone).to_pylist():
        found.setdefault(UNREAD.get(row["rule"], row["rule"].removeprefix("unknown file: ")), []).append(row["detail"])
    order = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return [{"why": why, "files": len(paths), "first": sorted(paths)[:FEW]} for why, paths in order]


def _notes(funnel: list[dict[str, Any]]) -> list[str]:
    return [f"{row['phase']}: the books do not balance: {words}" for row in funnel for words in row["unbalanced"]]


def to_json(audited: dict[str, Any]) -> str:
    return json.dumps(audited, sort_keys=True, indent=1, ensure_ascii=False) + "\n"
