"""`classifiers:` and `topics:`: what is refused before a byte is read, and what a model counts as."""

import dataclasses

import pytest

from curate import model_card
from curate.model_card import Card
from curate.recipe import load

CARD = Card("quality", "fasttext", ("no", "yes"), "yes", {}, "CC0-1.0", "0", 0, {}, {}, {})
TOPIC = dataclasses.replace(CARD, task="topic", classes=("arts", "science"), positive=None)


@pytest.fixture(autouse=True)
def models(tmp_path):
    precise = dataclasses.replace(CARD, thresholds={"precision": {"0.9": 640, "0.95": 700}})
    cascade = dataclasses.replace(CARD, task="reasoning", kind="cascade")
    for name, card in {
        "quality": precise, "topic": TOPIC, "reasoning": cascade, "reasoning/fast": CARD, "reasoning/slow": CARD,
    }.items():  # fmt: skip
        model_card.write(card, str(tmp_path / "models" / name))
    (tmp_path / "empty").mkdir()
    return tmp_path


def only(said):
    assert len(said) == 1, said
    return said[0]


@pytest.mark.parametrize(
    ("entry", "place", "why"),
    [
        ("model: models/qualty", "model", "build it with `curate classifier annotate quality CORPUS"),
        ("model: empty", "model", "no card.json in it"),
        ("model: models/topic", "model", "answers the task topic, not quality"),
        ("model: models/quality, min_precision: 0.8", "min_precision", "(there are 0.9, 0.95)"),
        ("model: models/quality, keep_best: 0.3, min: 0.5", "", "has keep_best and min; a cut is stated in one way"),
        ("model: models/quality, min: 0.5, by: language", "", "there is no keep_best"),
        ("model: models/quality, keep_best: 1", "keep_best", "would keep everything"),
        ("model: models/quality, keep_best: 0.0005", "keep_best", "is finer than 0.001"),
        ("model: models/quality, min: {en: 0.5}, languages: [de]", "", "min has en"),
        ("model: models/quality, min: 1.5", "min", "1.5 must be less than or equal to 1"),
        ("model: models/quality, min: {}", "min", "name at least one"),
        ("model: models/quality, min: {eng: 0.5}", "min.eng", "'eng' is no language"),
        ("model: models/quality, min: {Python: 0.5}, groups: [code]", "", "not of code"),
        ("model: models/quality, unless: {signal: code.score, min: 1}", "", "unless spares from a cut"),
        ("model: models/quality, keep: 0.3", "", "did you mean 'keep_best'"),
        ("model: models/quality, min: 1, unless: {signal: classifier.quality, min: 1}", "unless[0].signal", "made by"),
    ],
)
def test_what_a_model_cannot_do_is_told_in_one_sentence(refused, entry, place, why):
    said = only(refused(f"classifiers:\n  - {{task: quality, {entry}}}\n"))
    assert said.startswith("recipe.yaml:2: classifiers[0]" + (f".{place}:" if place else "")) and why in said


def test_cuts_that_were_found_with_another_model_are_refused(write, refused, models):
    remark = "min: {en: 0.5}, found_by: {keep_best: 0.3}, found_with: '%s'"
    text = f"classifiers: [{{task: quality, model: models/quality, {remark}}}]"
    old = model_card.digest(str(models / "models" / "quality"))[:12]
    found = load(write(text % old))
    assert load(write(found.to_yaml(), name="again.yaml")) == found
    model_card.write(dataclasses.replace(CARD, seed=1), str(models / "models" / "quality"))
    said = only(refused(text % old))
    assert f"found_with: min was found with the model {old}, and " in said
    assert "or write keep_best: 0.3 in place of min, found_by and found_with, so" in said
    new = model_card.digest(str(models / "models" / "quality"))[:12]
    assert load(write(text % new)).classifiers[0].decides() == found.classifiers[0].decides()


def test_a_remark_needs_the_cut_that_it_is_on(refused):
    said = only(refused("classifiers: [{task: quality, model: models/quality, found_with: 0123456789ab}]"))
    assert "found_with says how the scores of min were found, and there is no min" in said


def test_a_task_has_one_model(refused):
    twice = "classifiers: [{task: quality, model: models/quality}, {task: quality, model: models/quality}]"
    assert "quality is there twice" in only(refused(twice))


