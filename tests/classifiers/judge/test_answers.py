import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.annotate.prompt import messages
from classifiers.judge.answers import FAULTS, Answers, Manners, mark_of, of_lines
from classifiers.task import Task

SCALE = Task(name="s", question="How much?", scale={0: "a", 1: "b", 2: "c", 3: "d"}, positive="2")
CLASSES = Task(name="c", question="Which?", classes={"arts": "a", "law": "b", "sport": "c"})
TEXTS = [f"text {i}" for i in range(400)]


def said(answers, text, task=SCALE, phrasing=0):
    return answers.say({"messages": messages(task, text, phrasing), "max_tokens": 100})


def answers_of(manners, task=SCALE, phrasing=0):
    judge = Answers({mark_of(text): task.allowed[i % len(task.allowed)] for i, text in enumerate(TEXTS)}, manners)
    return [str(json.loads(said(judge, text, task, phrasing).content)["answer"]) for text in TEXTS]


def truths(task=SCALE):
    return [task.allowed[i % len(task.allowed)] for i in range(len(TEXTS))]


@pytest.mark.parametrize("task", [SCALE, CLASSES])
@pytest.mark.parametrize("phrasing", [0, 1])
def test_without_noise_it_says_the_truth_in_every_phrasing(task, phrasing):
    assert answers_of(Manners(), task, phrasing) == truths(task)


@given(st.text(max_size=200), st.integers(0, 1))
def test_any_text_is_found_in_its_prompt(text, phrasing):
    judge = Answers({mark_of(text): "3", mark_of(f"{text}?"): "0"}, Manners())
    assert json.loads(said(judge, text, phrasing=phrasing).content)["answer"] == 3


def test_a_text_of_which_a_part_is_shown_is_found():
    judge = Answers({mark_of("x" * 10**6): "3", "0": "0"}, Manners())
    assert json.loads(said(judge, "x" * 10**6).content)["answer"] == 3


def test_a_text_is_found_behind_a_correction():
    judge = Answers({mark_of("text"): "3", "0": "0"}, Manners())
    told = [{"role": "assistant", "content": "9"}, {"role": "user", "content": "[document is no valid answer]"}]
    assert json.loads(judge.say({"messages": messages(SCALE, "text") + told}).content)["answer"] == 3


def test_noise_moves_its_share_of_a_scale_by_one():
    noisy = answers_of(Manners(noise=0.25))
    moved = [abs(int(a) - int(b)) for a, b in zip(noisy, truths(), strict=True)]
    assert set(moved) == {0, 1} and 0.18 < sum(moved) / len(moved) < 0.32
    assert noisy == answers_of(Manners(noise=0.25)) != answers_of(Manners(noise=0.25, seed=1))


def test_noise_moves_a_class_to_any_other():
    noisy = answers_of(Manners(noise=1.0), CLASSES)
    assert all(a != b for a, b in zip(noisy, truths(CLASSES), strict=True))
    assert {a for a, b in zip(noisy, truths(CLASSES), strict=True) if b == "arts"} == {"law", "sport"}


def test_noise_is_by_prompt_and_text_and_not_by_how_often_it_is_asked():
    judge = Answers({mark_of(text): "1" for text in TEXTS} | {"0": "0", "2": "2"}, Manners(noise=0.5))
    first, again, other = ([said(judge, text, phrasing=p).content for text in TEXTS] for p in (0, 0, 1))
    assert first == again != other


def test_faults_come_in_their_share_and_of_every_kind():
    judge = Answers({mark_of(TEXTS[0]): "1"}, Manners(faults=0.5))
    faults = [said(judge, text).fault for text in TEXTS]
    assert set(faults) == {"", *FAULTS} and 0.4 < sum(map(bool, faults)) / len(faults) < 0.6
    assert judge.counts.faults.total() == sum(map(bool, faults))
    assert judge.counts.answered.total() + judge.counts.faults.total() == judge.counts.requests == len(TEXTS)


def test_only_what_a_model_works_on_is_counted_as_tokens():
    for kind, free in (("too_many", True), ("server_error", True), ("dropped", False), ("malformed", False)):
        judge = Answers({"0": "0"}, Manners(faults=1.0, kinds=(kind,)))
        usage = said(judge, "text").usage
        assert judge.counts.tokens == (0 if free else usage["total_tokens"]), kind


def test_an_answer_is_never_counted_longer_than_its_limit():
    judge = Answers({"0": "0"}, Manners())
    assert judge.say({"messages": messages(SCALE, "t"), "max_completion_tokens": 3}).usage["completion_tokens"] == 3


def test_truth_is_read_by_text_or_by_its_hash():
    from hashlib import sha256

    lines = [
        json.dumps({"text": "a", "answer": 3}),
        "",
        json.dumps({"sha256": sha256(b"b").hexdigest(), "answer": "x"}),
    ]
    assert of_lines(lines) == {mark_of("a"): "3", mark_of("b"): "x"}


@pytest.mark.parametrize("line", ["{", "[]", '{"text": "a"}', '{"text": 3, "answer": 1}', '{"answer": 1}'])
def test_a_line_that_is_no_truth_is_named(line):
    with pytest.raises(ValueError, match="truth:2: a line is"):
        of_lines(['{"text": "a", "answer": 1}', line])


def test_no_truth_at_all_is_refused():
    with pytest.raises(ValueError, match="needs a truth"):
        of_lines([])
