"""Rates of categories, and which documents they take."""

from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.mix.plan import ONE, MixError, Plan, plan

SHARES = {"general": 0.5, "math": 0.25, "code": 0.25}
TOTALS = {"general": 1000, "math": 100, "code": 300}
UIDS = np.arange(20_000, dtype=np.uint64) * np.uint64(0x123456789ABCDEF)


def mix(shares="natural", tokens=None, max_epochs=4, seed=0):
    return SimpleNamespace(shares=shares, tokens=tokens, max_epochs=max_epochs, seed=seed)


def rates(plan):
    return {category: rate / ONE for category, rate in plan.rates.items()}


def test_a_natural_mix_takes_everything_once_and_has_nothing_to_say():
    made = plan(TOTALS, mix())
    assert rates(made) == {"general": 1, "math": 1, "code": 1}
    assert made.notes == ()


def test_a_natural_mix_is_scaled_evenly_to_its_budget():
    assert set(rates(plan(TOTALS, mix(tokens=700))).values()) == {0.5}
    capped = plan(TOTALS, mix(tokens=7000))
    assert set(rates(capped).values()) == {4}
    assert capped.notes == ("7,000 tokens were asked for; 1,400 repeated 4 times (mix.max_epochs) make 5,600.",)


def test_without_a_budget_the_mix_is_the_largest_that_uses_some_category_once():
    made = plan(TOTALS, mix(SHARES))
    assert rates(made) == pytest.approx({"general": 0.6, "math": 3, "code": 1})
    assert made.notes == (
        "No token budget: the largest mix of these shares has 1,200 tokens "
        "(code once, general 0.6 times, math 3 times).",
    )


def test_with_one_epoch_the_scarcest_category_sets_the_size():
    assert rates(plan(TOTALS, mix(SHARES, max_epochs=1))) == pytest.approx({"general": 0.2, "math": 1, "code": 1 / 3})


def test_a_budget_gives_each_category_its_share():
    made = plan(TOTALS, mix(SHARES, tokens=400))
    assert rates(made) == pytest.approx({"general": 0.2, "math": 1, "code": 1 / 3})
    assert made.notes == ()


def test_a_budget_beyond_the_epochs_is_cut_and_said():
    made = plan(TOTALS, mix(SHARES, tokens=2000))
    assert rates(made) == pytest.approx({"general": 1, "math": 4, "code": 5 / 3})
    assert made.notes[0] == "math: 500 tokens were asked for; its 100 repeated 4 times (mix.max_epochs) make 400."
    assert made.notes[1] == "So the mix has 1,900 tokens, not 2,000: code 26.3 %, general 52.6 %, math 21.1 %."


def test_the_share_of_an_empty_category_goes_to_the_others_and_is_said():
    made = plan({**TOTALS, "math": 0}, mix(SHARES, tokens=300))
    assert rates(made) == pytest.approx({"general": 0.2, "code": 1 / 3, "math": 0})
    assert made.notes == ("No tokens in math: their share of the mix goes to the other categories.",)


def test_a_category_without_a_share_is_left_out_and_said():
    made = plan({**TOTALS, "other": 5000}, mix(SHARES, tokens=400))
    assert made.rates["other"] == 0
    assert made.notes == ("other has no share: its 5,000 tokens are left out.",)


def test_unknown_and_empty_shares_stop_with_the_known_names():
    with pytest.raises(MixError, match="no category 'maths'; there are code, general, math"):
        plan(TOTALS, mix({"maths": 1}))
    with pytest.raises(MixError, match="none of math has any tokens"):
        plan({**TOTALS, "math": 0}, mix({"math": 1}))


def test_no_tokens_at_all_make_an_empty_mix():
    empty = dict.fromkeys(TOTALS, 0)
    assert set(plan(empty, mix(SHARES, tokens=100)).rates.values()) == {0}
    assert set(plan(empty, mix(tokens=100)).rates.values()) == {ONE}


AMOUNTS = st.dictionaries(st.sampled_from("abcde"), st.integers(1, 10**15), min_size=1)


@given(AMOUNTS, st.data(), st.none() | st.integers(1, 10**16), st.sampled_from([1, 1.5, 4, 10]))
def test_rates_keep_the_shares_or_a_note_says_why_not(totals, data, tokens, epochs):
    parts = {category: data.draw(st.integers(1, 100)) for category in totals}
    shares = {category: part / sum(parts.values()) for category, part in parts.items()}
    made = plan(totals, mix(shares, tokens, epochs))
    used = {category: totals[category] * rate for category, rate in rates(made).items()}
    assert all(rate <= epochs for rate in rates(made).values())
    if tokens is None:
        assert any(rate == ONE for rate in made.rates.values())
    if tokens is None or not made.notes:
        for category, share in shares.items():
            want = share * sum(used.values())
            assert used[category] == pytest.approx(want, rel=1e-6, abs=sum(totals.values()) / 2**31)


def test_copies_are_the_whole_rate_and_by_chance_one_more():
    made = Plan({"math": 2 * ONE + ONE // 4}, (), 0)
    copies = made.copies("math", UIDS, np.ones(len(UIDS)))
    assert copies.dtype == np.int32
    assert set(copies.tolist()) == {2, 3}
    assert copies.mean() == pytest.approx(2.25, abs=0.02)


def test_weights_multiply_the_rate_exactly():
    made = Plan({"math": ONE}, (), 0)
    weights = np.where(np.arange(len(UIDS)) % 2 == 0, 3.0, 0.5)
    copies = made.copies("math", UIDS, pa.array(weights))
    assert set(copies[::2].tolist()) == {3}
    assert copies[1::2].mean() == pytest.approx(0.5, abs=0.02)


@given(st.integers(0, 4 * ONE), st.integers(0, 4 * ONE), st.integers(0, 2**31))
def test_a_larger_rate_keeps_what_a_smaller_one_took(one, other, seed):
    low, high = sorted([one, other])
    ones = np.ones(500)
    fewer = Plan({"a": low}, (), seed).copies("a", UIDS[:500], ones)
    assert (fewer <= Plan({"a": high}, (), seed).copies("a", UIDS[:500], ones)).all()


def test_the_choice_depends_on_seed_and_uid_alone():
    half, ones = Plan({"a": ONE // 2}, (), 1), np.ones(len(UIDS))
    copies = half.copies("a", UIDS, ones)
    assert half.copies("a", UIDS[7:9], ones[7:9]).tolist() == copies[7:9].tolist()
    assert copies[:8].tolist() == Plan({"a": ONE // 2}, (), 1).copies("a", UIDS[:8], ones[:8]).tolist()
    other = Plan({"a": ONE // 2}, (), 2).copies("a", UIDS, ones)
    assert (copies == other).mean() == pytest.approx(0.5, abs=0.02)
