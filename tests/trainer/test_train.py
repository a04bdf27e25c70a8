"""The loop: what it learns, what it does at a spike, and that it goes on where it stood."""

import json
import math
import random
import time

import pytest
import torch

from tests.trainer import made_corpus
from trainer import events, hf
from trainer.checkpoint.folder import Folder, FolderError
from trainer.checkpoint.state import state
from trainer.errors import TrainingError, TrainingStopped
from trainer.recipe import of
from trainer.run_folder import begin
from trainer.supervisor import drain
from trainer.supervisor.heartbeat import Heartbeat
from trainer.train import Drained, Training, train
from trainer.trained import open_trained

LENGTH, ROWS = 32, 120
MODEL = {"dim": 16, "layers": 1, "heads": 2, "kv_heads": 1, "ffn_dim": 32}
BAD = 10  # the row that is noise: of the batch that comes 27th


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Rows of two documents, the same number again and again and one that counts, and one row of noise."""
    drawn = random.Random(1)
    rows = [[[7] * 12, [*range(20 + at % 2, 34 + at % 2)]] for at in range(ROWS)]
    rows[BAD] = [[drawn.randrange(150, 250) for _ in range(12)], [drawn.randrange(150, 250) for _ in range(14)]]
    return made_corpus.write(tmp_path_factory.mktemp("train") / "corpus", {"general": rows}, LENGTH)


def recipe(corpus, steps=40, **changed):
    stages = [{"tokens": steps * 2 * LENGTH, "length": LENGTH, "batch": 2 * LENGTH}]
    made = {
        "corpus": str(corpus),
        "model": MODEL,
        "stages": stages,
        "rate": {"peak": 0.03, "warmup": 2, "shape": "constant"},
        "checkpoints": {"every": 10},
        "tensorboard": False,
    }
    return of({**made, **changed})


def points(run):
    return [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]


def ran(made, run, until=None):
    begin(made, run)
    progress = train(made, run, until)
    return progress, points(run)


def weights(run, step=None):
    return state(str(run / "checkpoints"), step)


def same(one, other):
    return all(torch.equal(one[name], other[name]) for name in one | other)


@pytest.fixture(scope="module")
def whole(corpus, tmp_path_factory):
    """A run that nothing disturbed."""
    run = tmp_path_factory.mktemp("whole") / "run"
    ran(recipe(corpus), run)
    return run


def test_it_learns_and_each_point_stands_once(whole):
    curve = points(whole)
    assert [point["step"] for point in curve] == list(range(1, 41))
    assert curve[0]["loss"] == pytest.approx(math.log(256), abs=0.1)
    assert sum(point["loss"] for point in curve[-5:]) / 5 < 0.6 * curve[0]["loss"]
    assert all(point["weight"] == 2 * 26 and point["tokens"] == 2 * LENGTH for point in curve)
    assert [event["kind"] for event in events.read(whole)][-1] == "finished"


def test_a_run_that_ended_goes_on_to_the_same_bits(corpus, whole, tmp_path):
    for until in (7, 23, None):
        progress, _ = ran(recipe(corpus), tmp_path / "run", until)
    assert progress.step == 40
    assert same(weights(tmp_path / "run"), weights(whole))
    assert [point["loss"] for point in points(tmp_path / "run")] == [point["loss"] for point in points(whole)]


def test_checkpoints_of_a_run_with_another_recipe_are_not_taken_for_its_own(corpus, tmp_path):
    shared = {"checkpoints": {"every": 10, "folder": str(tmp_path / "shared")}}
    ran(recipe(corpus, 4, **shared), tmp_path / "one")
    with pytest.raises(TrainingError, match="are of a run with another `rate`; name another"):
        ran(recipe(corpus, 4, rate={"peak": 0.5}, **shared), tmp_path / "two")
    progress, _ = ran(recipe(corpus, 4, **shared), tmp_path / "three")  # the run's folder may be lost
    assert progress.step == 4


def test_a_finished_run_is_left_as_it_is(corpus, whole, monkeypatch):
    before, closed = weights(whole), []
    close = Heartbeat.close
    monkeypatch.setattr(Heartbeat, "close", lambda beat: closed.append(close(beat)))
    ran(recipe(corpus), whole)
    assert len(closed) == 1  # an ablation trains many in one process
    assert same(weights(whole), before) and len(points(whole)) == 40
    assert [event["kind"] for event in events.read(whole)].count("finished") == 1


def test_sigterm_saves_and_leaves(corpus, whole, tmp_path, monkeypatch):
    asked = iter([False] * 13 + [True])
    monkeypatch.setattr(drain, "requested", lambda: next(asked))
    with pytest.raises(Drained):
        ran(recipe(corpus), tmp_path / "run")
    assert events.read(tmp_path / "run")[-1] | {"time": 0} == {"time": 0, "kind": "drained", "step": 13}
    monkeypatch.undo()
    ran(recipe(corpus), tmp_path / "run")
    assert same(weights(tmp_path / "run"), weights(whole))


def test_a_checkpoint_that_cannot_be_written_on_leaving_is_tried_again(corpus, tmp_path, monkeypatch):
    asked, put, failed = iter([False] * 13 + [True]), Folder.put, []
    monkeypatch.setattr(drain, "requested", lambda: next(asked))

    def full(folder, path, content):
        if "00000013" in path and not failed:
            failed.append(path)
            raise FolderError("the disk is full", None)
        put(folder, path, content)

    monkeypatch.setattr(Folder, "put", full)
    with pytest.raises(Drained):
        ran(recipe(corpus), tmp_path / "run")
    assert failed and weights(tmp_path / "run", 13)


SPIKES = {"after": 10, "above": 1.5, "norm_above": 1e9}


@pytest.fixture(scope="module")
def skipped(corpus, tmp_path_factory):
    run = tmp_path_factory.mktemp("skipped") / "run"
    return run, *ran(recipe(corpus, spikes=SPIKES), run)


def test_a_spike_is_left_out_and_its_documents_are_named(skipped):
    run, progress, curve = skipped
    [spike] = [event for event in events.read(run) if event["kind"] == "spike"]
    [point] = [point for point in curve if point["spike"]]
    assert spike["step"] == point["step"] and spike["policy"] == "skip"
    assert point["spike"] == spike["reason"] and spike["reason"].endswith("over its mean of " + spike["reason"][-5:])
    assert {one["uid"] for one in spike["documents"][:2]} == {10**12 + 2 * BAD, 10**12 + 2 * BAD + 1}
    assert spike["documents"][0]["stream"] == "corpus/general" and spike["documents"][0]["loss"] > 4
    assert (progress.step, progress.updates, progress.watch.spikes) == (40, 39, 1) and len(curve) == 40


def test_going_back_leaves_out_the_batches_up_to_the_spike(corpus, skipped, tmp_path):
    at = next(point["step"] for point in skipped[2] if point["spike"])
    progress, curve = ran(recipe(corpus, spikes={**SPIKES, "policy": "rewind"}), tmp_path / "run")
    back = (at - 1) // 10 * 10
    assert progress.shift == at - back and progress.updates == progress.step == 40
    assert [point["step"] for point in curve] == list(range(1, 41)) and not any(point["spike"] for point in curve)
    assert [point["loss"] for point in curve[:back]] == [point["loss"] for point in skipped[2][:back]]
    for until in (at - 1, at + 2, None):  # and a run that ends before and after going back comes to the same
        ran(recipe(corpus, spikes={**SPIKES, "policy": "rewind"}), tmp_path / "again", until)
    assert same(weights(tmp_path / "again"), weights(tmp_path / "run"))
    few = recipe(corpus, spikes={**SPIKES, "policy": "rewind"}, checkpoints={"every": 10, "keep": 2})
    for until in (at - 3, at - 2, at - 1, None):  # what such ends leave does not push out the one to go back to
        ran(few, tmp_path / "often", until)
    assert same(weights(tmp_path / "often"), weights(tmp_path / "run"))


def test_going_back_in_an_annealing_goes_to_a_checkpoint_that_every_run_has(corpus, skipped, tmp_path):
    """Those to be averaged lie closer than `every`; another is there only where a run that ended left it."""
    at = next(point["step"] for point in skipped[2] if point["spike"])
    stage, few = {"tokens": 40 * LENGTH, "length": LENGTH, "batch": 2 * LENGTH}, {"every": 5, "keep": 5, "average": 5}
    stages, left = [stage, {**stage, "anneal": True}], (at - 1) // 5 * 5
    made = recipe(corpus, stages=stages, checkpoints=few, spikes={**SPIKES, "policy": "rewind"})
    assert made.averaged[0] == left - 1 and ran(made, tmp_path / "run")[0].shift == at - (left - 1)
    for until in (left, None):
        ran(made, tmp_path / "again", until)
    assert same(weights(tmp_path / "again"), weights(tmp_path / "run"))


def test_too_many_spikes_end_the_run_in_a_sentence(corpus, tmp_path):
    with pytest.raises(TrainingStopped, match=r"step \d+: loss .*; more than 0 spikes; .*events.jsonl"):
        ran(recipe(corpus, spikes={**SPIKES, "most": 0}), tmp_path / "run")
    with pytest.raises(TrainingStopped, match=r"spikes.policy is stop"):
        ran(recipe(corpus, spikes={**SPIKES, "policy": "stop"}), tmp_path / "stop")


def test_training_begins_from_another_runs_weights(corpus, whole, tmp_path):
    made = recipe(corpus, steps=3, init=str(whole))
    ran(made, tmp_path / "run", 0)
    assert same(weights(tmp_path / "run", 0), weights(whole))
    narrow = recipe(corpus, steps=3, init=str(whole), model={**MODEL, "ffn_dim": 48})
    with pytest.raises(TrainingError, match=r"init: .*: layers.0.feed_forward.w1.weight is of shape \(32, 16\)"):
        ran(narrow, tmp_path / "other")
    with pytest.raises(TrainingError, match="holds no finished checkpoint"):
        ran(recipe(corpus, init=str(tmp_path)), tmp_path / "none")


def test_training_begins_from_a_hugging_face_folder_of_the_same_vocabulary(corpus, whole, tmp_path):
    trained = open_trained(str(whole))
    hf.save(trained.config, trained.state, str(tmp_path / "theirs"))
    made = recipe(corpus, steps=3, init=str(tmp_path / "theirs"))
    ran(made, tmp_path / "run", 0)
    assert same(weights(tmp_path / "run", 0), weights(whole))
    ids = {"!": 7, '"': 3}  # of the bytes 33 and 34
    (tmp_path / "theirs" / "tokenizer.json").write_text(json.dumps({"model": {"vocab": ids}}))
    with pytest.raises(TrainingError, match=r"init: .*/theirs: its tokenizer gives tokens other ids"):
        ran(made, tmp_path / "other", 0)


def test_annealing_ends_with_the_mean_of_its_checkpoints(corpus, tmp_path):
    stage = {"tokens": 8 * 2 * LENGTH, "length": LENGTH, "batch": 2 * LENGTH}
    made = recipe(corpus, stages=[stage, {**stage, "anneal": True}], checkpoints={"every": 4, "keep": 2, "average": 2})
    _, curve = ran(made, tmp_path / "run")
    assert curve[-1]["lr"] == pytest.approx(0.03 / 8)
    mean = state(str(tmp_path / "run" / "checkpoints" / "averaged"))
    at_12, at_16 = weights(tmp_path / "run", 12), weights(tmp_path / "run", 16)
    assert all(torch.allclose(mean[name], (at_12[name] + at_16[name]) / 2, atol=1e-7) for name in mean)
    for until in (13, 15, None):  # checkpoints that were left in between are none of them
        ran(made, tmp_path / "again", until)
    assert same(state(str(tmp_path / "again" / "checkpoints" / "averaged")), mean)


@pytest.mark.parametrize("every", [3, 500])
def test_a_short_annealing_has_checkpoints_to_average_all_the_same(corpus, tmp_path, every):
    stage = {"tokens": 7 * 2 * LENGTH, "length": LENGTH, "batch": 2 * LENGTH}
    made = recipe(corpus, stages=[stage, {**stage, "anneal": True}], checkpoints={"every": every, "average": 3})
    ran(made, tmp_path / "run")
    [event] = [event for event in events.read(tmp_path / "run") if event["kind"] == "averaged"]
    assert event["steps"] == made.averaged == [10, 12, 14]


def test_signs_of_life_are_given_while_checkpoints_are_averaged(corpus, tmp_path, monkeypatch):
    stage = {"tokens": 2 * 2 * LENGTH, "length": LENGTH, "batch": 2 * LENGTH, "anneal": True}
    made, beats = recipe(corpus, stages=[stage], checkpoints={"average": 1}), set()

    def slow(*_):
        until = time.monotonic() + 30
        while len(beats) < 3 and time.monotonic() < until:
            beats.add((tmp_path / "run" / "heartbeats" / "rank-00000.json").read_bytes())

    monkeypatch.setattr("trainer.train.save_average", slow)
    ran(made, tmp_path / "run")
    assert len(beats) >= 3 and {json.loads(beat)["step"] for beat in beats} == {2}


def test_a_vocabulary_that_the_model_has_no_room_for_is_refused(corpus, tmp_path):
    with pytest.raises(TrainingError, match=r"model.vocab_size is 100, and the corpora's vocabulary has 256 ids"):
        ran(recipe(corpus, model={**MODEL, "vocab_size": 100}), tmp_path / "run")


def test_a_mesh_that_does_not_divide_is_refused_before_a_run_counts_as_begun(corpus, tmp_path):
    with pytest.raises(TrainingError, match=r"stages.0.batch: 2 rows a step are not a multiple of 3"):
        ran(recipe(corpus, parallel={"microbatch": 3}), tmp_path / "run")
    assert "started" not in [event["kind"] for event in events.read(tmp_path / "run")]


def test_a_model_that_does_not_fit_is_told_and_not_tried_again(corpus, tmp_path):
    huge = {"dim": 1 << 24, "layers": 1, "heads": 2, "kv_heads": 1, "ffn_dim": 8}  # a matrix beyond any address space
    with pytest.raises(TrainingError, match="model: its weights and moments do not fit in the memory of a rank"):
        ran(recipe(corpus, model=huge), tmp_path / "run")


def test_a_run_does_not_go_on_with_other_shards(corpus, tmp_path):
    ran(recipe(corpus), tmp_path / "run", 3)
    other = made_corpus.write(tmp_path / "other", {"general": [[[7] * 12]] * (ROWS - 1)}, LENGTH)
    with pytest.raises(TrainingError, match=r"corpora: their shards are not those that .*run was begun with"):
        ran(recipe(other), tmp_path / "run")
    assert len(points(tmp_path / "run")) == 3


def test_a_restart_after_a_crash_reads_its_node_and_an_end_gives_the_memory_back(corpus, tmp_path, monkeypatch):
    made = recipe(corpus, checkpoints={"every": 10, "near": str(tmp_path / "memory")})
    monkeypatch.setattr(Training, "update", crashing_at(25))
    with pytest.raises(RuntimeError, match="a peer is gone"):
        ran(made, tmp_path / "run")
    monkeypatch.undo()
    assert len([*(tmp_path / "memory").rglob("*.safetensors")]) == 1
    ran(made, tmp_path / "run")
    [loaded] = [event for event in events.read(tmp_path / "run") if event["kind"] == "checkpoint_loaded"]
    assert (loaded["step"], loaded["fetched"]) == (20, 0)
    assert not [*(tmp_path / "memory").rglob("*")]


def crashing_at(step):
    whole = Training.update

    def update(self, *given):
        if self.progress.step == step:
            self.checkpoints.wait()
            raise RuntimeError("a peer is gone")
        whole(self, *given)

    return update
