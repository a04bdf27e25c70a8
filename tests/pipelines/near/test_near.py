"""Near-duplicates between shards are those of the same texts in memory, whatever the shards and partitions."""

import json
import random

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pytest
import yaml

from curate.dedup.keepers import order_keys
from curate.dedup.near_duplicates import Settings, near_duplicates
from curate.recipe import load
from curate.recipe.sections import Measure
from pipelines import shuffle
from pipelines.run import Options, curate
from schemas import make_ids
from tests.pipelines import inputs

GONE = ("remove", "quarantine")


def decided(folder) -> list[tuple[int, int, float]]:
    """(removed, keeper, similarity) of the run."""
    rows = ds.dataset(sorted(map(str, (folder / "ledger").glob("near_duplicates-*.parquet")))).to_table()
    return [(r["id"], r["keeper"], round(r["similarity"], 5)) for r in rows.sort_by("id").to_pylist()]


def in_memory(folder, recipe) -> list[tuple[int, int, float]]:
    """The same of the same texts, by the functions that hold them in memory; groups do not compete here."""
    parts: dict[str, list[tuple]] = {}
    for path in sorted((folder / "work").glob("extract-*/documents-*.parquet")):
        shard = int(path.stem.rsplit("-", 1)[1])
        table = ds.dataset(str(path)).to_table(["row", "text", "chars", "date", "status"])
        source = recipe.sources[_source(folder, shard)]
        keys = order_keys(table, recipe.near_duplicates.keep, source.trust)
        parts.setdefault(source.group, []).append((make_ids(shard, table["row"].to_numpy()), keys, table))
    settings = Settings(sketch=recipe.measure.sketch)
    return sorted(loss for group in parts.values() for loss in _losses(group, _gone_before(folder), settings))


def _losses(parts: list[tuple], gone: np.ndarray, settings: Settings) -> list[tuple[int, int, float]]:
    ids, keys = (np.concatenate([part[n] for part in parts]) for n in (0, 1))
    texts = pa.concat_tables([part[2] for part in parts])
    stands = ~np.isin(ids, gone) & (texts["status"].to_numpy() == "ok")
    standing = texts["text"].filter(pa.array(stands)).combine_chunks()
    found = near_duplicates(standing, ids[stands], keys[stands], settings)
    return [(int(a), int(b), round(float(np.float32(s)), 5)) for a, b, s in zip(*found, strict=True)]


def _source(folder, shard: int) -> int:
    table = ds.dataset(str(next((folder / "work").glob("shards-*/shards-00000.parquet")))).to_table()
    return table.filter(pc.field("shard") == shard)["source_index"][0].as_py()


def _gone_before(folder) -> np.ndarray:
    paths = [p for phase in ("urls", "extract", "filter") for p in (folder / "ledger").glob(f"{phase}-*.parquet")]
    rows = ds.dataset(sorted(map(str, paths))).to_table(filter=pc.field("action").isin(GONE))
    return rows["id"].drop_null().to_numpy()


def test_the_small_corpus_loses_what_it_would_in_memory(finished):
    found = decided(finished.folder)
    assert found == in_memory(finished.folder, finished.recipe)
    assert len(found) > 10


@pytest.fixture(scope="module")
def families(tmp_path_factory):
    """200 documents in eight or more shards: families of near-duplicates, and 60 exact copies of one document."""
    folder, draw = tmp_path_factory.mktemp("families"), random.Random(5)
    seeds = [inputs.prose(draw, 150) for _ in range(15)]
    texts = [seeds[0]] * 60 + [inputs.near(draw, draw.choice(seeds), draw.randrange(12)) for _ in range(140)]
    draw.shuffle(texts)
    (folder / "all").mkdir()
    for n in range(8):
        lines = [json.dumps({"text": text, "date": f"2024-01-{1 + k % 28:02d}"}) for k, text in enumerate(texts[n::8])]
        (folder / "all" / f"{n}.jsonl").write_text("\n".join(lines) + "\n")
    settings = {"base": None, "name": "families", "sources": [{"paths": ["all"], "group": "web"}]}
    settings |= {"shards": {"target": 20_000}, "near_duplicates": {"keep": ["newest"]}, "pack": {"lengths": [128]}}
    (folder / "recipe.yaml").write_text(yaml.safe_dump(settings))
    return load(str(folder / "recipe.yaml"))


@pytest.mark.parametrize(
    ("partition_bytes", "sketch"),
    [pytest.param(shuffle.PARTITION_BYTES, "minhash", marks=pytest.mark.nightly), (300, "fast_similarity")],
)
def test_families_and_copies_across_shards_lose_what_they_would_in_memory(
    partition_bytes, sketch, families, tmp_path, monkeypatch
):
    families = families.model_copy(update={"measure": Measure(sketch=sketch)})
    monkeypatch.setattr(shuffle, "PARTITION_BYTES", partition_bytes)
    curate(families, str(tmp_path / "corpus"), Options(workers=2))
    found = decided(tmp_path / "corpus")
    assert len(list((tmp_path / "corpus" / "work").glob("measure-*/sketches-*.parquet"))) >= 8
    expected = in_memory(tmp_path / "corpus", families)
    assert found == expected
    assert sum(similarity == 1 for _, _, similarity in found) >= 30 and any(s < 1 for _, _, s in found)


@pytest.mark.parametrize(("prefer", "stays"), [("highest", 2), ("lowest", 0)])
def test_a_named_signal_decides_which_of_three_near_duplicates_stays(prefer, stays, tmp_path):
    """The three differ by addresses of mail alone, two files a shard apart; ids and dates would keep the second."""
    prose = inputs.prose(random.Random(3), 200)
    mails = " ".join(f"a{n}@example.org" for n in range(3))
    texts = [prose, f"{prose} a0@example.org", f"{prose} {mails}"]
    for n, text in zip((1, 0, 2), texts, strict=True):
        (tmp_path / f"{n}.jsonl").write_text(json.dumps({"text": text}) + "\n")
    keep = ["trust", {"signal": "pii.emails", "prefer": prefer}]
    settings = {"base": None, "name": "mails", "sources": [{"paths": [str(tmp_path / "*.jsonl")], "group": "web"}]}
    settings |= {"shards": {"target": 100}, "near_duplicates": {"keep": keep}, "pack": {"lengths": [128]}}
    (tmp_path / "recipe.yaml").write_text(yaml.safe_dump(settings))
    curate(load(str(tmp_path / "recipe.yaml")), str(tmp_path / "corpus"), Options(workers=1))
    kept = ds.dataset(str(tmp_path / "corpus" / "text"), partitioning="hive").to_table(["text"])["text"].to_pylist()
    assert kept == [texts[stays]]
    gone = ds.dataset(sorted(map(str, (tmp_path / "corpus" / "ledger").glob("near_*.parquet")))).to_table()
    assert gone.num_rows == 2 and len(set(gone["keeper"].to_pylist())) == 1
