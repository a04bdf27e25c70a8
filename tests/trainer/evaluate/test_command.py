"""python -m trainer.evaluate: tables and JSON, a folder that transformers opens, and one sentence for what is wrong."""

import json

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from curate import tokenizer
from tests.trainer import made_corpus, made_run
from tests.trainer.data.made import corpus as made_otherwise
from trainer import hf, vocabulary
from trainer.config import ModelConfig
from trainer.evaluate.__main__ import main

torch.set_num_threads(1)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A corpus, and a run on it."""
    folder = tmp_path_factory.mktemp("command")
    corpus = made_run.corpus(folder / "corpus")
    return corpus, made_run.run(folder / "run", corpus, {4: made_run.drawn(), 8: made_run.drawn(wide=0.0)})


def said(capsys, *arguments):
    code = main([*map(str, arguments)])
    out, err = capsys.readouterr()
    return code, out, err


def test_bits_per_byte_are_told_by_category(made, capsys, tmp_path):
    corpus, run = made
    asked = ["bpb", run, "--corpus", corpus, "--device", "cpu", "--json", tmp_path / "found.json"]
    code, out, _ = said(capsys, *asked)
    found = json.loads((tmp_path / "found.json").read_text())
    assert code == 0 and (found["step"], found["length"]) == (8, made_run.LENGTH)
    assert [row["category"] for row in found["bits_per_byte"]] == ["corpus/code", "corpus/general"]
    assert all(row["value"] == pytest.approx(8.0) for row in found["bits_per_byte"])
    assert out.count("8.0000") == 6 and "documents" in out
    said(capsys, *asked, "--step", 4, "--rows", 1, "--corpus", f"{corpus}/tokens")
    again = json.loads((tmp_path / "found.json").read_text())
    assert again["step"] == 4 and again["bits_per_byte"][0]["value"] > 8.1
    assert again["bits_per_byte"][0]["category"] == "corpus/code"  # the run's name, not tokens/code


def test_needles_are_told_by_length_and_depth(made, capsys, tmp_path):
    # The haystack is 150 tokens; a needle and its question take 83.
    asked = ["needle", made[1], "--lengths", "100,120", "--trials", "1", "--device", "cpu", "--json"]
    code, out, _ = said(capsys, *asked, tmp_path / "found.json")
    assert code == 0 and len(out.splitlines()) == 11
    cells = json.loads((tmp_path / "found.json").read_text())["needle"]
    assert {(cell["length"], cell["exact"], cell["lift"]) for cell in cells} == {(100, 0.0, 0.0), (120, 0.0, 0.0)}


def test_what_is_exported_transformers_opens_with_tokenizer_and_the_same_logits(capsys, tmp_path):
    lines = ["The cat sat on the mat.\n", "x = f(x)\n"]
    tokenizer.train(lines * 9, 300, tmp_path / "small.tiktoken")
    tokenizer.load({"file": str(tmp_path / "small.tiktoken")}).vocabulary.write(tmp_path / "other" / "tokens")
    known = vocabulary.read(str(tmp_path / "other"))
    model = made_run.drawn(ModelConfig(32, 2, 4, 2, 48, vocab_size=384))
    run = made_run.run(tmp_path / "run", made_run.corpus(tmp_path / "corpus"), {4: model})
    code, out, _ = said(capsys, "export", run, "-o", tmp_path / "hf", "--corpus", tmp_path / "other")
    assert code == 0 and "lm_eval --model hf" in out
    theirs, words = (kind.from_pretrained(tmp_path / "hf") for kind in (AutoModelForCausalLM, AutoTokenizer))
    given = words(lines[0], return_tensors="pt")
    assert given["input_ids"][0].tolist() == known.encode(lines[0])
    with torch.no_grad():
        ours = model(given["input_ids"], torch.zeros_like(given["input_ids"], dtype=torch.int32))
        torch.testing.assert_close(ours, theirs(**given).logits, rtol=0, atol=1e-4)
    assert theirs.config.max_position_embeddings == made_run.LENGTH


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["bpb", "{run}", "--step", "7"], "is no finished checkpoint; of those there are steps: 4, 8"),
        (["bpb", "{corpus}"], "holds no recipe.yaml, so it is no folder of a training run"),
        (["bpb", "{run}", "--length", "64"], "has no rows of 64 tokens (48 are there)"),
        (["bpb", "{run}", "--corpus", "{run}"], "is no finished run, since it has no tokens/vocabulary.json"),
        (["needle", "{run}", "--lengths", "1k"], "--lengths: '1k' is no number of tokens"),
        (["needle", "{run}", "--lengths", "5000"], "tokens of text, and a row takes 5,000"),
        (["export", "{run}", "-o", "{corpus}"], "exists and is no Hugging Face checkpoint"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(made, capsys, arguments, sentence):
    names = {"{corpus}": made[0], "{run}": made[1]}
    code, _, err = said(capsys, *(names.get(argument, argument) for argument in arguments))
    assert code == 2 and err.startswith("error: ") and sentence in err and err.count("\n") == 1


def test_text_packed_with_another_vocabulary_is_refused(made, capsys, tmp_path):
    own = json.loads((made[0] / "tokens" / "vocabulary.json").read_text())["digest"]
    made_otherwise(tmp_path / "else", {"code": [[2]]}, made_run.LENGTH)
    code, _, err = said(capsys, "bpb", made[1], "--corpus", tmp_path / "else", "--device", "cpu")
    assert code == 2 and f"than the model was trained with ({own[:12]})" in err


def test_a_checkpoint_with_another_tokenizer_is_not_scored(made, capsys, tmp_path):
    hf.save(made_run.CONFIG, dict(made_run.drawn().named_parameters()), tmp_path / "hf")
    asked = ["bpb", tmp_path / "hf", "--corpus", made[0], "--length", made_run.LENGTH, "--device", "cpu"]
    assert said(capsys, *asked)[0] == 0  # there is nothing to compare with
    ids = {chr(byte): byte for byte in range(33, 127)}
    (tmp_path / "hf" / "tokenizer.json").write_text(json.dumps({"model": {"vocab": ids}}))
    assert said(capsys, *asked)[0] == 0
    (tmp_path / "hf" / "tokenizer.json").write_text(json.dumps({"model": {"vocab": {**ids, "a": 98}}}))
    code, _, err = said(capsys, *asked)
    assert code == 2 and "gives other ids than" in err


def test_a_category_without_a_figure_is_null_and_nothing_at_all_is_an_error(made, capsys, tmp_path):
    texts = {"odd": [[[65], [66]]], "one": [[[65, 66]]]}
    corpus = made_corpus.write(tmp_path / "both", texts, made_run.LENGTH)
    file = tmp_path / "found.json"
    code, _, _ = said(capsys, "bpb", made[1], "--corpus", corpus, "--device", "cpu", "--json", file)
    odd, one = json.loads(file.read_text())["bits_per_byte"]
    assert code == 0 and odd["value"] is None and one["value"] == pytest.approx(8.0)
    made_corpus.write(tmp_path / "odd", {"odd": texts["odd"]}, made_run.LENGTH)
    code, _, err = said(capsys, "bpb", made[1], "--corpus", tmp_path / "odd", "--device", "cpu")
    assert code == 2 and "no document of the corpus has two tokens" in err


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--device", "tpu", "tpu is no device of this machine"),
        ("--device", "cuda:99", "cuda:99 is no device of this machine"),
        ("--json", "/nowhere/found.json", "/nowhere/found.json: no file can be written there"),
        ("--json", "/", "no file can be written there"),
    ],
)
def test_what_could_not_end_well_is_told_before_it_begins(made, capsys, option, value, told):
    with pytest.raises(SystemExit):
        said(capsys, "bpb", made[1], "--corpus", made[0], option, value)
    assert told in capsys.readouterr().err
