"""Topics sampled down: shares are met in exact fractions, and by hash within what chance allows."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.mix.plan import ONE
from curate.mix.topics import topic_plan

NAMES = "abcdef"
TOKENS = st.dictionaries(st.sampled_from(NAMES), st.integers(1, 10**12), min_size=1)
CAPS = st.dictionaries(st.sampled_from(NAMES), st.integers(1, 100).map(lambda p: p / 100), min_size=1)


def left(tokens, plan):
    return {topic: n * plan.rate(topic) for topic, n in tokens.items()}


@given(TOKENS, CAPS)
def test_no_capped_topic_has_more_than_its_cap_and_no_more_goes_than_must(tokens, caps):
    plan = topic_plan(tokens, caps, None, 0)
    kept = left(tokens, plan)
    total, rounding = sum(kept.values()), sum(tokens.values()) / ONE  # of every topic's rate
    if any("cannot be met" in note for note in plan.notes):
        assert plan.rates == {}
        return
    for topic, n in tokens.items():
        cap = Fraction(str(caps.get(topic, 1)))
        assert kept[topic] <= cap * total + 1 + rounding
        if kept[topic] < n:  # what is sampled fills its cap
            assert abs(kept[topic] - cap * total) <= 1 + rounding


@given(TOKENS, CAPS)
def test_targets_are_met_and_some_topic_stays_whole(tokens, shares):
    total = sum(Fraction(str(share)) for share in shares.values())
    targets = {topic: float(Fraction(str(share)) / max(total, 1)) for topic, share in shares.items()}
    plan = topic_plan(tokens, None, targets, 0)
    kept = left(tokens, plan)
    all_kept = sum(kept.values())
    assert any(plan.rate(topic) == 1 for topic in tokens)
    there = {topic: Fraction(str(share)) for topic, share in targets.items() if topic in tokens}
    others = [topic for topic in tokens if topic not in there]
    scale = 1 if others else sum(there.values())
    for topic, share in there.items() if sum(targets.values()) < 0.999 else ():
        assert abs(kept[topic] - share / scale * all_kept) <= 1 + sum(tokens.values()) / ONE * 16


def test_caps_that_cannot_be_met_leave_the_corpus_whole_and_say_so():
    plan = topic_plan({"arts": 1000}, {"arts": 0.1}, None, 0)
    assert plan.rates == {} and "cannot be met" in plan.notes[0]


def test_a_topic_without_tokens_is_told():
    assert topic_plan({"a": 5}, {"b": 0.1}, None, 0).notes == ("topics: no tokens in b.",)


@pytest.mark.parametrize(
    ("tokens", "targets", "said"),
    [
        ({"a": 5, "c": 5}, {"a": 0.7, "b": 0.3}, "b, and the 30 % of the corpus meant for it go to c, for which no"),
        ({"a": 5, "c": 5}, {"a": 0.5, "c": 0.2, "b": 0.2, "d": 0.1}, "meant for them go to a and c, in the proportion"),
        ({"a": 5, "c": 5}, {"b": 0.3}, "topics: no tokens in b, so no topic is sampled."),
    ],
)
def test_where_the_share_of_a_target_without_tokens_went_is_told(tokens, targets, said):
    [note] = topic_plan(tokens, None, targets, 0).notes
    assert said in note


@pytest.mark.parametrize("seed", [0, 7])
def test_by_hash_the_share_is_met_within_chance_and_other_seeds_keep_other_documents(seed):
    uids = np.arange(40_000, dtype=np.uint64) * np.uint64(2654435761)
    topics = np.array(["arts", "science", None, "arts"] * 10_000, object)
    plan = topic_plan({"arts": 20_000, "science": 10_000}, {"arts": 0.25}, None, seed)
    stays = plan.stays(topics, uids)
    arts = (stays & (topics == "arts")).sum()
    assert abs(arts - 10_000 / 3) < 5 * (20_000 * (1 / 6) * (5 / 6)) ** 0.5
    assert stays[topics != "arts"].all()
    half = plan.stays(topics[:100], uids[:100])
    assert (half == stays[:100]).all()
    assert (
        topic_plan({"arts": 20_000, "science": 10_000}, {"arts": 0.25}, None, seed + 1).stays(topics, uids) != stays
    ).any()