def test_a_model_of_several_classes_is_not_cut(refused):
    assert "tells 2 classes apart" in only(refused("classifiers: [{task: topic, model: models/topic, keep_best: 0.3}]"))


SCORED = "classifiers: [{task: quality, model: models/quality}, {task: topic, model: models/topic}]\n"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("rules: [{signal: classifier.quality, min: 0.5}]", "is there after `score`"),
        ("divergence: {unless: {signal: classifier.quality, min: 0.5}}", "is there after `score`"),
        ("select: [{signal: classifier.qualty, min: 0.5}]", "did you mean 'classifier.quality'"),
        ("select: [{signal: classifier.topic, min: 0.5}]", "classifier.topic.probability is one"),
        ("topics: {caps: {art: 0.1}}", "'art' is no class of the model; did you mean 'arts'"),
        ("topics: {caps: {arts: 0.1, science: 0.2}}", "all classes are named and their caps sum to 0.3"),
        ("topics: {task: quality, caps: {arts: 0.1}}", "gives a score, not a topic"),
        ("topics: {task: subject, caps: {arts: 0.1}}", "no classifier answers subject"),
        ("topics: {caps: {arts: 0.1}, targets: {arts: 0.1}}", "takes one of caps and targets"),
        ("topics: {targets: {arts: 0.6, science: 0.6}}", "sum to 1.2"),
    ],
)
def test_names_are_those_of_the_models_and_where_scores_are_known(refused, line, why):
    assert why in only(refused(SCORED + line))


def test_scores_are_compared_in_select_categories_and_the_unless_of_other_classifiers(write):
    recipe = load(
        write(
            "classifiers: [{task: topic, model: models/topic},\n"
            "  {task: quality, model: models/quality, keep_best: 0.3,"
            " unless: {signal: classifier.topic.probability, min: 1}}]\n"
            "select: [{signal: classifier.quality, min: 0.1, unless: {signal: classifier.topic.probability, min: 1}}]\n"
            "categories: [{category: good, signal: classifier.quality, min: 0.9}]\n"
        )
    )
    assert recipe.classifiers[1].unless[0].signal == "classifier.topic.probability"


def test_a_score_whose_name_begins_with_anothers_may_spare_from_its_cut(write, models):
    model_card.write(dataclasses.replace(CARD, task="quality-of-code"), str(models / "models" / "longer"))
    spared = "unless: {signal: classifier.quality-of-code, min: 1}"
    text = (
        f"{{task: quality, model: models/quality, min: 1, {spared}}}, {{task: quality-of-code, model: models/longer}}"
    )
    assert load(write(f"classifiers: [{text}]")).classifiers[0].unless


def test_source_code_is_cut_by_the_language_of_its_text(write):
    """As a resolved recipe states a cut by yield of documents in a language of code."""
    text = "{task: quality, model: models/quality, groups: [code], languages: [Python], min: {en: 0.5, und: 0.25}}"
    assert load(write(f"classifiers: [{text}]")).classifiers[0].by_language


def test_a_plugin_whose_signals_would_look_like_scores_is_refused(refused):
    said = only(refused("plugins: [a/classifier.py]", "a/classifier.py"))
    assert said.startswith("recipe.yaml:1: plugins[0]: ") and "give the file another name" in said


def test_a_cascade_is_cut_without_other_scores(refused):
    said = refused(
        "classifiers: [{task: quality, model: models/quality},\n"
        " {task: reasoning, model: models/reasoning, min: 0.5, unless: {signal: classifier.quality, min: 0.5}}]"
    )
    assert "not known yet when a cascade chooses" in only(said)


def test_a_model_counts_by_its_card_and_a_remark_not_at_all(write, models):
    text = "classifiers: [{task: quality, model: models/%s, min: {en: 0.5, no: 0.25}}]"
    one = load(write(text % "quality"))
    before = one.section_json("classifiers")
    (models / "models" / "quality").rename(models / "models" / "moved")
    moved = load(write((text % "moved").replace("}}]", "}, found_by: {keep_best: 0.3}}]")))
    assert moved.section_json("classifiers") == before
    model_card.write(dataclasses.replace(CARD, seed=1), str(models / "models" / "moved"))
    assert moved.section_json("classifiers") != before
    assert load(write(moved.to_yaml(), name="again.yaml")) == moved
