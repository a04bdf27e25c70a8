"""Inputs for runs against each other: parts that hold near copies, twins and captures of one another, in two groups."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.dataset as ds
import yaml

from curate.demo.warc import Page, record
from curate.recipe import Recipe, load
from schemas import corpora_of, make_ids, places_of
from tests.pipelines import inputs

GONE = ("remove", "quarantine")


def make(folder: Path, parts: int) -> None:
    """`in0`, `in1` ...: two files of pages and one of facts each; the dates of a part are behind those of the next."""
    draw = random.Random(11)
    seeds = [inputs.prose(draw, 150) for _ in range(8)]
    variants = [inputs.near(draw, draw.choice(seeds), draw.randrange(9)) for _ in range(40)]
    for part in range(parts):
        (folder / f"in{part}").mkdir(parents=True)
        pages = [_page(draw, part, n, seeds, variants) for n in range(36)]
        for file in range(2):
            (folder / f"in{part}" / f"{file}.warc.gz").write_bytes(b"".join(pages[file::2]))
        lines = [json.dumps({"text": draw.choice(variants)}) for _ in range(14)]
        (folder / f"in{part}" / "facts.jsonl").write_text("\n".join(lines) + "\n")


def recipe(folder: Path, name: str, parts: list[int], against: tuple[Path, ...] = (), **sections: Any) -> Recipe:
    """Over some parts, each with more trust than the next; facts and pages do not compete."""
    sources = [
        {"paths": [f"in{part}/{files}"], "group": group, "trust": 9 - part, "label": f"{group}{part}"}
        for part in parts
        for files, group in (("*.warc.gz", "web"), ("facts.jsonl", "reference"))
    ]
    settings: dict[str, Any] = {"base": None, "name": "against", "sources": sources, "against": list(map(str, against))}
    settings |= {"shards": {"target": 12_000}, "near_duplicates": {"keep": ["trust", "newest"]}}
    settings |= {
        "urls": {"keep": "oldest"},
        "rules": [{"signal": "gopher.words", "min": 30}],
        "pack": {"lengths": [64]},
    }
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump({**settings, **sections}))
    return load(str(path))


def removed(folder: Path, phase: str = "*") -> list[dict[str, Any]]:
    """Ledger rows of what the run removed."""
    files = sorted(map(str, folder.glob(f"ledger/{phase}-*.parquet")))
    if not files:
        return []
    return ds.dataset(files).to_table(filter=pc.field("action").isin(GONE)).sort_by("id").to_pylist()


def kept(*folders: Path) -> list[int]:
    """uids of what stands in all of them, in order."""
    return sorted(uid for f in folders for uid in {*_uids(f).values()} - {row["uid"] for row in removed(f)})


def fates(*folders: Path) -> dict[int, tuple[str, int, float | None]]:
    """Of each removed copy the rule, and uid and similarity of its keeper; each folder was against those before it."""
    found = {}
    for number, folder in enumerate(folders):
        uids = [_uids(of) for of in (folder, *folders[:number])]
        for row in (row for row in removed(folder) if row["keeper"] is not None):
            corpus = int(corpora_of(row["keeper"]))
            own = int(make_ids(int(places_of(row["keeper"])) & (1 << 23) - 1, row["keeper"] & (1 << 32) - 1))
            found[row["uid"]] = (row["rule"], uids[corpus][own], row["similarity"])
    return found


def _page(draw: random.Random, part: int, n: int, seeds: list[str], variants: list[str]) -> bytes:
    text = draw.choice(variants) if n % 3 else inputs.near(draw, draw.choice(seeds), draw.randrange(9))
    body = "".join(f"<p>{line}</p>\n" for line in text.split("\n"))
    address = f"https://example.org/{draw.randrange(60) if n % 4 else f'{part}/{n}'}"
    date = f"2025-0{1 + 3 * part + draw.randrange(3)}-1{draw.randrange(9)}T00:00:00Z"
    return record(Page(address, f"<html><body>{body}</body></html>".encode(), date))


def _uids(folder: Path) -> dict[int, int]:
    found = {row["id"]: row["uid"] for row in removed(folder, "urls")}
    for path in folder.glob("work/extract-*/documents-*.parquet"):
        table = ds.dataset(str(path)).to_table(["row", "uid"])
        ids = make_ids(int(path.stem.rpartition("-")[2]), table["row"].to_numpy())
        found |= dict(zip(ids.tolist(), table["uid"].to_pylist(), strict=True))
    return found
