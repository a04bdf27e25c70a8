"""How many tokens' logits are held at a time."""

from hypothesis import given
from hypothesis import strategies as st

from trainer.kernels.chunks import ROOM, STEP, fused_chunk


@given(st.integers(1, 200_000), st.integers(2, 300_000), st.sampled_from((2, 4)))
def test_a_chunk_fits_its_room_and_chunks_are_as_few_and_as_alike_as_they_can_be(tokens, words, element):
    chunk = fused_chunk(tokens, words, element)
    assert chunk % STEP == 0
    assert chunk == STEP or chunk * words * element <= ROOM
    chunks = -(-tokens // chunk)
    assert chunks * chunk - tokens < chunks * STEP  # the last is hardly smaller than the others
    if chunks > 1 and chunk > STEP:
        of_one_fewer = -(-tokens // ((chunks - 1) * STEP)) * STEP
        assert of_one_fewer * words * element > ROOM


def test_8192_tokens_of_llama_are_two_chunks_in_bf16_and_four_in_fp32():
    assert fused_chunk(8192, 128_256, 2) == 4096
    assert fused_chunk(8192, 128_256, 4) == 2048


def test_no_tokens_still_have_a_chunk_to_count_by():
    assert fused_chunk(0, 128_256, 2) == STEP
