"""The loader: the same batches on any number of ranks, after any resume; threads that change nothing and go away."""

import hashlib
import threading
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.trainer.data.made import LENGTH, corpus, numbers
from tests.trainer.data.test_order import large
from trainer import recipe
from trainer.data import loader as module
from trainer.data.batch import Batch
from trainer.data.loader import Loader
from trainer.errors import TrainingError, TrainingStopped

FILES = {"general": [[9, 7], [8, 8, 8], [3]] * 4, "math": [[10, 4]], "code": [[6]] * 5}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corpus(tmp_path_factory.mktemp("made"), FILES)


def recipe_of(folder: Path, rows: int = 8, steps: int = 1000, **more: Any) -> recipe.TrainingRecipe:
    stages = [{"tokens": steps * rows * LENGTH, "batch": rows * LENGTH, "length": LENGTH, **more.pop("stage", {})}]
    return recipe.of({"corpus": str(folder), "model": "proxy-1m", "stages": stages, "lanes": 4, **more})


def digest(parts: list[Batch]) -> str:
    total = hashlib.sha256()
    for name in ("tokens", "targets", "weights", "starts", "streams"):
        total.update(torch.cat([getattr(part, name) for part in parts]).numpy().tobytes())
    total.update(repr([[x.tolist() for x in piece] for part in parts for piece in part.pieces]).encode())
    return total.hexdigest()


def test_a_thousand_steps_are_the_same_on_one_two_and_four_ranks_and_after_any_resume(made, monkeypatch):
    large(monkeypatch, opened=120 * LENGTH)
    asked = recipe_of(made, rows=12)
    with Loader(asked) as alone:
        expected = [digest([alone.batch(step)]) for step in range(1000)]
        orders = alone._plan.orders
        assert orders[LENGTH, "corpus/general"].lanes == 4 and orders[LENGTH, "corpus/general"].windows > 4
    assert len(set(expected)) == 1000
    stretches = [(0, 350, 2), (350, 650, 4), (650, 670, 1), (670, 700, 6), (700, 950, 2), (950, 1000, 4)]
    for first, last, world in stretches:
        ranks = [Loader(asked, rank, world) for rank in range(world)]
        for step in range(first, last):
            assert digest([rank.batch(step) for rank in ranks]) == expected[step]
        for rank in ranks:
            rank.close()


