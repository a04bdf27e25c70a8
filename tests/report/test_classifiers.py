"""Classifiers and topics in the books and on the receipt, from made-up markers."""

from curate.report import classifier_lines, classifiers
from schemas import Manifest

RECIPE = {
    "classifiers": [
        {"task": "quality", "model": "/home/me/models/quality", "min": {"de": 0.4, "en": 0.613},
         "found_by": {"keep_best": 0.3}},
        {"task": "topic", "model": "s3://models/topic/", "min": None},
    ],
    "topics": {"task": "topic", "caps": {"arts": 0.25}, "targets": None},
}  # fmt: skip


def marker(phase, **stats):
    return Manifest(phase, 1, "key", stats=stats)


def score(histogram, sent=0):
    of_quality = {"kind": "cascade", "digest": "ab", "scored": 5, "sent": sent, "histogram": histogram}
    of_topic = {"kind": "fasttext", "digest": "cd", "scored": 5, "sent": 0}
    return marker("score", classifiers={"quality": of_quality, "topic": of_topic})


SCORED = [score({"en": {"1000": 1, "612": 2}}, sent=2), score({"de": {"0": 3, "19": 1}}, sent=1)]
RULES = [
    {"phase": "select", "rule": "classifier.quality < 0.613", "documents": 2, "tokens": 20},
    {"phase": "select", "rule": "classifier.quality < 0.4", "documents": 1, "tokens": 5},
    {"phase": "filter", "rule": "gopher.words < 50", "documents": 9, "tokens": 0},
]
SELECT = [marker("select", topics={"topic": {"arts": {"general": [6, 600]}, "science": {"general": [2, 300]}}})]
MIX = [marker("mix", topics={"arts": [1, 100], "science": [2, 300]})]


def audited():
    return {
        "classifiers": classifiers.classifiers(RECIPE, SCORED, RULES),
        "topics": classifiers.topics(RECIPE, SELECT, MIX),
        "off": classifiers.off(RECIPE),
    }


def test_counts_of_shards_add_up_and_a_model_is_told_without_its_folder():
    quality, topic = audited()["classifiers"]
    assert (quality["model"], topic["model"]) == ("quality", "topic")
    assert (quality["scored"], quality["sent"], quality["judged"]) == (10, 3, 7)
    assert (quality["removed"], quality["removed_tokens"]) == (3, 25)
    assert quality["histogram"] == {"0": 4, "600": 2, "980": 1}
    assert quality["cuts"] == {"de": 0.4, "en": 0.613} and topic["cuts"] == {}
    assert (quality["asked"], topic["asked"]) == ("best 0.3 of each language", "score only")


def test_topics_have_their_share_before_and_after():
    [topics] = audited()["topics"]
    arts, science = topics["rows"]
    assert (arts["share"], arts["asked"], arts["share_after"]) == (0.666667, 0.25, 0.25)
    assert (science["share"], science["asked"], science["tokens_after"]) == (0.333333, None, 300)


def test_the_receipt_has_them_in_a_hundred_columns():
    lines = classifier_lines.lines(audited())
    assert "  kept from de 0.4, en 0.613" in lines
    assert any(line.startswith("arts ") and line.endswith("25.0%    25.0%") for line in lines)
    assert max(map(len, lines)) <= 100
    assert classifier_lines.lines({}) == []


def test_what_was_off_is_named():
    assert audited()["off"] == "off: classifiers cited, code, reasoning and adult (not in the recipe)"
    assert classifiers.off({}) == (
        "off: classifiers cited, quality, code, reasoning, adult and topic, sampling by topic "
        "(no classifiers: in the recipe)"
    )
    everything = {"classifiers": [{"task": task} for task in classifiers.TASKS], "topics": {"caps": {"arts": 0.1}}}
    assert classifiers.off(everything) is None
    assert classifier_lines.off({"off": None}) == []
