import pytest
import yaml

from trainer.config import PRESETS as MODELS
from trainer.errors import TrainingError
from trainer.parallel import presets
from trainer.parallel.checks import check
from trainer.parallel.presets import PRESETS, USABLE, Preset
from trainer.recipe import Parallel, load, of


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_divides_its_model_and_fits_80_gb(name: str) -> None:
    PRESETS[name].check()
    assert 5e9 < PRESETS[name].memory() < USABLE


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_part_of_a_recipe(name: str) -> None:
    preset = PRESETS[name]
    recipe = of({"corpus": "corpus", **yaml.safe_load(yaml.safe_dump(preset.recipe()))})
    assert (recipe.parallel, recipe.config()) == (preset.parallel, MODELS[preset.model])
    assert (recipe.stages[0].rows, recipe.stages[0].length) == (preset.stage().rows, preset.length)


@pytest.mark.parametrize(
    ("name", "tensor", "context", "pipeline", "data"),
    [("405b-8192", 8, 1, 16, 64), ("405b-16384", 8, 1, 16, 128), ("405b-128k-16384", 8, 16, 16, 8)],
)
def test_those_of_405b_are_llama_3_s(name: str, tensor: int, context: int, pipeline: int, data: int) -> None:
    """Grattafiori et al. 2024, table 4: 16 M tokens a batch on each of the three."""
    preset = PRESETS[name]
    parallel = preset.parallel
    assert (parallel.tensor, parallel.context, parallel.pipeline) == (tensor, context, pipeline)
    assert preset.gpus == tensor * context * pipeline * data
    assert preset.batch == 1 << 24


def test_the_recipe_of_405b_goes_onto_its_meshes() -> None:
    """With rows of 8 K on 8,192 GPUs; longer ones over 16 ranks of context parallelism on 16,384."""
    recipe = load("llama3-405b")
    config = recipe.config()
    short = sum(stage.steps for stage in recipe.stages[:3])
    check(recipe.parallel, config, recipe.stages, 8192, 0, short)
    check(recipe.parallel.model_copy(update={"context": 16}), config, recipe.stages, 16_384, short)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(TrainingError, match=r"405b: .* GB a GPU; spread it over more"):
        Preset(64, "405b", 8192, 1 << 22, Parallel(tensor=8, checkpointing="full")).check()


def test_presets_are_listed_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert presets.main([]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(PRESETS)
    assert presets.main(["405b-16384"]) == 0
    assert yaml.safe_load(capsys.readouterr().out)["parallel"]["pipeline"] == 16
    assert presets.main(["9b"]) == 2
    assert "there is no preset '9b'" in capsys.readouterr().err
