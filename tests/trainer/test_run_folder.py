"""A run's folder is known again, and not mistaken."""

import pytest

from trainer import events
from trainer.errors import TrainingError
from trainer.recipe import of
from trainer.run_folder import begin, opened

GIVEN = {"corpus": "c", "model": "proxy-1m", "stages": [{"tokens": 640, "length": 64, "batch": 64}]}


def started(given, run):
    """As the first rank leaves it, when nothing was wrong."""
    begin(of(given), run)
    events.append(run, "started", step=0)


def test_it_holds_the_recipe_and_opens_with_it(tmp_path):
    begin(of(GIVEN), tmp_path / "run")
    assert opened(tmp_path / "run") == of(GIVEN)


@pytest.mark.parametrize(
    "changed",
    [{"faults": {"restarts": 3}}, {"parallel": {"tensor": 2}}, {"checkpoints": {"every": 7}}, {"corpus": "moved"}],
)
def test_how_the_work_is_done_may_change(tmp_path, changed):
    started(GIVEN, tmp_path / "run")
    begin(of({**GIVEN, **changed}), tmp_path / "run")
    assert opened(tmp_path / "run") == of({**GIVEN, **changed})


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"seed": 1}, "seed"),
        ({"model": "proxy-15m"}, "model"),
        ({"rate": {"peak": 1e-3}}, "rate"),
        ({"stages": [{"tokens": 1280, "length": 64, "batch": 64}]}, "stages"),
    ],
)
def test_what_is_computed_may_not(tmp_path, changed, field):
    started(GIVEN, tmp_path / "run")
    with pytest.raises(TrainingError, match=f"was begun with another `{field}`.*--output"):
        begin(of({**GIVEN, **changed}), tmp_path / "run")
    assert opened(tmp_path / "run") == of(GIVEN)


def test_what_the_ranks_refused_may_be_mended(tmp_path):
    begin(of(GIVEN), tmp_path / "run")
    events.append(tmp_path / "run", "attempt", attempt=0)
    mended = of({**GIVEN, "stages": [{"tokens": 640, "length": 64, "batch": 128}]})
    begin(mended, tmp_path / "run")
    assert opened(tmp_path / "run") == mended


def test_how_far_apart_checkpoints_are_may_not_change_where_spikes_go_back_to_them(tmp_path):
    rewinding = {**GIVEN, "spikes": {"policy": "rewind"}}
    started(rewinding, tmp_path / "run")
    with pytest.raises(TrainingError, match=r"was begun with another `checkpoints.every` \(500\)"):
        begin(of({**rewinding, "checkpoints": {"every": 7}}), tmp_path / "run")


def test_other_corpora_are_told_apart_by_name(tmp_path):
    started(GIVEN, tmp_path / "run")
    with pytest.raises(TrainingError, match="was begun with the corpora corpus"):
        begin(of({"corpora": {"other": "c"}, "model": "proxy-1m", "stages": GIVEN["stages"]}), tmp_path / "run")


def test_a_recipe_that_a_crash_left_damaged_is_told(tmp_path):
    begin(of(GIVEN), tmp_path / "run")
    for damage in (b"\0\0\0", b"corpus: [", b"\xff", b""):
        (tmp_path / "run" / "recipe.yaml").write_bytes(damage)
        with pytest.raises(TrainingError, match=r"recipe.yaml: "):
            begin(of(GIVEN), tmp_path / "run")


def test_a_start_that_was_killed_at_once_is_begun_again(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / ".lock").write_text("")
    (tmp_path / "run" / ".recipe.yaml.17").write_text("corpus: ")
    begin(of(GIVEN), tmp_path / "run")
    assert opened(tmp_path / "run") == of(GIVEN)


def test_a_folder_of_something_else_is_refused(tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_text("meow")
    with pytest.raises(TrainingError, match="is no folder of a training run and not empty"):
        begin(of(GIVEN), tmp_path / "photos")
    (tmp_path / "file").write_text("x")
    for place in ("file", "file/below"):
        with pytest.raises(TrainingError, match="name another with --output"):
            begin(of(GIVEN), tmp_path / place)
    with pytest.raises(TrainingError, match=r"holds no recipe.yaml"):
        opened(tmp_path / "photos")
