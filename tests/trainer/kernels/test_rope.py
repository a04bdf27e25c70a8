"""Rotary positions against complex numbers: the pair (d, d + D/2) is one number, a position turns it."""

import cmath

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from trainer.config import ModelConfig
from trainer.kernels.rope import reference
from trainer.rope import frequencies, tables

torch.set_num_threads(1)
CONFIG = ModelConfig(32, 1, 4, 2, 32, vocab_size=8)
COS, SIN = (table.double() for table in tables(CONFIG, 64))
ANGLES = frequencies(CONFIG).tolist()


def drawn(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


@given(st.lists(st.integers(0, 63), min_size=1, max_size=5), st.integers(0, 99))
def test_every_pair_turns_by_its_frequency_times_the_position(positions, seed):
    q, k = drawn(1, len(positions), 4, 8, seed=seed), drawn(1, len(positions), 2, 8, seed=seed + 1)
    turned = reference(q, k, torch.tensor([positions]), COS, SIN)
    for before, after in zip((q, k), turned, strict=True):
        for at, position in enumerate(positions):
            for head in range(before.shape[2]):
                row, out = before[0, at, head].tolist(), after[0, at, head].tolist()
                for pair, angle in enumerate(ANGLES):
                    number = complex(row[pair], row[pair + 4]) * cmath.exp(1j * angle * position)
                    assert out[pair] == pytest.approx(number.real, abs=1e-5)
                    assert out[pair + 4] == pytest.approx(number.imag, abs=1e-5)


@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 40))
def test_what_a_query_makes_of_a_key_depends_on_their_distance_alone(query, key, further):
    q, k = drawn(1, 1, 1, 8), drawn(1, 1, 1, 8, seed=1)

    def score(of, to):
        turned_q, _ = reference(q, q, torch.tensor([[of]]), COS, SIN)
        turned_k, _ = reference(k, k, torch.tensor([[to]]), COS, SIN)
        return float((turned_q * turned_k).sum())

    assert score(query, key) == pytest.approx(score(query + further, key + further), abs=1e-5)


def test_position_0_leaves_everything_where_it_was():
    q = drawn(1, 3, 2, 8)
    turned, _ = reference(q, q, torch.zeros(1, 3, dtype=torch.int64), COS, SIN)
    assert torch.equal(turned, q)


def test_bf16_stays_bf16_and_is_turned_in_fp32():
    q = drawn(1, 4, 2, 8).bfloat16()
    positions = torch.tensor([[9, 11, 40, 63]])
    turned, _ = reference(q, q, positions, COS.float(), SIN.float())
    exact, _ = reference(q.double(), q.double(), positions, COS, SIN)
    assert torch.equal(turned, exact.float().bfloat16())


def test_gradients_are_those_of_differences():
    inputs = drawn(1, 3, 2, 8).requires_grad_(), drawn(1, 3, 1, 8, seed=1).requires_grad_()
    assert torch.autograd.gradcheck(lambda q, k: reference(q, k, torch.tensor([[0, 5, 63]]), COS, SIN), inputs)
