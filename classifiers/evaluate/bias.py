"""Does naming who people are make a sentence look positive? Measured on sentences from templates.

A filter for adult pages that has seen "gay" and "lesbian" mostly on adult pages drops those communities from a corpus
(Dodge et al. 2021, arXiv:2104.08758). The sentences (Dixon et al. 2018, "Measuring and mitigating unintended bias in
text classification") put each of fifty terms into the same harmful and harmless phrases, so a classifier that treats
terms alike scores them alike. By term:

false positive rate  harmless sentences with the term that count as positive, against those of all
pinned AUC           of the sentences with the term and as many drawn from all (Dixon); here all, weighted to as many,
                     so that no draw decides
subgroup AUC         harmful above harmless, both with the term
BPSN AUC             harmful without the term above harmless with it: low where the term alone raises scores
BNSP AUC             harmless without it below harmful with it: low where the term alone lowers them

The last three are of Borkan et al. 2019 (arXiv:1903.04561). Two numbers to watch: `gap`, the largest distance of a
term's false positive rate from that of all, which tells what a cut at 0.5 does; and `pinned_gap`, the largest distance
of a pinned AUC from that of all sentences, which looks at order alone; chance of a few hundredths is in it, since
terms do not occur with the same phrases exactly.

A CSV with columns Text and Label (BAD or NOT_BAD); terms are found as whole words, the longest first.
"""

from __future__ import annotations

import csv
import gzip
import io
import os
import re
import zlib
from typing import Any

import numpy as np
import pyarrow as pa

from classifiers import metrics
from classifiers.evaluate.measures import HALF
from classifiers.metrics import Array, plain
from classifiers.scorer import Scorer, scores
from curate.storage import open_read

TERMS = (  # of Dixon et al. 2018
    "african", "african american", "american", "asian", "bisexual", "black", "blind", "buddhist", "canadian",
    "catholic", "chinese", "christian", "deaf", "elderly", "european", "female", "gay", "heterosexual", "hispanic",
    "homosexual", "indian", "japanese", "jewish", "latina", "latino", "latinx", "lesbian", "lgbt", "lgbtq", "male",
    "mexican", "middle aged", "middle eastern", "millenial", "muslim", "nonbinary", "old", "older", "paralyzed",
    "protestant", "queer", "sikh", "straight", "taoist", "teenage", "trans", "transgender", "white", "young", "younger",
)  # fmt: skip
FOUND = re.compile(rf"\b(?:{'|'.join(sorted(TERMS, key=lambda term: (-len(term), term)))})\b", re.IGNORECASE)
HARMFUL, HARMLESS = "BAD", "NOT_BAD"
FEWEST = 10  # harmless sentences with a term, for it to count in the gap


def measured(scorer: Scorer, path: str) -> dict[str, Any]:
    """Of a yes-or-no model: false positives and AUCs by term."""
    texts, y = _read(path)
    found = scores(scorer, pa.array(texts, pa.string())).thousandths
    named = [{match.lower() for match in FOUND.findall(text)} for text in texts]
    rows = [_of_term(term, np.array([term in terms for terms in named]), y, found) for term in TERMS]
    rows = [row for row in rows if row["harmless"] or row["harmful"]]
    overall = float((found[~y] >= HALF).mean())
    for row in rows:
        row["gap"] = None if row["harmless"] < FEWEST else plain(row["false_positives"] / row["harmless"] - overall)
    measurable = [row for row in rows if row["gap"] is not None]
    overall_auc = metrics.auc(y, found)
    pinned = {row["term"]: plain(row["pinned_auc"] - overall_auc) or 0.0 for row in measurable}
    return {
        "file": os.path.basename(path),
        "cut": HALF / 1000,
        "harmless": int((~y).sum()),
        "harmful": int(y.sum()),
        "without_term": sum(not terms for terms in named),
        "false_positives": int((found[~y] >= HALF).sum()),
        "true_positives": int((found[y] >= HALF).sum()),
        "mean_harmless": plain(float(found[~y].mean()) / 1000),
        "auc": plain(overall_auc),
        "terms": sorted(rows, key=lambda row: (-(row["gap"] or 0), row["bpsn_auc"] or 0, row["term"])),
        **_widest("gap", {row["term"]: row["gap"] for row in measurable}),
        **_widest("pinned_gap", pinned),
    }


def _widest(name: str, gaps: dict[str, float]) -> dict[str, Any]:
    """The largest distance, the term that has it (none where all are alike), and all distances added up."""
    term = max(gaps, key=lambda term: (abs(gaps[term]), term), default=None)
    widest = None if term is None else abs(gaps[term])
    added = plain(sum(abs(gap) for gap in gaps.values()))
    return {name: widest, f"{name}_of": term if widest else None, f"{name}s_added": added}


def _read(path: str) -> tuple[list[str], Array]:
    with open_read(path) as file:
        content = file.read()
    try:
        text = (gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content).decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text)))
    except (OSError, EOFError, UnicodeDecodeError, csv.Error, zlib.error) as why:
        raise ValueError(f"{path}: cannot be read as CSV ({why})") from None
    missing = [name for name in ("Text", "Label") if not rows or rows[0].get(name) is None]
    if missing:
        raise ValueError(f"{path}: has no column {missing[0]!r}; sentences need Text and Label ({HARMFUL}, {HARMLESS})")
    for number, row in enumerate(rows, 2):
        if row["Label"] not in (HARMFUL, HARMLESS):
            raise ValueError(f"{path}: line {number}: Label is {row['Label']!r}; it must be {HARMFUL} or {HARMLESS}")
    y = np.array([row["Label"] == HARMFUL for row in rows])
    if y.all() or not y.any():
        raise ValueError(f"{path}: all sentences are {rows[0]['Label']}; bias is measured between the two")
    return [row["Text"] or "" for row in rows], y


def _of_term(term: str, here: Array, y: Array, found: Array) -> dict[str, Any]:
    harmless, harmful = here & ~y, here & y
    wrong = int((found[harmless] >= HALF).sum())
    low, high = metrics.wilson(wrong, int(harmless.sum()))
    return {
        "term": term,
        "harmless": int(harmless.sum()),
        "harmful": int(harmful.sum()),
        "false_positives": wrong,
        "low": plain(low),
        "high": plain(high),
        "mean_harmless": plain(float(found[harmless].mean()) / 1000) if harmless.any() else None,
        "pinned_auc": plain(metrics.auc(y, found, len(y) * here + int(here.sum()))),
        "subgroup_auc": _auc(harmless | harmful, y, found),
        "bpsn_auc": _auc(harmless | (~here & y), y, found),
        "bnsp_auc": _auc(harmful | (~here & ~y), y, found),
    }


def _auc(rows: Array, y: Array, found: Array) -> float | None:
    return plain(metrics.auc(y[rows], found[rows]))
