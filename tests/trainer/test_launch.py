"""From the command line to ranks: what is refused before any of them starts."""

import os
import subprocess
import sys

import pytest

from trainer import launch as launching
from trainer.__main__ import main
from trainer.errors import TrainingError
from trainer.launch import Nodes, devices, launch, named, with_kernels

RECIPE = """
corpus: nowhere
model: proxy-1m
stages: [{tokens: 640, length: 64, batch: 64}]
"""


@pytest.fixture
def recipe(tmp_path):
    (tmp_path / "r.yaml").write_text(RECIPE)
    return str(tmp_path / "r.yaml")


@pytest.fixture
def supervised(monkeypatch):
    calls = []
    monkeypatch.setattr(launching, "supervise", lambda *given: calls.append(given) or 0)
    return calls


def test_changes_are_read_as_yaml():
    assert named(["rate.peak=1e-3", "name = a b", "corpora={a: b}"]) == {
        "rate.peak": "1e-3",
        "name": "a b",
        "corpora": {"a": "b"},
    }
    with pytest.raises(TrainingError, match="--set rate: is written name=value"):
        named(["rate"])
    with pytest.raises(TrainingError, match="--set a: is not YAML"):
        named(["a=["])


def test_kernels_are_chosen_for_all_or_by_name():
    for ways, found in (
        ("triton", "triton"),
        ("attention=triton,rope=reference", {"attention": "triton", "rope": "reference"}),
    ):
        assert named(with_kernels(["seed=1"], ways)) == {"seed": 1, "kernels": found}
    assert with_kernels(["seed=1"], None) == ["seed=1"]


@pytest.mark.parametrize(
    "ways", ["", "Triton", "attention", "reference,rope=triton", "rope=tritium", "rope=auto,rope=auto"]
)
def test_other_words_for_kernels_are_told_which_there_are(ways):
    with pytest.raises(
        TrainingError, match=rf"^--kernels {ways}: is auto, triton or .* attention, linear_cross_entropy, "
    ):
        with_kernels([], ways)


def test_ranks_are_as_many_as_gpus_or_one(monkeypatch, recipe, tmp_path, supervised):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,3,5")
    assert devices() == 3
    launch(recipe, tmp_path / "run", [])
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert devices() == 0
    launch(recipe, tmp_path / "run", [], stages=1)
    launch(recipe, tmp_path / "run", [], ranks=2, nodes=Nodes(2, 1, "host:1"))
    assert [given[2] for given in supervised] == [3, 1, 2]
    assert supervised[2][4:] == (2, 1, "host:1", None)
    assert supervised[0][0] == [sys.executable, "-m", "trainer.worker", str(tmp_path / "run"), "10"]


def test_a_run_may_end_after_some_of_its_stages(recipe, tmp_path, supervised, capfd):
    stages = "stages=[{tokens: 640, length: 64, batch: 64}, {tokens: 1280, length: 64, batch: 128}]"
    launch(recipe, tmp_path / "run", [stages], stages=1)
    launch(recipe, tmp_path / "run", [stages])
    assert [given[0][-1] for given in supervised] == ["10", "20"]
    page = tmp_path / "run/index.html"
    assert capfd.readouterr().err.splitlines() == [f"done: step {at} of 20; {page}" for at in (10, 20)]


@pytest.mark.parametrize(
    ("nodes", "said"),
    [(Nodes(2, 0), "name it"), (Nodes(2, 2, "h:1"), "--node-rank 2: with --nodes 2 it is 0 to 1")],
)
def test_nodes_that_cannot_meet_are_refused(recipe, tmp_path, nodes, said, supervised):
    with pytest.raises(TrainingError, match=said):
        launch(recipe, tmp_path / "run", [], nodes=nodes)
    assert not supervised


def test_two_commands_do_not_train_in_one_folder(recipe, tmp_path, monkeypatch):
    def supervised(*given):
        begun = (tmp_path / "run" / "recipe.yaml").read_text()
        with pytest.raises(TrainingError, match=f"process {os.getpid()} on .* works there; wait for its end"):
            launch(recipe, tmp_path / "run", ["parallel.microbatch=2"])
        assert (tmp_path / "run" / "recipe.yaml").read_text() == begun
        return 0

    monkeypatch.setattr(launching, "supervise", supervised)
    assert launch(recipe, tmp_path / "run", []) == 0
    assert launch(recipe, tmp_path / "run", []) == 0  # the first has ended


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--ranks", "0"], "--ranks 0: is at least 1"),
        (["--ranks", "-2"], "--ranks -2: is at least 1"),
        (["--stages", "0"], "--stages 0: is at least 1"),
        (["--nodes", "0"], "--nodes 0: is at least 1"),
        (["--plan", "--ranks", "0"], "--ranks 0: is at least 1"),
    ],
)
def test_counts_are_at_least_one(recipe, tmp_path, options, said, supervised, capsys):
    assert main([recipe, "-o", str(tmp_path / "run"), *options]) == 2
    assert said in capsys.readouterr().err and not supervised and not (tmp_path / "run").exists()


def test_without_torch_it_says_what_to_install(recipe, tmp_path, monkeypatch, supervised):
    monkeypatch.setattr(launching, "find_spec", lambda name: None)
    with pytest.raises(TrainingError, match=r"torch is not installed; .*curate-corpus\[train\]"):
        launch(recipe, tmp_path / "run", [])
    with pytest.raises(TrainingError, match="torch is not installed"):
        launching.planned(recipe, [])


def test_both_commands_say_one_sentence_and_end_with_2(recipe, tmp_path, capsys):
    assert main([recipe, "-o", str(tmp_path / "run"), "--set", "model=gpt"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    curate = [sys.executable, "-m", "curate", "train", recipe, "-o", str(tmp_path / "run"), "--set", "model=gpt"]
    ran = subprocess.run(curate, capture_output=True, text=True, env={**os.environ, "COLUMNS": "200"})
    assert ran.returncode == 2 and "there is no preset 'gpt'" in ran.stderr and "Traceback" not in ran.stderr
