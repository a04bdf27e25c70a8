"""Labels in three by key, and what is refused before anything is trained."""

import pyarrow as pa
import pytest

from classifiers import labels
from classifiers.sides import described, sides
from classifiers.task import Task
from schemas.labels import LABELS

TWO = Task(name="spam", question="Is it spam?", scale={0: "no", 1: "yes"}, positive="1")
THREE = Task(name="topic", question="What about?", classes={"arts": "a", "science": "s", "sports": "p"})


def judged(task, rows):
    """Labels of (answer, key) pairs."""
    blank = {"text": "a text", "language": "en", "group": "web", "stratum": "", "weight": 1.0, "judge": "given"}
    listed = [{**blank, "uid": n, "answer": a, "key": key, "tokens": 0} for n, (a, key) in enumerate(rows)]
    return labels.of(pa.Table.from_pylist(listed, LABELS.schema), task)


def test_all_documents_are_on_a_side_and_a_key_on_one():
    given = judged(TWO, [(str(n % 2), f"site{n // 4}") for n in range(400)])
    found = sides(given, 0)
    assert sorted(uid for side in found for uid in side.table["uid"].to_pylist()) == list(range(400))
    kept = [set(side.keys) for side in found]
    assert not (kept[0] & kept[1] or kept[0] & kept[2] or kept[1] & kept[2])


@pytest.mark.parametrize(
    ("task", "rows", "why"),
    [
        (TWO, [("0", f"site{n}") for n in range(60)], "task spam: no document was judged 'yes'"),
        (TWO, [(str(n % 2), "one") for n in range(60)], "all documents are of 1 key, .*label documents of more hosts"),
        (TWO, [(str(int(n == 0)), f"site{n}") for n in range(90)], "of 90 keys, none with 'yes' fell to validation"),
        (THREE, [(("arts", "science")[n % 2], f"site{n}") for n in range(60)], "no document was judged 'sports'"),
    ],
)
def test_a_class_that_is_missing_is_refused_in_a_sentence(task, rows, why):
    with pytest.raises(ValueError, match=why):
        sides(judged(task, rows), 0)


def test_a_rare_one_of_several_classes_may_be_missing_where_it_is_not_learnt():
    rows = [(("arts", "science")[n % 2], f"site{n}") for n in range(60)] + [("sports", "site0")]
    found = sides(judged(THREE, rows), 0)
    assert 2 in found.train.classes and 2 not in found.test.classes


def test_a_card_says_what_the_data_was():
    said = described(judged(TWO, [("0", "a"), ("1", "b"), ("1", "b")]))
    assert (said["rows"], said["keys"], said["classes"]) == (3, 2, {"no": 1, "yes": 2})
    assert (said["languages"], said["judges"]) == ({"en": 3}, ["given"])
