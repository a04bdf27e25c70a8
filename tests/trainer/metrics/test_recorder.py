"""A recorded run, killed and resumed: lines, TensorBoard, progress and page agree on each step once."""

from __future__ import annotations

import errno
import io
import math
from pathlib import Path

import pytest
from rich.console import Console

from trainer import events
from trainer.metrics import lines, recorder
from trainer.metrics.progress import Progress
from trainer.metrics.recorder import Recorder
from trainer.recipe import TrainingRecipe, of

LENGTHS = {1: 64, 2: 64, 3: 64, 4: 128, 5: 128}


@pytest.fixture
def recipe() -> TrainingRecipe:
    stages = [{"tokens": 384, "length": 64, "batch": 128}, {"tokens": 512, "length": 128, "batch": 256}]
    model = {"dim": 32, "layers": 1, "heads": 2, "kv_heads": 1, "ffn_dim": 48, "vocab_size": 50}
    return of({"corpus": "corpus", "model": model, "stages": stages, "name": "small"})


def values(step: int, **other) -> dict:
    by = {"corpus/web": (30.0, 15, 60), "corpus/code": (20.0, 10, 30)}
    given = {"loss": 4.0 / step, "loss_by": by, "grad_norm": 1.0, "lr": 1e-3, "weight": 25.0, "attended": 900.0}
    return {"seconds": 0.5, "data_wait": 0.01, **given, **other}


def opened(run: Path, recipe: TrainingRecipe) -> Recorder:
    return Recorder(run, recipe, recipe.config(), 2, "cpu")


def test_a_killed_run_has_each_step_once_everywhere(tmp_path: Path, recipe: TrainingRecipe, capsys) -> None:
    first = opened(tmp_path, recipe)
    first.rewind(0)
    for step in (1, 2, 3):
        first.step(step, values(step))
    first.sync()
    with (tmp_path / lines.FILE).open("ab") as file:
        file.write(b'{"step":4,"lo')  # killed in the middle of a line
    second = opened(tmp_path, recipe)
    assert second.rewind(2) == 1
    for step in (3, 4, 5):
        second.step(step, values(step, loss=math.nan if step == 4 else 9.0 / step))
    second.close()

    told = list(lines.read(tmp_path))
    assert [line["step"] for line in told] == [1, 2, 3, 4, 5]
    assert [line["tokens"] for line in told] == [128, 128, 128, 256, 256]
    assert told[2]["loss"] == 3.0 and told[3]["loss"] is None and told[3]["not_finite"] == ["loss"]
    assert told[0]["tokens_per_second"] == 256 and told[0]["memory"]["rss_peak"] > 1e6
    assert told[0]["flops"]["palm"] > told[0]["flops"]["causal"] and "mfu" not in told[0]
    gap = [(line["flops"]["palm"] - line["flops"]["causal"]) / line["tokens"] for line in told]
    assert gap == [12 * 1 * 2 * 16 * LENGTHS[line["step"]] / 2 for line in told]

    kinds = [event["kind"] for event in events.read(tmp_path)]
    assert kinds == ["measured", "measured", "rewound"]
    assert {"to": 2, "steps": 1, "seconds": 0.5}.items() <= events.read(tmp_path)[-1].items()
    shown = shown_in_tensorboard(tmp_path)
    assert [step for step, _ in shown] == [1, 2, 3, 4, 5]
    assert [loss for _, loss in shown] == pytest.approx([4.0, 2.0, 3.0, math.nan, 1.8], nan_ok=True)
    assert "step 1/5  loss 4.0000  norm 1  lr 1.00e-03  256 tokens/s" in capsys.readouterr().out
    page = (tmp_path / "index.html").read_text("utf-8")
    assert "1 step whose loss or norm was no number" in page and not list(tmp_path.glob(".*"))


def shown_in_tensorboard(run: Path) -> list[tuple[int, float]]:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    folder = EventAccumulator(str(run / "tensorboard"))
    folder.Reload()
    assert "loss_by/corpus/web" in folder.Tags()["scalars"]
    return [(scalar.step, scalar.value) for scalar in folder.Scalars("loss")]


def test_the_page_is_made_beside_training_and_never_twice_at_once(
    tmp_path: Path, recipe: TrainingRecipe, monkeypatch
) -> None:
    monkeypatch.setattr(recorder, "PAGE_EVERY", 0.0)
    begun = []

    class Page:
        def __init__(self, command: list[str], **_: object) -> None:
            begun.append(command[-2:])
            self.running = True

        def poll(self) -> int | None:
            return None if self.running else 0

        def wait(self) -> None:
            self.running = False

    monkeypatch.setattr(recorder.subprocess, "Popen", Page)
    kept = opened(tmp_path, recipe.model_copy(update={"tensorboard": False}))
    for step in (1, 2, 3):
        kept.step(step, values(step))
    assert begun == [["trainer.metrics", str(tmp_path)]]
    kept.close()
    assert len(begun) == 2
    assert not (tmp_path / "tensorboard").exists()


def test_a_terminal_has_a_bar_and_a_file_has_plain_lines() -> None:
    line = {"loss": 2.5, "grad_norm": 0.5, "lr": 1e-3, "tokens_per_second": 12345.6, "mfu": {"exact": 0.41}}
    for terminal in (True, False):
        out = io.StringIO()
        shown = Progress(3, "[bold]run[/bold]", Console(file=out, force_terminal=terminal, width=140))
        shown.step(1, line)
        shown.rewind(0)
        shown.step(2, line)
        shown.step(3, {**line, "loss": math.nan})
        shown.close()
        assert ("\x1b" in out.getvalue()) is terminal
        if terminal:
            assert "[bold]run[/bold]" in out.getvalue()
            continue
        said = "norm 0.5  lr 1.00e-03  12,346 tokens/s  MFU 41.0% exact\n"
        assert out.getvalue() == f"step 1/3  loss 2.5000  {said}step 3/3  loss not finite  {said}"


@pytest.mark.parametrize("terminal", [True, False])
@pytest.mark.parametrize("why", [BrokenPipeError(), OSError(errno.ENOSPC, "full")])
def test_that_nobody_can_read_it_ends_no_run(terminal: bool, why: OSError, monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise why

    shown = Progress(2, "run")
    monkeypatch.setattr(shown._console, "_force_terminal", terminal)
    shown = Progress(2, "run", shown._console)
    shown._console.file = Gone()
    for step in (1, 2):
        shown.step(step, {"loss": 2.5})
    shown.close()
