import json

import numpy as np
import pytest

from classifiers.annotate.agreement import FEWEST, compared, subset
from classifiers.annotate.journal import Said
from classifiers.task import Task
from tests.classifiers.annotate.judging import TASK

NAMES = [f"{i:064x}" for i in range(200)]
KEYS = {name: f"h{i % 20}" for i, name in enumerate(NAMES)}
DRAW = np.random.Generator(np.random.PCG64(1))
FIRST = {name: str(DRAW.integers(4)) for name in NAMES}
CLASSES = Task(name="c", question="Which?", classes={"a": "1", "b": "2", "c": "3"}, agreement=0.5)


def against(second, task=TASK, first=FIRST):
    return compared("another", task, first, {name: Said(answer, "r") for name, answer in second.items()}, KEYS)


def test_the_same_answers_agree_wholly():
    one = against(FIRST)
    assert (one.kappa, one.low, one.high, one.same, one.reached) == (1.0, 1.0, 1.0, 200, True)
    assert "reaches the 0.60 that the task asks for" in one.sentence()


def test_answers_by_chance_do_not_agree_and_the_target_is_not_reached():
    one = against({name: str(DRAW.integers(4)) for name in NAMES})
    assert one.low < 0 < one.high and not one.reached and "NOT the 0.60" in one.sentence()


def test_on_a_scale_a_near_miss_is_a_smaller_quarrel_than_a_far_one():
    near = against({name: str(min(3, int(answer) + 1)) for name, answer in FIRST.items()})
    far = against({name: str((int(answer) + 2) % 4) for name, answer in FIRST.items()})
    assert near.kappa > 0.5 > 0 > far.kappa


def test_classes_have_no_order():
    first = {name: "abc"[i % 3] for i, name in enumerate(NAMES)}
    shifted = [{name: answer if i % 4 else to for i, (name, answer) in enumerate(first.items())} for to in "ab"]
    kappas = [against(second, CLASSES, first).kappa for second in shifted]
    assert kappas[0] == pytest.approx(kappas[1], abs=0.02)


def test_what_was_not_answered_is_counted_and_left_out():
    second = {name: (None if i < 50 else FIRST[name]) for i, name in enumerate(NAMES)}
    one = against(second)
    assert (one.documents, one.unanswered, one.kappa) == (150, 50, 1.0)


@pytest.mark.parametrize("many", [5, FEWEST - 1, FEWEST])
def test_on_few_documents_nothing_is_said_of_the_target(many):
    one = against(dict(list(FIRST.items())[:many]))
    few = many < FEWEST
    assert one.kappa == 1 and (one.low is None, one.reached is None) == (few, few)
    assert ("too few to say" in one.sentence(), "reaches" in one.sentence()) == (few, not few)
    assert "to 1.00)" not in one.sentence() or not few
    written = json.loads(json.dumps(one.plain()))
    assert written["verdict"].startswith("too few to say: at least 30 documents" if few else "reaches the 0.60")


def test_where_all_answers_are_alike_nothing_can_be_said():
    alike = dict.fromkeys(NAMES, "2")
    one = against(alike, first=alike)
    assert one.kappa is None and one.reached is None
    assert one.sentence().endswith("cannot be said of 200 documents, since all answers are alike")
    none = against(dict.fromkeys(NAMES))
    assert none.documents == 0 and none.sentence().endswith("since there are no answers")


def test_the_interval_is_wider_where_hosts_are_few():
    second = {name: answer if int(name, 16) % 20 < 15 else "0" for name, answer in FIRST.items()}
    said = {name: Said(answer, "r") for name, answer in second.items()}
    by_host = compared("x", TASK, FIRST, said, KEYS)
    by_page = compared("x", TASK, FIRST, said, {name: name for name in NAMES})
    assert by_host.high - by_host.low > 1.3 * (by_page.high - by_page.low)


def test_the_subset_is_the_same_in_any_order_and_grows():
    assert subset(NAMES, 30, 0) == subset(NAMES[::-1], 30, 0) == subset(NAMES, 60, 0)[:30]
    assert subset(NAMES, 30, 0) != subset(NAMES, 30, 1)
    assert sorted(subset(NAMES, 1000, 0)) == NAMES