def test_every_row_comes_once_an_epoch_and_two_epochs_differ(made):
    rows = 172 + 14 + 30
    with Loader(recipe_of(made, rows=4)) as loader:
        seen = []
        for step in range(2 * rows // 4):
            batch = loader.batch(step)
            seen += list(zip(batch.streams.tolist(), numbers(batch.tokens), strict=True))
    first, second = seen[:rows], seen[rows:]
    assert sorted(first) == sorted(second) and len(set(first)) == rows
    assert first != second


def test_stages_of_one_length_go_on_where_the_last_one_was(made):
    stages = [
        {"tokens": 20 * 4 * LENGTH, "batch": 4 * LENGTH, "length": LENGTH},
        {"tokens": 5 * 16 * LENGTH, "batch": 16 * LENGTH, "length": LENGTH, "mix": {"general": 0.9, "math": 0.1}},
        {"tokens": 4 * 2 * LENGTH, "batch": 2 * LENGTH, "length": LENGTH, "mix": {"math": 1}},
    ]
    with Loader(recipe.of({"corpus": str(made), "model": "proxy-1m", "stages": stages})) as loader:
        batches = [loader.batch(step) for step in range(loader.steps)]
        general, math = (loader.stream_names.index(f"corpus/{name}") for name in ("general", "math"))
    seen = [pair for b in batches for pair in zip(b.streams.tolist(), numbers(b.tokens), strict=True)]
    of_general = [number for stream, number in seen if stream == general]
    of_math = [number for stream, number in seen if stream == math]
    assert len(of_general) > 130 and len(set(of_general)) == len(of_general)
    assert len(of_math) == 5 + 8 + 8
    assert len(set(of_math[:14])) == 14, "14 rows are an epoch, over all three stages"


def test_a_mix_holds_in_every_step(made):
    mix = {"general": 0.5, "math": 0.25, "code": 0.25}
    with Loader(recipe_of(made, rows=8, stage={"mix": mix})) as loader:
        counts = [torch.bincount(loader.batch(step).streams.long(), minlength=3).tolist() for step in range(40)]
        assert loader.stream_names == ["corpus/code", "corpus/general", "corpus/math"]
    assert all(count == [2, 4, 2] for count in counts)


def test_steps_may_be_asked_for_in_any_order(made):
    with Loader(recipe_of(made)) as loader:
        ahead = {step: digest([loader.batch(step)]) for step in (5, 4, 900, 0, 6, 5)}
    with Loader(recipe_of(made)) as other:
        assert {step: digest([other.batch(step)]) for step in sorted(ahead)} == dict(sorted(ahead.items()))


def test_row_groups_whose_window_has_passed_are_let_go(made, monkeypatch):
    large(monkeypatch, opened=24 * LENGTH)
    with Loader(recipe_of(made, stage={"mix": {"general": 1}})) as loader:
        held = [len(loader._held.rows) for step in range(100) if loader.batch(step)]
    assert max(held) < 20 < len(loader._plan.orders[LENGTH, "corpus/general"].groups) == 24


def test_rows_that_do_not_divide_over_the_ranks_are_refused(made):
    asked = recipe_of(made)
    fitting = asked.stages[0].model_copy(update={"batch": 6 * LENGTH, "tokens": 6 * LENGTH})
    both = asked.model_copy(update={"stages": [fitting, *asked.stages]})
    with Loader(both, 0, 3) as loader:  # a stage before may be for another mesh
        assert len(loader.batch(0).tokens) == 2
        with pytest.raises(
            TrainingError, match=r"stages\.1\.batch: 8 rows a step do not divide over 3 data-parallel ranks"
        ):
            loader.batch(1)


def test_fingerprints_tell_other_corpora_and_orders(made, tmp_path):
    other = corpus(tmp_path, {**FILES, "code": [[6]] * 6})
    found = []
    for asked in (recipe_of(made), recipe_of(made, seed=1), recipe_of(other), recipe_of(made)):
        with Loader(asked) as loader:
            found.append(loader.fingerprint)
    assert found[0] == found[3] and len(set(found)) == 3


def test_threads_are_gone_after_close(made):
    before = set(threading.enumerate())
    loader = Loader(recipe_of(made))
    loader.batch(0)
    assert set(threading.enumerate()) - before
    loader.close()
    assert set(threading.enumerate()) == before


def test_what_goes_wrong_in_a_thread_is_told_to_who_asks(made, monkeypatch):
    def broken(group, *_):
        raise TrainingStopped(f"{group.url}: cannot be read")

    monkeypatch.setattr(module, "decode", broken)
    with (
        Loader(recipe_of(made)) as loader,
        pytest.raises(TrainingStopped, match=r"part-0000.\.parquet: cannot be read"),
    ):
        loader.batch(3)


def test_a_length_that_only_some_corpora_have_serves_a_mix_of_these(made, tmp_path):
    corpus(tmp_path, {"books": [[5, 5]]}, length=64)
    corpora = {"short": str(made), "long": str(tmp_path)}
    stages = [
        {"tokens": 64 * LENGTH, "batch": 8 * LENGTH, "length": LENGTH, "mix": {"general": 1}},
        {"tokens": 8 * 64, "batch": 4 * 64, "length": 64, "mix": {"long/books": 1}, "anneal": True},
    ]
    given = {"corpora": corpora, "model": "proxy-1m", "stages": stages}
    with Loader(recipe.of(given)) as loader:
        last = loader.batch(loader.steps - 1)
        assert last.tokens.shape == (4, 64) and loader.stream_names[last.streams[0]] == "long/books"
    stages[1]["mix"] = {"short": 1}
    with pytest.raises(TrainingError, match=r"corpora\.short: .* has no rows of 64 tokens \(32 are there\)"):
        Loader(recipe.of(given))
    del stages[1]["mix"]
    with pytest.raises(TrainingError, match=r"corpora\.short: .* has no rows of 64 tokens \(32 are there\)"):
        Loader(recipe.of(given))


def test_a_rank_reads_few_of_the_row_groups(made, monkeypatch):
    large(monkeypatch, opened=60 * LENGTH)
    asked = recipe_of(made, rows=16, stage={"mix": {"general": 1}})
    with Loader(asked) as alone, Loader(asked, 1, 4) as rank:
        groups = [
            {*loader._plan.at(step, loader.rank, loader.world).group} for loader in (alone, rank) for step in (7, 8)
        ]
    assert len(groups[2] | groups[3]) <= 0.5 * len(groups[0] | groups[1])
