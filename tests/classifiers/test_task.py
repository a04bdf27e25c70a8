import subprocess
import sys
from pathlib import Path

import pytest

from classifiers.task import Task, load, of_model, shipped
from curate.recipe.errors import RecipeError
from curate.signals import declared

WRITTEN = """\
question: How good?
scale:
  0: bad
  1: fair
  2: good
positive: 1
examples:
  - {text: A page., answer: 2, why: It is.}
sampling:
  documents: 1_000
  strata: [language, length]
"""


def written(folder: Path, text: str = WRITTEN, name: str = "mine.yaml") -> str:
    path = folder / name
    path.write_text(text)
    return str(path)


def test_the_shipped_tasks_are_these():
    assert shipped() == ["adult", "cited", "code", "quality", "reasoning", "topic"]
    assert {name: load(name).labels for name in shipped()} == {
        n: "links" if n == "cited" else "model" for n in shipped()
    }


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_task_is_whole(name):
    task = load(name)
    assert task.name == name
    assert task.labels == "links" or len(task.examples) >= 6
    assert all(s in {"language", "length", *declared()} for s in task.sampling.strata)
    assert all(len(example.text) < task.sampling.chars for example in task.examples)
    if task.scale is not None:
        assert list(task.scale) == [0, 1, 2, 3, 4, 5]
        assert {example.answer for example in task.examples} == set(task.allowed)


def test_no_two_examples_are_the_same():
    texts = [example.text for name in shipped() for example in load(name).examples]
    assert len(set(texts)) == len(texts)


def test_adult_content_is_told_from_words_for_people():
    assert load("adult").positive_class == "adult"
    others = " ".join(example.text for example in load("adult").examples if example.answer == "other")
    assert "gay" in others and "lesbian" in others


def test_a_scale_makes_two_classes_from_its_positive_point_on(tmp_path):
    task = load(written(tmp_path))
    assert task.name == "mine"
    assert (task.names, task.positive_class, task.is_multi) == (("no", "yes"), "yes", False)
    assert [task.class_of(answer) for answer in ("0", "1", "2", "no", "yes")] == [0, 1, 1, 0, 1]
    with pytest.raises(ValueError, match="task mine: '3' is no answer to it; allowed are 0, 1, 2"):
        task.class_of("3")


def test_classes_keep_their_order(tmp_path):
    text = "question: Which?\nclasses: {b: one, a: another, c: third}\n"
    task = load(written(tmp_path, text))
    assert (task.names, task.positive_class, task.is_multi) == (("b", "a", "c"), None, True)
    assert task.class_of("c") == 2
    other = load(written(tmp_path, "question: Which?\nclasses: {a: another, b: one, c: third}\n"))
    assert task.digest != other.digest


