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
SELECT = [
    marker(
        "select",
        topics={"topic": {"arts": {"general": [6, 600]}, "science": {"general": [2, 300]}}},
        cuts={"quality": [2, 20]},
        removed={"classifier.quality < 0.613": [2, 200, 20], "classifier.quality < 0.2": [9, 900, 90]},
    ),
    marker("select", cuts={"quality": [1, 5]}),
]
MIX = [marker("mix", topics={"arts": [1, 100], "science": [2, 300]})]


def audited():
    return {
        "classifiers": classifiers.classifiers(RECIPE, SCORED, SELECT),
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


def test_a_rule_on_the_same_score_is_not_counted_as_its_cut():
    same = {"classifier.quality < 0.613": [7, 700, 70]}
    select = [marker("select", cuts={"quality": [0, 0]}, removed=same)]
    [quality, _] = classifiers.classifiers(RECIPE, SCORED, select)
    assert (quality["removed"], quality["removed_tokens"]) == (0, 0)


def test_a_share_that_chance_made_another_is_remarked_on():
    assert classifiers.by_chance(audited()["topics"]) == []
    [row, _] = (topics := classifiers.topics(RECIPE, SELECT, [marker("mix", topics={"arts": [3, 300]})]))[0]["rows"]
    assert (row["expected"], row["share_after"]) == (0.25, 1.0)
    assert classifiers.by_chance(topics) == [
        "topic: arts has 100.0% of the tokens after sampling, where 25.0% was meant: documents stay or go by chance, "
        "and 3 documents of 6 stayed."
    ]


def test_a_cap_that_nothing_comes_near_is_not_remarked_on():
    recipe = {"topics": {"task": "topic", "caps": {"arts": 0.9}}}
    whole = [marker("mix", topics={"arts": [6, 600], "science": [2, 300]})]
    assert classifiers.by_chance(classifiers.topics(recipe, SELECT, whole)) == []


def test_one_more_is_singular():
    entry = {"task": "quality", "scored": 1, "sent": 0, "removed": 0, "asked": "as stated"}
    cuts = {language: 0.5 for language in ("de", "en", "es", "fr", "it", "ja", "pl", "pt")}
    for many, more in ((7, "and 1 more language"), (8, "and 2 more languages")):
        [*_, line] = classifier_lines.lines({"classifiers": [{**entry, "cuts": dict(list(cuts.items())[:many])}]})
        assert line.endswith(f"ja 0.5 {more}")
    row = {"topic": "a", "documents": 1, "tokens": 1, "share": 0.1, "asked": None}
    assert classifier_lines.lines({"topics": [{"task": "topic", "by": None, "rows": [row] * 9}]})[-1].strip() == (
        "and 1 more topic"
    )


def test_the_receipt_has_them_in_a_hundred_columns():
    lines = classifier_lines.lines(audited())
    assert "  kept from de 0.4, en 0.613" in lines
    assert any("after topics    share      cap" in line for line in lines)
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
