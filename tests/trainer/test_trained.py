"""A run's model, opened to look at: which checkpoint, which shape, and the same weights as those saved."""

import shutil

import pytest
import torch

from tests.trainer import made_run
from trainer import hf
from trainer.checkpoint.average import save_average
from trainer.config import ModelConfig, RopeScaling
from trainer.errors import TrainingError
from trainer.trained import open_trained

torch.set_num_threads(1)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained")
    made = {5: made_run.drawn(seed=5), 10: made_run.drawn(seed=10)}
    return made_run.run(folder / "run", made_run.corpus(folder / "corpus"), made)


def same(model, other):
    return all(torch.equal(a, b) for a, b in zip(model.parameters(), other.parameters(), strict=True))


def test_the_newest_checkpoint_is_opened_or_the_one_of_a_step(run):
    newest, fifth = open_trained(str(run)), open_trained(str(run), "5")
    assert (newest.step, fifth.step) == (10, 5)
    assert same(newest.model(), made_run.drawn(seed=10)) and same(fifth.model(), made_run.drawn(seed=5))
    assert newest.longest == newest.model().longest == made_run.LENGTH
    assert newest.vocabulary().decode(newest.vocabulary().encode("a cat")) == "a cat"


def test_a_tied_model_comes_with_one_table(run):
    model = open_trained(str(run)).model()
    assert model.output.weight is model.tok_embeddings.weight


def test_the_mean_of_checkpoints_is_opened_as_averaged(run):
    save_average(str(run / "checkpoints"), [5, 10], str(run / "checkpoints" / "averaged"))
    mean = open_trained(str(run), "averaged").model()
    for weight, one, other in zip(*(m.parameters() for m in (mean, *map(made, (5, 10)))), strict=True):
        torch.testing.assert_close(weight, (one + other) / 2)


def made(seed):
    return made_run.drawn(seed=seed)


def test_another_type_is_what_was_asked_for(run):
    assert {weight.dtype for weight in open_trained(str(run)).model(dtype=torch.bfloat16).parameters()} == {
        torch.bfloat16
    }


def test_shapes_come_from_the_checkpoint_with_all_they_say(tmp_path):
    config = ModelConfig(32, 1, 2, 1, 48, vocab_size=256, head_dim=24, rope_scaling=RopeScaling(4.0, 1.0, 4.0, 16))
    folder = made_run.run(tmp_path / "run", made_run.corpus(tmp_path / "corpus"), {1: made_run.drawn(config)})
    opened = open_trained(str(folder))
    assert opened.config == config and same(opened.model(), made_run.drawn(config))


def test_a_hugging_face_folder_is_opened_too_but_names_no_corpus(tmp_path):
    model = made_run.drawn()
    hf.save(made_run.CONFIG, dict(model.named_parameters()), tmp_path / "model", longest=99)
    opened = open_trained(str(tmp_path / "model"))
    assert same(opened.model(), model) and (opened.longest, opened.step) == (99, None)
    with pytest.raises(TrainingError, match=r"names no corpus: give one with the same vocabulary \(--corpus\)"):
        opened.vocabulary()


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("7", "is no finished checkpoint; of those there are steps: 5, 10"),
        ("best", "is neither a number nor `averaged`"),
    ],
)
def test_a_step_that_is_not_there_is_refused(run, step, said):
    with pytest.raises(TrainingError) as refused:
        open_trained(str(run), step)
    assert said in str(refused.value)


def test_a_run_without_a_checkpoint_and_a_folder_without_a_run_are_refused(run, tmp_path):
    shutil.copy(run / "recipe.yaml", tmp_path)
    with pytest.raises(TrainingError, match="holds no finished checkpoint yet"):
        open_trained(str(tmp_path))
    with pytest.raises(TrainingError, match=r"holds no recipe\.yaml, so it is no folder of a training run"):
        open_trained(str(tmp_path / "nothing"))
