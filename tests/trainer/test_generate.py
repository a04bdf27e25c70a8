"""Text from a model: what it learned, by seed and temperature, and never an id that stands for nothing."""

import json
from collections import Counter

import pytest
import torch

from tests.trainer import made_run
from trainer import vocabulary
from trainer.errors import TrainingError
from trainer.generate import _chosen, continued, last_logits, main, sample
from trainer.model import Llama
from trainer.optimizer import AdamW

torch.set_num_threads(1)
SAYING = "she sells sea shells. "


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    return vocabulary.read(str(made_run.corpus(tmp_path_factory.mktemp("generate") / "corpus")))


@pytest.fixture(scope="module")
def taught(known):
    """A model that has read one saying over and over."""
    model = Llama(made_run.CONFIG)
    model.init_weights(0)
    optimizer = AdamW(dict(model.named_parameters()), weight_decay=0.0)
    tokens = torch.tensor([known.encode(SAYING * 3)])
    starts, weights = torch.zeros_like(tokens, dtype=torch.int32), torch.full(tokens.shape, 1 / tokens.shape[1])
    for step in range(1, 121):
        loss, _ = model(tokens, starts, targets=tokens.roll(-1, 1), weights=weights)
        loss.backward()
        optimizer.step(step, 5e-3)
    return model.eval()


def test_a_model_goes_on_as_it_was_taught(taught, known):
    assert sample(taught, known, "she sells", 30) == (SAYING * 3)[9:39]


def test_one_seed_gives_one_text_and_another_seed_another(known):
    model = made_run.drawn(wide=0.05)
    texts = [sample(model, known, "a", 30, seed, 1.0) for seed in (1, 1, 2)]
    assert texts[0] == texts[1] != texts[2]
    assert sample(model, known, "a", 30, 1) == sample(model, known, "a", 30, 2)


def test_each_prompt_has_draws_of_its_own(known):
    class Deaf:
        longest, config, output = 48, made_run.CONFIG, torch.nn.Linear(1, 256)

        def __call__(self, tokens, starts):
            return torch.zeros(1, tokens.shape[1], 256)

    assert sample(Deaf(), known, "a", 30, 1, 1.0) != sample(Deaf(), known, "b", 30, 1, 1.0)


def test_what_stands_for_nothing_is_never_drawn(known):
    model = made_run.drawn(wide=0.0)  # all 256 are as likely; padding is 255, end of text 254
    drawn = continued(model, [65], 120, 0, 1.0, never=range(100, 256))
    assert max(drawn) < 100 and len(drawn) == 120


def test_the_model_may_end_the_text(known):
    class Ending:
        longest, config, output = 48, made_run.CONFIG, torch.nn.Linear(1, 256)

        def __call__(self, tokens, starts):
            said = {1: 66, 2: 67, 3: known.end_of_text}[tokens.shape[1]]
            return torch.nn.functional.one_hot(torch.full_like(tokens, said), 256).float()

    assert sample(Ending(), known, "A", 30) == "BC"


def test_colder_draws_are_nearer_to_the_likeliest():
    logits, generator = torch.tensor([2.0, 1.0, 0.0, -30.0]), torch.Generator().manual_seed(0)
    for temperature in (0.5, 1.0, 2.0):
        drawn = Counter(_chosen(logits, temperature, generator) for _ in range(4000))
        expected = torch.softmax(logits / temperature, -1)
        assert all(drawn[at] / 4000 == pytest.approx(float(expected[at]), abs=0.03) for at in range(4))


def test_last_logits_are_the_last_of_all_and_leave_the_model_as_it_was():
    model = made_run.drawn()
    tokens = torch.randint(256, (1, 20), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        whole = model(tokens, torch.zeros(1, 20, dtype=torch.int32))[0]
    torch.testing.assert_close(last_logits(model, tokens[0].tolist(), 3), whole[-3:])
    assert not model.output._forward_pre_hooks


def test_a_text_may_grow_longer_than_a_row_of_training(taught, known):
    taught.set_longest(16)
    said = sample(taught, known, SAYING, 40)
    taught.set_longest(8192)
    assert len(said) == 40


def test_nothing_to_go_on_from_is_refused(taught, known):
    with pytest.raises(TrainingError, match="prompt: is empty"):
        sample(taught, known, "", 5)


def test_the_command_prints_prompt_and_text(taught, tmp_path, capsysbinary):
    run = made_run.run(tmp_path / "run", made_run.corpus(tmp_path / "corpus"), {3: taught})
    asked = ["--prompt", "she", "--prompt", "she sells", "--tokens", "9", "--temperature", "0", "--device", "cpu"]
    assert main([str(run), *asked]) == 0
    assert capsysbinary.readouterr().out == (b"--- 'she'\nshe sells se\n\n--- 'she sells'\nshe sells sea shel\n\n")
    assert main([str(run), "--prompt", "", "--device", "cpu"]) == 2
    assert capsysbinary.readouterr().err.startswith(b"error: prompt: is empty")


def test_a_prompt_of_stray_bytes_and_odd_temperatures(taught, tmp_path, capsysbinary):
    run = made_run.run(tmp_path / "run", made_run.corpus(tmp_path / "corpus"), {3: taught})
    asked = [str(run), "--tokens", "1", "--device", "cpu"]
    assert main([*asked, "--prompt", "she\udcff"]) == 0
    assert capsysbinary.readouterr().out.startswith(b"--- 'she?'\nshe?")
    for temperature in ("nan", "inf", "-1", "warm"):
        with pytest.raises(SystemExit):
            main([*asked, "--temperature", temperature])
        assert b"--temperature: " in capsysbinary.readouterr().err


def test_a_model_whose_loss_was_spoilt_is_told(known):
    spoilt = made_run.drawn()
    with torch.no_grad():
        spoilt.output.weight[5] = torch.nan
    for temperature in (0.0, 1.0):
        with pytest.raises(TrainingError, match="logits are not finite; take an earlier --step"):
            sample(spoilt, known, "she", 3, temperature=temperature)


def test_what_a_run_wrote_stands_on_its_page(taught, tmp_path):
    run = made_run.run(tmp_path / "run", made_run.corpus(tmp_path / "corpus"), {3: taught})
    asked = [str(run), "--prompt", "she", "--tokens", "9", "--temperature", "0", "--device", "cpu"]
    assert main(asked) == 0 and not (run / "index.html").exists()
    (run / "metrics.jsonl").write_text('{"step": 3, "loss": 1.0, "lr": 0.1, "seconds": 1.0, "tokens": 8}\n')
    assert main(asked) == 0
    assert json.loads((run / "samples.jsonl").read_text()) == {"step": 3, "prompt": "she", "text": " sells se"}
    assert "sells se" in (run / "index.html").read_text()
