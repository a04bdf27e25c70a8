"""Measuring tiles: the clock is a table here, and kernels run in Triton's interpreter."""

import json
import math
import re

import pytest
import torch
from triton.runtime.errors import OutOfResources

from trainer.errors import TrainingError
from trainer.kernels import tune, tuned
from trainer.kernels.tuned import Trial

CPU = torch.device("cpu")
DEFAULT = {"BLOCK": 1}
CANDIDATES = [{"BLOCK": 1}, {"BLOCK": 2}, {"BLOCK": 3}]


@pytest.fixture(autouse=True)
def nothing_measured_yet(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(tuned, "SHIPPED", tmp_path / "configs")
    tuned.forget()
    yield
    tuned.forget()


def clocked(times):
    """A kernel that is launched with the tiles looked up, and a clock that knows how long these take."""
    launched = []

    def run():
        tuned.of("other", torch.ones(1), {"BLOCK": 7})
        launched.append(tuned.of("k", torch.ones(1), DEFAULT, dim=4)["BLOCK"])

    def timer(run):
        run()
        time = times[launched[-1]]
        if isinstance(time, Exception):
            raise time
        return time

    return Trial("k", CANDIDATES, run), timer, launched


@pytest.mark.parametrize(
    ("times", "best"),
    [
        ({1: 3.0, 2: 2.0, 3: 1.0}, 3),
        ({1: 1.0, 2: 2.0, 3: 3.0}, 1),
        ({1: 1.0, 2: 0.995, 3: 1.0}, 1),  # within noise
        ({1: 2.0, 2: 1.0, 3: 1.0}, 2),  # of equals, the first
        ({1: 2.0, 2: OutOfResources(300_000, 232_448, "shared memory"), 3: 1.0}, 3),
        ({1: RuntimeError("PassManager::run failed"), 2: 5.0, 3: 6.0}, 2),
        ({1: 2.0, 2: RuntimeError(), 3: RuntimeError()}, 1),
    ],
)
def test_the_fastest_is_found_among_those_that_run(times, best):
    trial, timer, launched = clocked(times)
    assert tune.measured([trial], timer) == {"k": {"dim=4": {"BLOCK": best}}}
    assert launched[1:] == [1, 2, 3]  # each once


def test_where_none_runs_the_kernel_is_named():
    trial, timer, _ = clocked(dict.fromkeys((1, 2, 3), RuntimeError()))
    with pytest.raises(TrainingError, match=r"^k: none of its tiles runs on this device"):
        tune.best(trial, timer)


def test_a_device_that_fails_ends_it():
    trial, timer, launched = clocked({1: 1.0, 2: torch.AcceleratorError("illegal access"), 3: 1.0})
    with pytest.raises(torch.AcceleratorError):
        tune.best(trial, timer)
    assert launched[-1] == 2


def test_what_is_written_is_what_kernels_look_up(tmp_path):
    file = tuned.local_file("cpu")
    tune.write(file, tune.head("measured", "cpu"), {"k": {"dim=4": {"BLOCK": 3}}})
    assert tuned.of("k", torch.ones(1), DEFAULT, dim=4) == {"BLOCK": 3}
    assert [path.name for path in file.parent.iterdir()] == ["cpu.json"]


def test_other_kernels_stay_in_a_file_had_in_the_same_way_and_in_no_other(tmp_path):
    file = tmp_path / "x.json"
    for about, kept in (
        (tune.head("measured", "A"), {"a"}),
        (tune.head("measured", "A") | {"date": "1999-01-01"}, {"a", "b"}),
        (tune.head("modelled", "A"), {"c"}),
    ):
        tune.write(file, about, {max(kept): {"": DEFAULT}})
        found = json.loads(file.read_text())
        assert found["tiles"].keys() == kept
        assert {name: found[name] for name in about} == about


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "full").write_text("")
    with pytest.raises(TrainingError, match=r"full/x\.json: cannot be written .* --out$"):
        tune.write(tmp_path / "full" / "x.json", {}, {})


def test_without_a_gpu_there_is_one_sentence(monkeypatch, capsys):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert tune.main([]) == 2
    assert capsys.readouterr().err == (
        "there is no CUDA device here to measure on; the kernels have their defaults without it\n"
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--only", "swiglu", "softmax"], r"--only: there is no kernel softmax; there are adamw, .*swiglu"),
        (["--modelled"], r"--modelled: say with --out FILE for which device \(h200\.json\)"),
    ],
)
def test_what_is_wrongly_asked_is_one_sentence(capsys, arguments, sentence):
    assert tune.main(arguments) == 2
    assert re.fullmatch(sentence + "\n", capsys.readouterr().err)


def test_without_measurements_the_defaults_are_written_and_said_to_be_modelled(tmp_path):
    assert tune.main(["--modelled", "--out", str(tmp_path / "h200.json")]) == 0
    found = json.loads((tmp_path / "h200.json").read_text())
    assert (found["source"], found["device"]) == ("modelled", "H200")
    assert {"swiglu_forward", "adamw", "grad_norm"} <= found["tiles"].keys()


class Small(torch.overrides.TorchFunctionMode):
    """Of a thousand rows and more 70 are made, of 32 heads 4: the shapes of trials, as the interpreter can."""

    def __torch_function__(self, function, types, args=(), kwargs=None):
        if function in (torch.zeros, torch.randn, torch.empty, torch.ones, torch.full, torch.arange):
            args = tuple(tuple(map(less, arg)) if isinstance(arg, tuple) else less(arg) for arg in args)
        return function(*args, **(kwargs or {}))


def less(size):
    return 70 if size >= 1000 else {32: 4, 8: 1}.get(size, size)


@pytest.mark.parametrize("name", ["adamw", "grad_norm"])
def test_each_trial_launches_the_kernel_it_names_with_each_of_its_candidates(name):
    def timer(run):
        return math.inf if run() is NotImplemented else 1.0

    with Small():
        found = tune.measured(tune.trials([name], CPU), timer)
    assert found.keys() == {name}


@pytest.mark.parametrize("name", tune.names())
def test_candidates_are_named_as_the_defaults_are(name):
    with Small():
        for trial in tune.trials([name], CPU):
            with tuned.watched() as seen:
                trial.run()
            [default] = [default for kernel, _, default in seen if kernel == trial.kernel]
            assert all(tiles.keys() == default.keys() for tiles in trial.candidates)
