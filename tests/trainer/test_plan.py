"""The plan says what would be done, and refuses what a run would."""

import subprocess
import sys

import pytest

from tests.trainer import made_corpus
from trainer.__main__ import main
from trainer.errors import TrainingError
from trainer.plan import lines
from trainer.recipe import of


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    rows = {"code": [[[1, 2, 3]]] * 30, "general": [[[4, 5, 6]]] * 10}
    return made_corpus.write(tmp_path_factory.mktemp("plan") / "corpus", rows, 8)


def recipe(corpus, **changed):
    stage = {"tokens": 400, "length": 8, "batch": 64, "mix": {"code": 0.25, "general": 0.75}}
    model = {"dim": 16, "layers": 1, "heads": 2, "kv_heads": 1, "ffn_dim": 32}
    return of({"corpus": str(corpus), "model": model, "stages": [stage], **changed})


def test_it_counts_steps_shares_and_epochs(corpus):
    said = list(lines(recipe(corpus), 2))
    assert said[1] == "stage 0 7 steps of 8 rows of 8 tokens: 448 tokens"
    code, general = said[2], said[3]
    assert "corpus/code" in code and "25.0%" in code and code.endswith("14 rows of             30: 0.47 epochs")
    assert (
        "corpus/general" in general
        and "75.0%" in general
        and general.endswith("42 rows of             10: 4.20 epochs")
    )
    assert said[-2].startswith("memory  ") and said[-1].startswith("work    ")


def test_what_a_run_would_refuse_is_refused(corpus):
    with pytest.raises(TrainingError, match="parallel: 3 ranks are not a multiple of"):
        list(lines(recipe(corpus, parallel={"tensor": 2}), 3))
    missing = {"tokens": 400, "length": 8, "batch": 64, "mix": {"maths": 1}}
    with pytest.raises(
        TrainingError, match=r"stages.0.mix: there is no 'maths'; there are the categories code, general"
    ):
        list(lines(recipe(corpus, stages=[missing]), 1))


def test_memory_is_reckoned_by_the_kernels_that_a_gpu_would_have(corpus):
    def of(**changed):
        return next(line for line in lines(recipe(corpus, **changed), 1) if line.startswith("memory"))

    shape = {"dim": 16, "layers": 1, "heads": 2, "kv_heads": 1, "ffn_dim": 32, "head_dim": 16}
    odd = shape | {"head_dim": 24}
    fused = of(model=shape)
    assert "Triton's kernels" in fused and of(model=shape, kernels={"adamw": "reference"}) == fused
    for changed in ({"model": odd}, {"model": shape, "kernels": "reference"}, {"model": shape, "precision": "fp32"}):
        assert "plain PyTorch's kernels" in of(**changed)
    with pytest.raises(TrainingError, match=r"^kernels\.attention: is to be triton, and its heads are 24 wide"):
        of(model=odd, kernels="triton")


def test_a_stage_for_another_mesh_is_no_part_of_a_plan_that_ends_before(corpus):
    asked = recipe(corpus)
    both = asked.model_copy(update={"stages": [*asked.stages, asked.stages[0].model_copy(update={"batch": 8})]})
    with pytest.raises(TrainingError, match=r"stages.1.batch: 1 rows a step are not a multiple of 2"):
        list(lines(both, 2))
    assert list(lines(both, 2, 1)) == list(lines(asked, 2))


def test_a_corpus_that_the_mix_leaves_out_may_lack_the_length(corpus, tmp_path):
    other = made_corpus.write(tmp_path / "other", {"code": [[[1, 2]]] * 4}, 4)
    asked = recipe(corpus).model_dump() | {"corpora": {"long": str(corpus), "other": str(other)}}
    with pytest.raises(TrainingError, match=r"corpora.other: .* has no rows of 8 tokens"):
        list(lines(of(asked | {"stages": [{**asked["stages"][0], "mix": "natural"}]}), 1))
    assert "long/code" in list(lines(of(asked), 1))[2]


def test_it_is_printed_without_a_run(corpus, tmp_path, capsys):
    (tmp_path / "r.yaml").write_text(recipe(corpus).to_yaml())
    assert main([str(tmp_path / "r.yaml"), "--plan"]) == 0
    assert capsys.readouterr().out.startswith("model   ")
    with pytest.raises(SystemExit):
        main([str(tmp_path / "r.yaml")])
    assert "name the folder of the run, or ask for --plan" in capsys.readouterr().err


def test_it_does_not_wait_for_torch(corpus, tmp_path):
    (tmp_path / "r.yaml").write_text(recipe(corpus).to_yaml())
    code = (
        "import sys, trainer.parallel.presets; from trainer.__main__ import main; code = main(sys.argv[1:]); "
        "assert 'torch' not in sys.modules; sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "r.yaml"), "--plan"], stdout=subprocess.PIPE)
    assert done.returncode == 0 and done.stdout.startswith(b"model   ")
