import shutil

import numpy as np
import pyarrow as pa
import pytest

from classifiers.annotate import sample as module
from classifiers.annotate.sample import SAMPLE, Pool, sample
from classifiers.task import Sampling, Task
from curate.errors import UserError
from tests.classifiers.annotate.made_corpus import Doc, write


def task(**sampling) -> Task:
    classes = {"a": "one", "b": "other"}
    return Task(name="made", question="Which?", classes=classes, positive="a", sampling=Sampling(**sampling))


def documents(shard: int) -> list[Doc]:
    made = []
    for n in range(60):
        host = "big.example" if n % 2 else f"h{shard}-{n % 7}.example"
        text = f"Document {n} of shard {shard}. " + "More of it. " * (n % 4 * 100)
        made.append(
            Doc(text, f"https://{host}/{shard}/{n}", "de" if n % 10 == 3 else "en", math=n / 60, kept=n % 5 != 0)
        )
    return [*made, Doc("def f(): ...", None, group="code", member="repo/f.py"), Doc("A book.", None, group="books")]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return str(write(tmp_path_factory.mktemp("made") / "corpus", [documents(shard) for shard in range(3)]))


def test_a_sample_is_what_score_will_see_of_survivors_of_the_groups(corpus):
    table = sample(corpus, task(per_host=100), 1000, 0)
    assert table.schema.equals(SAMPLE)
    assert table["uid"].to_pylist() == sorted(table["uid"].to_pylist())
    assert len(table) == 3 * 48
    assert set(table["weight"].to_pylist()) == {1.0}
    assert all(text.endswith(" (clean)") for text in table["text"].to_pylist())
    assert set(table["group"].to_pylist()) == {"web"}
    for row in table.to_pylist():
        shard, n = (int(part) for part in row["url"].split("/")[-2:])
        assert row["text"].startswith(f"Document {n} of shard {shard}.")
        assert row["key"] == row["host"] == ("big.example" if n % 2 else f"h{shard}-{n % 7}.example")
        assert row["language"] == ("de" if n % 10 == 3 else "en")


def test_the_same_seed_draws_the_same_documents_and_another_draws_others(corpus):
    one, again, other = (sample(corpus, task(per_host=10), 30, seed) for seed in (1, 1, 2))
    assert one.equals(again)
    assert one["uid"].to_pylist() != other["uid"].to_pylist()


def test_a_larger_sample_holds_most_of_a_smaller_one(corpus):
    small, large = (set(sample(corpus, task(strata=[], per_host=100), n, 1)["uid"].to_pylist()) for n in (20, 60))
    assert small <= large


def test_no_host_gives_more_than_its_share_while_others_have_enough(corpus):
    hosts = sample(corpus, task(strata=[], per_host=4), 60, 0)["host"].to_pylist()
    assert len(hosts) == 60
    assert hosts.count("big.example") <= 4
    relaxed = sample(corpus, task(strata=[], per_host=1), 60, 0)["host"].to_pylist()
    assert len(relaxed) == 60


def test_strata_are_named_and_each_is_drawn_from(corpus):
    table = sample(corpus, task(strata=["language", "math.score"], quantiles=[0.5], evenness=1.0, per_host=100), 40, 0)
    assert set(table["stratum"].to_pylist()) == {
        f"{lang}, math.score {band}" for lang in ("de", "en") for band in ("lowest", "above 0.5")
    }
    counts = [table["stratum"].to_pylist().count(name) for name in set(table["stratum"].to_pylist())]
    assert min(counts) >= 6  # though German pages are a tenth


def test_weighted_counts_come_near_the_corpus(corpus):
    tables = [sample(corpus, task(strata=["language"], per_host=6), 40, seed) for seed in range(40)]
    german = [sum(r["weight"] for r in table.to_pylist() if r["language"] == "de") for table in tables]
    totals = [sum(table["weight"].to_pylist()) for table in tables]
    for found, truth in ((totals, 144), (german, 18)):
        assert abs(np.mean(found) - truth) < 4 * np.std(found) / np.sqrt(len(found)) + 1e-9


def test_a_pool_that_overflows_keeps_the_same_documents_in_whatever_pieces_they_come(corpus):
    found = module.eligible.of(corpus, ("web",))
    shards = list(found.shards())
    pools = []
    for pieces in (
        shards,
        [pa.concat_tables(shards)],
        [s.slice(at, 7) for s in reversed(shards) for at in range(0, 60, 7)],
    ):
        pool = Pool(Sampling(strata=["language"], per_host=5), 2, 3, most=20)
        for piece in pieces:
            pool.add(piece)
        pools.append(pool)
    tables = [pool.capped()[0].sort_by("uid").drop_columns(["file"]) for pool in pools]
    assert all(pool.seen == 144 for pool in pools)
    assert tables[0].equals(tables[1]) and tables[0].equals(tables[2])
    assert 0 < len(tables[0]) < 40
    assert all(weight >= 144 / 40 for weight in pools[0].capped()[1])


def test_text_is_read_of_chosen_documents_only(corpus, monkeypatch):
    read = []
    monkeypatch.setattr(module.eligible.parquet, "read", _noting(read, module.eligible.parquet.read))
    sample(corpus, task(), 5, 0)
    assert sum(rows for columns, rows in read if "text" in columns) == 5


def test_without_work_the_finished_text_is_sampled(corpus, tmp_path):
    folder = tmp_path / "corpus"
    shutil.copytree(corpus, folder)
    shutil.rmtree(folder / "work")
    table = sample(str(folder), task(strata=["length", "math.score"], per_host=100), 1000, 0)
    assert len(table) == 144
    assert set(zip(table["url"].to_pylist(), table["host"].to_pylist(), strict=True)) == {
        (url, url.split("/")[2]) for url in table["url"].to_pylist()
    }
    assert not any(text.endswith("(clean)") for text in table["text"].to_pylist())
    assert all("math.score unknown" in stratum for stratum in table["stratum"].to_pylist())


def test_a_file_of_a_repository_has_the_key_of_the_archive_and_a_book_one_of_its_own(corpus):
    table = sample(corpus, task(groups=["code", "books"]), 10, 0).to_pylist()
    assert [row["key"] for row in table if row["group"] == "code"] == [
        f"web/{n}.warc.gz" for n in _shards(table, "code")
    ]
    books = [row for row in table if row["group"] == "books"]
    assert [row["key"] for row in books] == [
        f"web/{n}.warc.gz#{r['uid']:016x}" for n, r in zip(_shards(table, "books"), books, strict=True)
    ]


def test_a_stratum_that_is_no_signal_is_refused_with_the_nearest_name(corpus):
    with pytest.raises(UserError, match=r"sampling.strata: 'math.scor' .* did you mean 'math.score'"):
        sample(corpus, task(strata=["math.scor"]), 5, 0)


def test_groups_without_documents_are_refused(corpus):
    with pytest.raises(UserError, match="has no documents of forum with text"):
        sample(corpus, task(groups=["forum"]), 5, 0)


def test_more_strata_than_documents_are_put_together(corpus):
    table = sample(corpus, task(strata=["language", "length", "math.score"]), 3, 0)
    assert len(table) == 3
    assert sum(table["weight"].to_pylist()) > 0


def _shards(table: list[dict], group: str) -> list[str]:
    return [row["key"].split("/")[1].split(".")[0] for row in table if row["group"] == group]


def _noting(read: list, inner):
    def noted(url, columns=None, where=None):
        table = inner(url, columns, where)
        read.append((columns or [], len(table)))
        return table

    return noted
