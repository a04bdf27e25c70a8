"""The model as a whole: documents do not see each other, stages of a pipeline add up, weights are drawn by name."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer.config import ModelConfig
from trainer.model import STD, Llama

torch.set_num_threads(1)
CONFIG = ModelConfig(32, 3, 4, 2, 48, vocab_size=50)


def made(config=CONFIG, seed=0):
    model = Llama(config)
    model.init_weights(seed)
    return model


def starts_of(lengths):
    at, found = 0, []
    for length in lengths:
        found += [at] * length
        at += length
    return torch.tensor([found], dtype=torch.int32)


def tokens_of(count, seed=0):
    return torch.randint(50, (1, count), generator=torch.Generator().manual_seed(seed))


@settings(max_examples=15)
@given(st.lists(st.integers(1, 7), min_size=1, max_size=5))
def test_packed_documents_give_what_each_gives_alone(lengths):
    model, tokens = made(), tokens_of(sum(lengths))
    packed = model(tokens, starts_of(lengths))[0]
    alone = [model(part, starts_of([part.shape[1]]))[0] for part in tokens.split(lengths, dim=1)]
    torch.testing.assert_close(packed, torch.cat(alone), rtol=0, atol=1e-5)


def test_what_comes_later_changes_nothing_before_it():
    model, tokens = made(), tokens_of(9)
    other = tokens.clone()
    other[0, 5] = (other[0, 5] + 1) % 50
    same = model(tokens, starts_of([9]))[0, :5]
    torch.testing.assert_close(model(other, starts_of([9]))[0, :5], same)


def test_the_loss_is_the_weighted_sum_of_the_cross_entropies_of_the_logits():
    model, tokens, weights = made(), tokens_of(12), torch.rand(1, 12, generator=torch.Generator().manual_seed(1))
    targets, starts = tokens.roll(-1, 1), starts_of([5, 7])
    loss, nll = model(tokens, starts, targets=targets, weights=weights)
    expected = torch.nn.functional.cross_entropy(model(tokens, starts)[0], targets[0], reduction="none")
    torch.testing.assert_close(nll[0], expected)
    torch.testing.assert_close(loss, (weights[0] * expected).sum())


def test_stages_of_a_pipeline_one_after_the_other_are_the_model():
    whole, starts, tokens = made(), starts_of([4, 6]), tokens_of(10)
    first, second = Llama(CONFIG), Llama(CONFIG)
    first.load_state_dict(whole.state_dict())
    second.load_state_dict(whole.state_dict())
    del first.layers["2"], second.layers["0"], second.layers["1"]
    first.norm = first.output = second.tok_embeddings = None
    torch.testing.assert_close(second(first(tokens, starts), starts), whole(tokens, starts))


def test_positions_given_are_taken_as_a_part_of_a_row_has_them():
    model, tokens = made(), tokens_of(6)
    positions = torch.arange(6)[None]
    assert torch.equal(model(tokens, starts_of([6]), positions), model(tokens, starts_of([6])))
    torch.testing.assert_close(  # only distances count, so a document may begin anywhere
        model(tokens, starts_of([6]), positions + 100), model(tokens, starts_of([6])), rtol=0, atol=1e-5
    )


def test_an_untrained_model_finds_every_token_about_as_likely():
    model, tokens = made(ModelConfig(64, 4, 4, 2, 96, vocab_size=1000)), tokens_of(64)
    loss, _ = model(tokens, starts_of([64]), targets=tokens.roll(-1, 1), weights=torch.full((1, 64), 1 / 64))
    assert float(loss.detach()) == pytest.approx(math.log(1000), abs=0.1)


def test_weights_are_drawn_by_seed_and_name_so_a_part_of_the_model_draws_the_same():
    whole, again, other = made(), made(), made(seed=1)
    assert all(torch.equal(a, b) for a, b in zip(whole.parameters(), again.parameters(), strict=True))
    assert not torch.equal(whole.output.weight, other.output.weight)
    stage = Llama(CONFIG)
    del stage.layers["0"], stage.layers["2"]
    stage.tok_embeddings = None
    stage.init_weights(0)
    assert torch.equal(stage.layers["1"].attention.wq.weight, whole.layers["1"].attention.wq.weight)
    assert torch.equal(stage.output.weight, whole.output.weight)


def test_what_writes_to_the_residual_stream_is_drawn_narrower_by_the_depth():
    model = made(ModelConfig(256, 8, 4, 2, 512, vocab_size=500))
    block = model.layers["3"]
    for wide in (model.output.weight, block.attention.wq.weight, block.feed_forward.w1.weight):
        assert float(wide.detach().std()) == pytest.approx(STD, rel=0.03)
    for narrow in (block.attention.wo.weight, block.feed_forward.w2.weight):
        assert float(narrow.detach().std()) == pytest.approx(STD / math.sqrt(16), rel=0.03)
    assert (block.ffn_norm.weight == 1).all()


def test_a_tied_model_has_one_table_and_both_its_uses_move_it():
    model, tokens = made(ModelConfig(32, 1, 2, 1, 48, vocab_size=50, tied_embeddings=True)), torch.tensor([[1, 2]])
    assert "output.weight" not in dict(model.named_parameters())
    loss, _ = model(tokens, starts_of([2]), targets=torch.tensor([[3, 4]]), weights=torch.ones(1, 2))
    loss.backward()
    moved = model.tok_embeddings.weight.grad.abs().sum(1)
    assert (moved > 0).all() and moved[1] > 3 * moved[10]


def test_rows_longer_than_8192_need_room_made():
    model, longer = made(ModelConfig(8, 1, 1, 1, 8, vocab_size=50)), torch.tensor([[9000]])
    with pytest.raises(IndexError):
        model(tokens_of(1), starts_of([1]), longer)
    model.set_longest(9001)
    assert model(tokens_of(1), starts_of([1]), longer).shape == (1, 1, 50)
