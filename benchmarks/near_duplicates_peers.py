"""datatrove on the ground truth of near duplicates, judged as ours: `python -m benchmarks.near_duplicates_peers`.

Apart from `make evaluate`, which needs no environment of peers; its rows go into evaluation.json all the same.
datatrove makes clusters of all that chains of matches join, verifies nothing and keeps one document of each, which is
thus the keeper of all others: there is no better choice to be made for it. What of its wrong removals is due to chains
shows in a second row, most favourable to it: there the keeper is the nearest other member of the cluster, kept or not.
It reads the same texts, but its shingles are of its own words (spaCy, normalised); J is the truth's.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import peers_venv, results
from benchmarks.evaluate import OUT
from benchmarks.evaluate_near_duplicates import SEEDS
from benchmarks.near_duplicates_judged import Judged, Removals, judge, pooled, resolved_row, wrong_row
from benchmarks.near_duplicates_quality import SETS, Truth, load, word_sets
from benchmarks.rows import Row
from curate.dedup.shingles import jaccard

COMMAND = "python -m benchmarks.near_duplicates_peers"


def rows(data: Path) -> list[Row]:
    truths = {name: load(data, name) for name in SETS}
    found = {name: _datatrove(truth) for name, truth in truths.items()}
    judged = {name: judge(truths[name], removals) for name, removals in found.items()}
    favoured = {name: judge(truths[name], _nearest(truths[name], removals)) for name, removals in found.items()}
    for each in (judged, favoured):
        each["all sets"] = pooled(list(each.values()))
    return [row for name in judged for row in _rows(f"near duplicates, {name}", judged[name], favoured[name])]


def _rows(name: str, judged: Judged, favoured: Judged) -> list[Row]:
    return [
        resolved_row(f"{name}: resolved, datatrove", judged, command=COMMAND),
        wrong_row(f"{name}: below J 0.7, datatrove", judged, command=COMMAND),
        wrong_row(f"{name}: below J 0.7 with all of its cluster, datatrove", favoured, command=COMMAND),
    ]


def _datatrove(truth: Truth) -> list[Removals]:
    script = Path(__file__).with_name("near_duplicates_datatrove.py")
    with tempfile.TemporaryDirectory() as scratch:
        texts = Path(scratch, "texts.parquet")
        pq.write_table(pa.table({"text": truth.texts}), texts)
        command = [str(peers_venv.python()), "-P", str(script), str(texts), str(SEEDS)]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=os.environ | {"TQDM_DISABLE": "1"})
    told = json.loads(done.stdout.splitlines()[-1])
    return [(np.array(one["removed"], np.int64), np.array(one["keepers"], np.int64)) for one in told["removals"]]


def _nearest(truth: Truth, found: list[Removals]) -> list[Removals]:
    """Each removal with the nearest other member of its cluster for keeper."""
    hashes, offsets = word_sets(truth.texts)
    nearest = []
    for removed, keepers in found:
        members = {keeper: [keeper, *removed[keepers == keeper]] for keeper in np.unique(keepers)}
        others = [np.array([one for one in members[k] if one != r]) for r, k in zip(removed, keepers, strict=True)]
        near = [jaccard(hashes, offsets, np.full_like(o, r), o).argmax() for r, o in zip(removed, others, strict=True)]
        nearest.append((removed, np.array([o[n] for o, n in zip(others, near, strict=True)], np.int64)))
    return nearest


if __name__ == "__main__":
    results.command(__doc__, rows, OUT)
