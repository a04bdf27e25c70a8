import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.annotate.answer import Answer, parse, schema
from classifiers.task import Task, load

SCALE = Task(name="made", question="How good?", scale={0: "bad", 1: "fair", 5: "good"}, positive=1)
CLASSES = load("adult")
GOOD = '{"reason": "It is.", "answer": 5}'


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        f"```json\n{GOOD}\n```",
        f"Here is my verdict:\n\n{GOOD}\n\nLet me know if you need more.",
        f'<think>Perhaps {{"reason": "a draft", "answer": 0}}?</think>\n{GOOD}',
        '{"answer": 5, "reason": "It is."}',
        '{"reason": "It is.", "answer": "5"}',
        '{"reason": " It is. ", "answer": 5.0, "confidence": 0.9}',
        '{"verdict": {"reason": "It is.", "answer": 5}}',
        f"{GOOD}\n{GOOD}",
        "The set {x} has an answer: " + GOOD,
    ],
)
def test_form_is_forgiven(content):
    assert parse(SCALE, content) == Answer("5", "It is.")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "the reply is empty"),
        (" \n", "the reply is empty"),
        ("I would say 5.", "has no JSON object"),
        ('{"reason": "It is.", "answer": 5', "has no JSON object"),
        ('{"reason": "It is."}', "has no JSON object"),
        ('{"reason": "x", "answer": 1, "answer": 5}', "has no JSON object"),
        ('{"reason": "x", "answer": 2}', "the answer '2' is none of 0, 1, 5"),
        ('{"reason": "x", "answer": 4.5}', "none of 0, 1, 5"),
        ('{"reason": "x", "answer": true}', "the answer 'true' is none of"),
        ('{"reason": "x", "answer": null}', "none of"),
        ('{"reason": "x", "answer": [5]}', "none of"),
        ('{"reason": "x", "answer": "yes"}', "none of"),
        ('{"reason": "x", "answer": NaN}', "none of"),
        ('{"answer": 5}', 'gives no "reason"'),
        ('{"reason": "", "answer": 5}', 'gives no "reason"'),
        ('{"reason": 5, "answer": 5}', 'gives no "reason"'),
        ('{"reason": "x", "answer": 1} {"reason": "y", "answer": 5}', "2 answers that differ: 1, 5"),
        ('{"a":' * 100_000, "has no JSON object"),
        ("{" * 100_000, "has no JSON object"),
        ('{"reason": "x", "answer": ' + "9" * 5000 + "}", "none of|no JSON object"),
    ],
)
def test_content_is_not(content, why):
    with pytest.raises(ValueError, match=why) as raised:
        parse(SCALE, content)
    assert len(str(raised.value)) < 300


def test_a_class_is_named_whatever_its_case():
    assert parse(CLASSES, '{"reason": "x", "answer": " Adult "}').answer == "adult"
    with pytest.raises(ValueError, match="none of other, adult"):
        parse(CLASSES, '{"reason": "x", "answer": "1"}')


def test_backslashes_of_tex_and_line_ends_in_a_reason_are_kept():
    assert (
        parse(SCALE, '{"reason": "It proves \\(a < b\\)\nand more.", "answer": 5}').reason
        == "It proves \\(a < b\\)\nand more."
    )


def test_halves_of_surrogate_pairs_become_text_that_arrow_can_hold():
    parse(SCALE, '{"reason": "\\ud83d x \\ud83d\\ude00", "answer": 5}').reason.encode()
    assert parse(SCALE, '{"reason": "\\ud83d\\ude00", "answer": 5}').reason == "😀"


def test_a_reason_of_any_length_is_cut():
    assert len(parse(SCALE, json.dumps({"reason": "why " * 9000, "answer": 1})).reason) == 2000


@given(
    st.text(max_size=60), st.sampled_from(SCALE.allowed), st.text(max_size=40).filter(str.strip), st.text(max_size=60)
)
def test_an_answer_is_found_between_any_words_or_refused_in_a_sentence(before, answer, reason, after):
    content = f"{before}\n{json.dumps({'reason': reason, 'answer': int(answer)})}\n{after}"
    try:
        assert parse(SCALE, content).answer == answer
    except ValueError:
        assert "{" in before or "\\" in before + after + reason or "<think" in before


@given(st.text(max_size=300))
def test_any_reply_is_an_answer_or_a_sentence(content):
    with pytest.raises(ValueError, match=r"the reply|the answer"):
        parse(SCALE, content)


def test_the_schema_puts_the_reason_first_and_allows_what_parse_does():
    made = schema(SCALE)
    assert list(made["properties"]) == ["reason", "answer"] == made["required"]
    assert made["properties"]["answer"] == {"type": "integer", "enum": [0, 1, 5]}
    assert schema(CLASSES)["properties"]["answer"] == {"type": "string", "enum": ["other", "adult"]}
    assert made["additionalProperties"] is False
