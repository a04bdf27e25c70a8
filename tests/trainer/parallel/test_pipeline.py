from hypothesis import given
from hypothesis import strategies as st

from trainer.parallel.layers import layers_of, stage_of
from trainer.parallel.mesh import Mesh
from trainer.parallel.pipeline import own_stages


@given(stages=st.integers(1, 40), more=st.integers(0, 100))
def test_stages_are_even_in_order_and_whole(stages: int, more: int) -> None:
    layers = stages + more
    parts = layers_of(stages, layers)
    assert [layer for part in parts for layer in part] == list(range(layers))
    sizes = [len(part) for part in parts]
    assert max(sizes) - min(sizes) <= 1
    assert all(sizes[stage] >= sizes[-1] for stage in range(stages))
    for stage, part in enumerate(parts):
        assert all(stage_of(f"layers.{layer}.attention.wq.weight", stages, layers) == stage for layer in part)


def test_405b_has_a_layer_less_at_both_ends_as_llama_3_has() -> None:
    assert [len(part) for part in layers_of(16, 126)] == [7, *[8] * 14, 7]


def test_embedding_and_output_are_at_the_ends() -> None:
    assert stage_of("tok_embeddings.weight", 4, 8) == 0
    assert stage_of("norm.weight", 4, 8) == stage_of("output.weight", 4, 8) == 3


def test_interleaved_stages_go_round_the_ranks() -> None:
    assert [own_stages(Mesh(pp=4, pp_rank=rank), 8) for rank in range(4)] == [[0, 4], [1, 5], [2, 6], [3, 7]]
