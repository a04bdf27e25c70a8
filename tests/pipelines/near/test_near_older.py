"""Near-duplicates against older corpora between shards are those of the same texts in memory, in hot bands too."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from curate.dedup.keepers import order_keys
from curate.dedup.near_duplicates import Settings, near_duplicates
from curate.dedup.older import Older
from pipelines import shuffle
from pipelines.run import Options, curate
from schemas import corpora_of, make_ids
from tests.pipelines import older_inputs
from tests.pipelines.older_inputs import recipe, removed

HOT = {"hot_band": 3, "window": 4, "keep": ["newest"]}
BEFORE = ("urls", "extract", "filter")


def test_what_goes_between_shards_is_what_goes_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(shuffle, "PARTITION_BYTES", 5000)
    older_inputs.make(tmp_path, 3)
    folders = [tmp_path / name for name in ("new", "first", "second")]
    for n in (1, 2):
        curate(recipe(tmp_path, folders[n].name, [n], near_duplicates=HOT), str(folders[n]), Options(workers=2))
    curate(recipe(tmp_path, "new", [0], tuple(folders[1:]), near_duplicates=HOT), str(folders[0]), Options(workers=2))
    rows = removed(folders[0], "near_duplicates")
    found = {row["id"]: (row["keeper"], round(row["similarity"], 5)) for row in rows}
    assert found == {**_in_memory(folders, "web"), **_in_memory(folders, "reference")}
    assert {int(corpora_of(keeper)) for keeper, _ in found.values()} >= {1, 2}
    (report,) = folders[0].glob("work/near_duplicates-*/hot-00000.json")
    assert json.loads(report.read_text())["hot_band_count"] > 0


def _in_memory(folders: list[Path], group: str) -> dict[int, tuple[int, float]]:
    parts = [_survivors(folder, corpus, group) for corpus, folder in enumerate(folders)]
    ids, texts = np.concatenate([part[0] for part in parts]), pa.concat_tables([part[1] for part in parts])
    settings = Settings(hot_band=HOT["hot_band"], window=HOT["window"])
    older = Older(corpora_of(ids), _went(folders, ids))
    text = texts["text"].combine_chunks()
    lost = near_duplicates(text, ids, order_keys(texts, HOT["keep"]), settings, older)
    return {int(a): (int(b), round(float(np.float32(s)), 5)) for a, b, s in zip(*lost, strict=True)}


def _survivors(folder: Path, corpus: int, group: str) -> tuple[np.ndarray, pa.Table]:
    gone = [row["id"] for phase in BEFORE for row in removed(folder, phase)]
    ids, tables = [], []
    for path in sorted(folder.glob("work/extract-*/documents-*.parquet")):
        table = ds.dataset(str(path)).to_table(["row", "text", "date", "chars", "group", "status"])
        own = make_ids(int(path.stem[-5:]), table["row"].to_numpy())
        ours = pc.and_(pc.equal(table["group"], group), pc.equal(table["status"], "ok"))
        stands = ours.to_numpy() & ~np.isin(own, gone)
        ids.append(own[stands] + (corpus << 55))
        tables.append(table.filter(pa.array(stands)))
    return np.concatenate(ids), pa.concat_tables(tables)


def _went(folders: list[Path], ids: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows = [(row, n << 55) for n in (1, 2) for row in removed(folders[n], "near_duplicates")]
    rows = [(row, beyond) for row, beyond in rows if row["id"] + beyond in ids]
    went, keepers = (np.array([row[name] + beyond for row, beyond in rows], np.int64) for name in ("id", "keeper"))
    return went, keepers, np.array([row["similarity"] for row, _ in rows], np.float64)
