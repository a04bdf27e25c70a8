"""The step that runs transformers: it alone asks for an accelerator, and loads its model once."""

import errno
from types import SimpleNamespace

import apache_beam as beam
import numpy as np
import pyarrow as pa
import pytest

from curate.cli.failures import report
from pipelines.classify import transformer_step
from pipelines.classify.transformer_step import MIN_RAM, NAME, ScoreShards, transform
from pipelines.flow import run_step
from pipelines.runners import Engine
from pipelines.workers import TaskFailed

GPU = "type:nvidia-l4;count:1;install-nvidia-driver"


def hints(accelerator):
    """{full name of a transform: its resource hints} in the job that an engine gets."""
    step = transform(ScoreShards(None, None, "slow", None), accelerator)  # type: ignore[arg-type]
    pipeline = beam.Pipeline("PortableRunner")
    elements = pipeline | "tasks" >> beam.Create([(0, b"")], reshuffle=True)
    elements | f"{NAME}: quality" >> step
    job = pipeline.to_runner_api()
    environments = {name: dict(one.resource_hints) for name, one in job.components.environments.items()}
    return {t.unique_name: environments.get(t.environment_id, {}) for t in job.components.transforms.values()}


def test_only_the_transformers_step_asks_for_an_accelerator():
    found = hints(GPU)
    asking = {name for name, own in found.items() if own}
    assert asking and all(name.startswith(NAME) for name in asking) and len(found) > len(asking) + 3
    assert {value.decode() for name in asking for value in found[name].values()} == {GPU, "12000000000"}
    assert MIN_RAM == "12GB"


def test_without_an_accelerator_nothing_is_asked_for():
    assert not any(hints(None).values())


def test_the_local_engine_needs_no_accelerator_named():
    with pytest.raises(ValueError, match="--accelerator: the local engine uses the GPU of this machine unasked"):
        Engine("local", accelerator=GPU)


class Scorer:
    card = SimpleNamespace(positive="yes", classes=("no", "yes"), positive_index=1, calibration=None)

    def probabilities(self, texts):
        yes = np.array([len(text) / 10 for text in texts.to_pylist()], np.float32)
        return np.stack([1 - yes, yes], axis=1)


def test_a_process_loads_the_model_once_and_a_shard_that_stands_is_passed_over(monkeypatch):
    loaded, put, standing = [], {}, {2}
    model = SimpleNamespace(
        entry=None,
        source=lambda step: "models/quality/slow",
        stands=lambda name, shard: shard in standing,
        put=lambda name, shard, columns, stats: put.update({shard: (columns[1].tolist(), stats["documents"])}),
    )
    rows = SimpleNamespace(rows=np.arange(2), languages=np.array(["en", "en"], object), scored=lambda entry: wanted)
    wanted = np.array([True, False])
    batch = pa.record_batch({"row": pa.array([0, 1]), "text": ["abc", "abcdef"]})
    monkeypatch.setattr(transformer_step, "load", lambda folder, device: loaded.append(folder) or Scorer())
    monkeypatch.setattr(transformer_step, "digest", lambda folder: "1")
    monkeypatch.setattr(transformer_step, "Concerned", lambda *given: rows)
    monkeypatch.setattr(transformer_step.tables, "batches", lambda *given: [batch])
    step = ScoreShards(None, model, "slow", None)
    for shard in (0, 1, 2):
        assert list(step.process((shard, b""))) == []
    assert loaded == ["models/quality/slow"]
    assert put == {0: ([300], 1), 1: ([300], 1)}


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "scores.parquet"), 3, "the disk is full (scores.parquet)."),
        (FileNotFoundError(errno.ENOENT, "No such file", "model.bin"), 2, "model.bin: no such file.\n"),
    ],
)
def test_what_ends_the_step_is_told_as_it_was_and_not_in_beams_words(monkeypatch, capsys, error, code, said):
    def fail(step, shard):
        raise error

    monkeypatch.setattr(ScoreShards, "_score", fail)
    step = ScoreShards(None, SimpleNamespace(stands=lambda name, shard: False), "slow", None)
    with pytest.raises(TaskFailed) as ended:
        run_step(Engine(), [(0, b"")], NAME, transform(step, None))
    assert report(ended.value) == code
    assert capsys.readouterr().err.startswith(f"curate: {said}")