def test_the_digest_is_of_all_that_a_task_says_and_not_of_how_it_is_written(tmp_path):
    task = load(written(tmp_path))
    assert load(written(tmp_path, f"# a comment\nversion: 1\n{WRITTEN}")).digest == task.digest
    assert len(task.digest) == 64
    for old, new in (("How good", "How bad"), ("positive: 1", "positive: 2"), ("1_000", "1_001"), ("It is", "It was")):
        assert load(written(tmp_path, WRITTEN.replace(old, new))).digest != task.digest


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("question: How good?\n", "", ":1: question: is missing"),
        ("question:", "qestion: x\nquestion:", ":1: qestion: there is no key 'qestion'; did you mean 'question'"),
        ("positive: 1", "positive: 0", ":6: positive: says from which point"),
        ("positive: 1", "positive: 7", ":6: positive: says from which point"),
        ("answer: 2", "answer: 9", r":8: examples\[0\].answer: '9' is none of 0, 1, 2"),
        ("answer: 2, ", "", r":8: examples\[0\].answer: is missing"),
        ("1_000", "0", r":10: sampling\.documents: 0 must be greater"),
        ("strata", "strat", r":11: sampling\.strat: there is no key 'strat'; did you mean 'strata'"),
        ("  2: good\n", "  2: good\n  two: x\n", ":6: scale.two: "),
        ("scale:", "classes: {a: x, b: y}\nscale:", "either a scale"),
        ("positive: 1", "positive: 1\nlabels: guess", "'guess' is none of model, links"),
        ("positive: 1", "positive: 1\nagreement: 2", "agreement: 2"),
        ("strata: [language, length]", "lengths: [5, 3]", ":11: sampling.lengths: must ascend"),
        ("strata: [language, length]", "quantiles: [0.5, 1.5]", ":11: sampling.quantiles: lie between 0 and 1"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_place(tmp_path, old, new, said):
    assert old in WRITTEN
    path = written(tmp_path, WRITTEN.replace(old, new, 1))
    with pytest.raises(RecipeError, match=said) as raised:
        load(path)
    assert all(line.startswith(f"{path}:") for line in str(raised.value).splitlines())


def test_two_classes_need_a_positive_one_and_more_have_none(tmp_path):
    for classes in ("{a: x, b: y}", "{a: x, b: y, c: z}\npositive: a"):
        with pytest.raises(RecipeError, match="positive: names one of two classes"):
            load(written(tmp_path, f"question: Which?\nclasses: {classes}\n"))


def test_one_answer_alone_tells_nothing(tmp_path):
    with pytest.raises(RecipeError, match="give at least two"):
        load(written(tmp_path, "question: Which?\nclasses: {a: x}\npositive: a\n"))


def test_a_name_that_is_none_is_told_with_the_nearest():
    with pytest.raises(RecipeError, match="reasning: there is no such file or shipped task; did you mean 'reasoning'"):
        load("reasning")


def test_the_task_of_a_users_own_model_is_asked_for_by_its_option(tmp_path):
    said = r"models/mine: answers the task recipes, which is none that comes with Curate; .* --task FILE\.yaml"
    with pytest.raises(RecipeError, match=said):
        of_model("models/mine", "recipes")
    assert of_model("models/mine", "recipes", written(tmp_path)) == load(written(tmp_path))
    assert of_model("models/quality", "quality") == load("quality")


def test_what_is_no_task_is_refused_in_a_sentence(tmp_path):
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RecipeError, match="is not UTF-8 text; is it a task"):
        load(tmp_path / "binary.yaml")
    with pytest.raises(RecipeError, match="a task is a mapping"):
        load(written(tmp_path, "- a list\n"))
    with pytest.raises(RecipeError, match="cannot be read"):
        load(tmp_path)


def test_a_task_cannot_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        load("code").question = "Another?"  # type: ignore[misc]


def test_a_task_made_in_python_is_held_to_the_same(tmp_path):
    with pytest.raises(ValueError, match="either a scale"):
        Task(name="made", question="Which?")


def test_reading_a_task_loads_nothing_heavy():
    heavy = ("torch", "numba", "pyarrow", "numpy", "transformers")
    code = (
        f"import sys, classifiers.task; classifiers.task.load('code'); print([m for m in {heavy} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("text", ["[" * 20_000, "a: " + "{a: " * 5_000])
def test_a_file_of_endless_brackets_is_refused(tmp_path, text):
    (tmp_path / "deep.yaml").write_text(text)
    with pytest.raises(ValueError, match=r"deep\.yaml: lists or mappings inside each other without end"):
        load(str(tmp_path / "deep.yaml"))


@pytest.mark.parametrize("said", ["documents: 1" + "0" * 30, "per_host: 1" + "0" * 30, "lengths: [-5]"])
def test_numbers_that_no_sample_can_have_are_refused(tmp_path, said):
    whole = f"question: q\nscale: {{0: a, 1: b}}\npositive: 1\nsampling: {{{said}}}\n"
    (tmp_path / "t.yaml").write_text(whole)
    with pytest.raises(ValueError, match=said.split(":")[0]):
        load(str(tmp_path / "t.yaml"))
