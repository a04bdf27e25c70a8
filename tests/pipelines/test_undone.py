import shutil

import pytest

from pipelines import flow, older, tables
from pipelines.run import Options, curate
from pipelines.undone import largest_first, sizes
from schemas.identity import SHARD_BITS


@pytest.fixture
def context(finished):
    """near_duplicates of the finished run, beside itself as an older corpus."""
    own = older.opened(str(finished.folder))
    return own.__class__(own.root, own.recipe.model_copy(update={"against": [own.root]}), own.keys, own.phase)


def test_tasks_are_in_order_of_input_bytes_also_of_older_corpora(context):
    numbers, size = tables.shard_numbers(context), sizes(context)
    places = [*numbers, *older.places(context)]
    found = largest_first(context, places)
    assert sorted(found) == places and len(places) == 2 * len(numbers)
    in_bytes = [size[place % (1 << SHARD_BITS)] for place in found]
    assert in_bytes == sorted(in_bytes, reverse=True)
    assert largest_first(context, numbers) != numbers


def test_of_equal_tasks_the_lower_number_is_first(context, monkeypatch):
    monkeypatch.setattr("pipelines.undone.sizes", lambda run: {0: 5, 1: 7, 2: 7, 3: 5})
    assert largest_first(context, [3, 1, 0, 2]) == [1, 2, 0, 3]


def test_every_stage_over_shards_hands_in_the_largest_first(context, finished, copy_of_run, monkeypatch):
    for phase in ("urls", "near_duplicates", "frequent_lines", "clean"):
        shutil.rmtree(next((copy_of_run / "work").glob(f"{phase}-*")))
    size, given, run = sizes(context), {}, flow.run

    def spied(context, engine, tasks, *stages):
        name = stages[0] if tasks and not tasks[0][1] else tasks[0][1].decode() if tasks else ""
        given[name] = [n for n, _ in tasks]
        run(context, engine, tasks, *stages)

    monkeypatch.setattr(flow, "run", spied)
    ran = curate(finished.recipe, str(copy_of_run), Options(workers=2)).ran
    assert {"urls", "near_duplicates", "frequent_lines", "clean"} <= set(ran)
    stages = [f"pipelines.{name}" for name in ("phases.urls:headers", "phases.urls:by_url", "phases.urls:decide")]
    stages += ["pipelines.near.copies:emit", "pipelines.phases.frequent_lines:emit", "pipelines.phases.clean:clean"]
    for stage in stages:
        in_bytes = [size[n] for n in given[stage]]
        assert len(in_bytes) > 1 and in_bytes == sorted(in_bytes, reverse=True), stage
