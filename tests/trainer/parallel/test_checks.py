import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trainer.parallel.cases import MODEL
from trainer.config import ModelConfig
from trainer.errors import TrainingError
from trainer.parallel import checks
from trainer.recipe import Parallel, Stage

SHORT = Stage(tokens=16 * 64, length=64, batch=16 * 64)


def refused(
    parallel: dict, world: int = 1, model: dict | None = None, stages: list[Stage] | None = None, **steps: int
) -> str:
    with pytest.raises(TrainingError) as said:
        checks.check(Parallel(**parallel), ModelConfig(**{**MODEL, **(model or {})}), stages or [SHORT], world, **steps)
    assert "\n" not in str(said.value)
    return str(said.value)


@pytest.mark.parametrize(
    ("parallel", "world", "begins", "says"),
    [
        ({"tensor": 2, "context": 3}, 8, "parallel: 8 ranks are not a multiple", "(2 x 3 x 1 = 6); start 6, or"),
        ({"tensor": 4}, 2, "parallel: 2 ranks are not a multiple", "start 4, or"),
        ({"data": 3, "tensor": 2}, 8, "parallel.data: 3 x 2", "write 0"),
        ({"tensor": 8}, 8, "parallel.tensor: the model's kv_heads (4)", "choose a divisor"),
        ({"pipeline": 4}, 4, "parallel.pipeline: 2 layers are fewer than 4 stages", "set it to 2 at most"),
        ({"pipeline": 2, "schedule": "interleaved"}, 2, "parallel.schedule: interleaved", "write 1f1b"),
        ({"context": 3}, 3, "stages.0.length: 64 tokens are not a multiple of 6", "context (3, twice)"),
        ({"microbatch": 3}, 1, "stages.0.batch: 16 rows a step are not a multiple of 3", "change batch, microbatch"),
        ({"pipeline": 2, "microbatch": 16}, 2, "stages.0.batch: 1 microbatches a rank", "2048 tokens or more"),
    ],
)
def test_what_does_not_divide_is_named_with_what_to_do(parallel: dict, world: int, begins: str, says: str) -> None:
    said = refused(parallel, world)
    assert said.startswith(begins)
    assert says in said


@pytest.mark.parametrize("name", ["heads", "kv_heads", "ffn_dim", "vocab_size"])
def test_each_width_that_tensor_parallelism_cuts_is_looked_at(name: str) -> None:
    model = {"heads": 15, "kv_heads": 3, "head_dim": 4} if name == "heads" else {name: {"kv_heads": 1}.get(name, 97)}
    assert f"the model's {name} (" in refused({"tensor": 2}, 2, model)


def test_tied_embeddings_cannot_be_at_both_ends_of_a_pipeline() -> None:
    assert "set model.tied_embeddings to false" in refused({"pipeline": 2}, 2, {"tied_embeddings": True})


def test_interleaved_stages_need_rounds_that_are_full() -> None:
    said = refused({"pipeline": 3, "schedule": "interleaved"}, 3, {"layers": 6})
    assert said.startswith("stages.0.batch: 16 microbatches a rank are not a multiple of the pipeline's 3 ranks")


def test_a_stage_is_looked_at_only_where_steps_of_it_are_to_come() -> None:
    long = Stage(tokens=3 * 64, length=64, batch=64)  # three steps of a row
    parallel, config = Parallel(pipeline=2), ModelConfig(**MODEL)
    checks.check(parallel, config, [SHORT, long], 2, 0, 1)
    assert refused({"pipeline": 2}, 2, stages=[SHORT, long], end=2).startswith("stages.1.batch")
    assert refused({"pipeline": 2}, 2, stages=[SHORT, long], begin=3).startswith("stages.1.batch")
    checks.check(parallel, config, [long, SHORT], 2, 3)


@given(
    data=st.integers(1, 4),
    tensor=st.sampled_from([1, 2, 4]),
    context=st.integers(1, 4),
    pipeline=st.sampled_from([1, 2]),
    microbatch=st.integers(1, 3),
    rows=st.integers(1, 24),
    length=st.sampled_from([32, 48, 64, 96]),
)
def test_a_mesh_passes_exactly_where_everything_divides(
    data: int, tensor: int, context: int, pipeline: int, microbatch: int, rows: int, length: int
) -> None:
    parallel = Parallel(tensor=tensor, context=context, pipeline=pipeline, microbatch=microbatch)
    stage = Stage(tokens=rows * length, length=length, batch=rows * length)
    fits = (
        length % ((2 * context if context > 1 else 1) * tensor) == 0
        and rows % (data * microbatch) == 0
        and (pipeline == 1 or rows // (data * microbatch) >= pipeline)
    )
    try:
        checks.check(parallel, ModelConfig(**MODEL), [stage], data * tensor * context * pipeline)
    except TrainingError:
        assert not fits
    else:
        assert fits
