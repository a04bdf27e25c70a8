"""Personal data on Presidio's synthetic set (1,500 sentences with spans), beside Presidio, datatrove and dolma.

A value counts as found where a place of its kind overlaps it, a place as right where it overlaps a value of its kind;
`whole` is the share of values of which nothing would be left to read once the places are replaced. Intervals by
bootstrap over sentences. Speed is CPU time on web pages (`labels/c4_sample`), ours with all six kinds; this module
as a command measures it: `python -m benchmarks.evaluate_pii`.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa

from benchmarks import peers_venv, results
from benchmarks.corpora import Corpora
from benchmarks.rows import Row

COMMAND = "python -m benchmarks.evaluate pii"
SPEED = "python -m benchmarks.evaluate_pii"
KINDS = {
    "email": "EMAIL_ADDRESS", "ip": "IP_ADDRESS", "phone": "PHONE_NUMBER", "card": "CREDIT_CARD", "iban": "IBAN_CODE",
}  # fmt: skip
PEERS = {"presidio": "presidio", "datatrove": "peers", "dolma": "dolma"}  # name -> environment
PAGES = 300
Places = Mapping[str, Sequence[tuple[int, int, int]]]  # kind -> (number of the text, start, end)


@dataclass(frozen=True)
class Truth:
    data: Path

    @cached_property
    def sentences(self) -> list[dict]:
        return json.loads(gzip.decompress((self.data / "labels" / "pii_presidio_synth_v2.json.gz").read_bytes()))

    @property
    def texts(self) -> list[str]:
        return [sentence["full_text"] for sentence in self.sentences]

    def values(self, kind: str) -> list[list[tuple[int, int]]]:
        """Of each text the spans of a kind."""
        return [
            [(s["start_position"], s["end_position"]) for s in sentence["spans"] if s["entity_type"] == KINDS[kind]]
            for sentence in self.sentences
        ]


def rows(corpora: Corpora) -> list[Row]:
    truth = Truth(corpora.data)
    found = {"ours": ours(truth.texts)[0]} | {name: theirs(name, truth.texts)[0] for name in PEERS}
    return [row for kind in KINDS for name in found if kind in found[name] for row in _rows(truth, kind, name, found)]


def ours(texts: Sequence[str]) -> tuple[Places, float]:
    """Places by kind, in code points, and CPU seconds."""
    from curate.kernels.buffers import buffers
    from curate.kernels.personal import KINDS as NAMES
    from curate.kernels.personal import find

    array = pa.array(texts, pa.large_string())
    data, offsets = buffers(array)
    find(data, offsets)
    start = time.process_time()
    spans = find(data, offsets)
    seconds = time.process_time() - start
    places: dict[str, list[tuple[int, int, int]]] = {kind: [] for kind in NAMES}
    for text, kind, _, *ends in zip(*(column.tolist() for column in spans), strict=True):
        octets = texts[text].encode()
        first, last = (len(octets[: end - offsets[text]].decode()) for end in ends)
        places[NAMES[kind]].append((text, first, last))
    return places, seconds


def theirs(name: str, texts: Sequence[str]) -> tuple[Places, float]:
    script = Path(__file__).with_name("pii_theirs.py")
    command = [str(peers_venv.python(PEERS[name])), str(script), name]
    run = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, check=True)
    answer = json.loads(run.stdout)
    return answer["spans"], answer["seconds"]


def counted(values: list[list[tuple[int, int]]], places: Sequence[tuple[int, int, int]]) -> np.ndarray:
    """int64[texts, 5]: values, those found, those covered whole, places, those that are right."""
    counts = np.zeros((len(values), 5), np.int64)
    of: dict[int, list[tuple[int, int]]] = {}
    for text, *place in places:
        of.setdefault(text, []).append((place[0], place[1]))
    for text, known in enumerate(values):
        mine = of.get(text, [])
        covered = {at for start, end in mine for at in range(start, end)}
        counts[text] = (
            len(known),
            sum(any(a < end and start < b for a, b in mine) for start, end in known),
            sum(covered.issuperset(range(start, end)) for start, end in known),
            len(mine),
            sum(any(a < end and start < b for start, end in known) for a, b in mine),
        )
    return counts


def figures(counts: np.ndarray) -> dict[str, tuple[float, int, tuple[float, float]]]:
    """recall, whole, precision: (share, n, 95 % interval by bootstrap over texts)."""
    draw = np.random.default_rng(0)
    sums = counts[draw.integers(0, len(counts), (1000, len(counts)))].sum(axis=1)
    found = {}
    for name, part, whole in (("recall", 1, 0), ("whole", 2, 0), ("precision", 4, 3)):
        total = counts.sum(axis=0)
        share = total[part] / max(total[whole], 1)
        low, high = np.percentile(sums[:, part] / np.maximum(sums[:, whole], 1), [2.5, 97.5])
        found[name] = round(float(share), 4), int(total[whole]), (round(float(low), 4), round(float(high), 4))
    return found


def _rows(truth: Truth, kind: str, name: str, found: Mapping[str, Places]) -> list[Row]:
    mine, bars = figures(counted(truth.values(kind), found[name][kind])), {}
    if name == "ours":
        best = figures(counted(truth.values(kind), found["presidio"].get(kind, [])))
        bars = {figure: f">= {best[figure][0]:g}" for figure in ("recall", "precision")}
    return [
        Row(f"pii: {kind}, {figure}, {name}", share, "share", n, interval, bar=bars.get(figure),
            reference="presidio" if figure in bars else None, command=COMMAND)
        for figure, (share, n, interval) in mine.items()
    ]  # fmt: skip


def speed(data: Path) -> list[Row]:
    """CPU time on the same pages."""
    lines = gzip.decompress((data / "labels" / "c4_sample.jsonl.gz").read_bytes()).splitlines()[:PAGES]
    pages = [json.loads(line)["text"] for line in lines]
    size, own = sum(len(page.encode()) for page in pages) / 1e6, ours(pages)[1]
    made = [Row("pii: speed, ours", round(size / own, 1), "MB/s", PAGES, command=SPEED)]
    for name in PEERS:
        seconds = theirs(name, pages)[1]
        ratio = round(seconds / own, 1)
        made.append(
            Row(f"pii: speed, {name}", round(size / seconds, 3), "MB/s", PAGES, reference="slower than ours",
                ratio=ratio, command=SPEED)
        )  # fmt: skip
    return made


if __name__ == "__main__":
    results.command(__doc__, speed, results.PATH)
