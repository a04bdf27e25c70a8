"""A recipe of training is whole or refused in one sentence that names the field."""

import subprocess
import sys

import pytest
import yaml

from trainer.errors import TrainingError
from trainer.recipe import load, of, shipped

STAGE = {"tokens": 640, "length": 64, "batch": 64}
GIVEN = {"corpus": "c", "model": "proxy-1m", "stages": [STAGE]}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"model": "gpt"}, "there is no preset 'gpt'; there are 8b"),
        ({"model": {"preset": "8b", "width": 3}}, "model: there is no field width"),
        ({"model": {"dim": 10}}, "model: ffn_dim is missing"),
        ({"model": {"preset": "8b", "kv_heads": 5}}, "heads .32. must be a multiple of kv_heads .5."),
        ({"stages": []}, "stages: "),
        ({"stages": [{**STAGE, "batch": 100}]}, "stages.0: batch .100. must be a multiple of length .64."),
        ({"stages": [{**STAGE, "tokens": "2X"}]}, "stages.0.tokens: "),
        ({"stages": [{**STAGE, "mix": {"general": 0}}]}, "mix: no share is above 0"),
        ({"stages": [{**STAGE, "anneal": True}, STAGE]}, "only others that anneal may follow"),
        ({"rate": {"peek": 1}}, "rate.peek: there is no such field; there are peak, warmup"),
        ({"stages": [{**STAGE, "lenght": 64}]}, "stages.0.lenght: there is no such field; there are tokens, length"),
        ({"sead": 1}, "recipe: sead: there is no such field; there are name, corpora"),
        ({"rate": {"peak": 0}}, "rate.peak: "),
        ({"corpora": {"a": "b"}}, "say corpus or corpora, not both"),
        ({"spikes": {"policy": "pray"}}, "spikes.policy: "),
        ({"seed": -1}, "seed: "),
        ({"kernels": "tritium"}, "kernels.attention: input should be 'auto', 'triton' or 'reference'"),
        ({"kernels": {"atention": "triton"}}, "kernels.atention: input should be 'attention', 'linear_cross"),
        ({"kernels": {"rope": 3}}, "kernels.rope: input should be 'auto', 'triton' or 'reference'"),
        ({"kernels": 3}, "kernels: say auto, triton or reference, or name kernels: {attention: triton}"),
        ({"kernels": None}, "kernels: say auto, triton or reference, or name kernels: {attention: triton}"),
        ({"model": 3}, "recipe: model: input should be a valid string"),
        ({"stages": [{**STAGE, "mix": {"code": -1}}]}, "stages.0.mix.code: input should be greater"),
        ({"stages": [{**STAGE, "mix": {"code": float("inf")}}]}, "stages.0.mix.code: input should be a finite"),
        ({"stages": [{**STAGE, "mix": "naturel"}]}, "stages.0.mix: input should be 'natural'"),
        ({"stages": [{**STAGE, "tokens": "1e400"}]}, "stages.0.tokens: input should be a valid integer"),
        ({"rate": {"peak": float("inf")}}, "rate.peak: input should be a finite number"),
        ({"faults": {"collective_timeout": 1e300}}, "faults.collective_timeout: input should be less"),
        ({3: 4}, "3: keys should be strings"),
        ({"corpus": {}}, "corpora.corpus: "),
    ],
)
def test_what_is_wrong_is_named(changed, said):
    with pytest.raises(TrainingError, match=said) as raised:
        of({**GIVEN, **changed})
    assert "\n" not in str(raised.value)


def test_counts_may_be_written_short():
    stage = of({**GIVEN, "stages": [{"tokens": "15.6T", "length": "8192", "batch": "4_194_304"}]}).stages[0]
    assert (stage.tokens, stage.length, stage.rows) == (15_600_000_000_000, 8192, 512)
    assert stage.steps == -(-15_600_000_000_000 // 4_194_304)


def test_it_is_read_back_as_it_was_written(tmp_path):
    made = of({**GIVEN, "model": {"preset": "1b", "rope_scaling": {"factor": 16}}, "rate": {"peak": 1e-3}})
    (tmp_path / "r.yaml").write_text(made.to_yaml())
    assert load(tmp_path / "r.yaml") == made


def test_fields_are_changed_by_their_dotted_names(tmp_path):
    (tmp_path / "r.yaml").write_text(yaml.safe_dump(GIVEN))
    made = load(tmp_path / "r.yaml", {"rate.peak": 0.5, "stages.0.tokens": "1K", "parallel.tensor": 2})
    assert (made.rate.peak, made.stages[0].tokens, made.parallel.tensor) == (0.5, 1000, 2)
    with pytest.raises(TrainingError, match=r"stages.3.tokens: there is no entry 3; there are 1"):
        load(tmp_path / "r.yaml", {"stages.3.tokens": 1})
    with pytest.raises(TrainingError, match=r"name.x: has no fields to change"):
        load(tmp_path / "r.yaml", {"name": "n", "name.x": 1})


def test_corpora_have_names_that_a_stream_can_bear():
    for corpora in ({}, {"": "c"}, {"a/b": "c"}):
        with pytest.raises(TrainingError, match="corpora"):
            of({"corpora": corpora, "model": "proxy-1m", "stages": [STAGE]})


def test_a_field_written_twice_is_refused(tmp_path):
    (tmp_path / "r.yaml").write_text(yaml.safe_dump(GIVEN) + "seed: 1\nseed: 2\n")
    with pytest.raises(TrainingError, match="is not YAML: seed is written twice"):
        load(tmp_path / "r.yaml")


def test_what_is_merged_in_may_be_changed(tmp_path):
    stages = "stages:\n- &first {tokens: 640, length: 64, batch: 64}\n- {<<: *first, tokens: 128}\n"
    (tmp_path / "r.yaml").write_text("corpus: c\nmodel: proxy-1m\n" + stages)
    assert [stage.steps for stage in load(tmp_path / "r.yaml").stages] == [10, 2]


@pytest.mark.parametrize(
    "content", ["a: [", "- 1\n- 2", "\xff\x00", "[" * 5000, "seed: 2024-13-45", "? [a]\n: b", "a: 1" + "0" * 5000]
)
def test_a_file_that_is_no_recipe_is_told(tmp_path, content):
    (tmp_path / "r.yaml").write_bytes(content.encode("latin-1"))
    with pytest.raises(TrainingError, match=r"r.yaml: "):
        load(tmp_path / "r.yaml")
    with pytest.raises(TrainingError, match="there is no such file"):
        load(tmp_path / "none.yaml")


def test_reading_one_needs_no_torch():
    code = "import sys, trainer.recipe, trainer.launch, trainer.events; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("name", shipped())
def test_every_recipe_that_comes_along_is_whole(name):
    assert load(name).name == name and load(name, {"corpus": "elsewhere"}).corpora == {"corpus": "elsewhere"}


def test_checkpoints_that_are_averaged_lie_in_the_annealing_however_short_it_is():
    stages = [{"tokens": 640, "length": 64, "batch": 64}, {"tokens": 384, "length": 64, "batch": 64, "anneal": True}]
    for every, average, steps in (
        (2, 2, [14, 16]),
        (500, 2, [13, 16]),
        (500, 3, [12, 14, 16]),
        (1, 9, [11, 12, 13, 14, 15, 16]),
    ):
        given = {"corpus": "c", "model": "proxy-1m", "stages": stages}
        made = of(given | {"checkpoints": {"every": every, "keep": 9, "average": average}})
        assert made.averaged == steps and all(made.saves(step) for step in steps)
    assert len(load("llama3-405b").averaged) == 2
