import datetime

import pytest

from curate.recipe.quantities import number, share, size, threshold, whole


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("15T", 15 * 10**12),
        ("15e12", 15 * 10**12),
        (15e12, 15 * 10**12),
        ("1.5B", 15 * 10**8),
        ("30_000_000", 30_000_000),
    ],
)
def test_counts_are_read_as_written(written, meant):
    assert whole(written) == meant and isinstance(whole(written), int)


@pytest.mark.parametrize(
    ("written", "meant"), [("64M", 64_000_000), ("1G", 10**9), (1000, 1000), ("64MiB", 2**26), ("2kb", 2000)]
)
def test_sizes_are_powers_of_a_thousand_unless_they_say_otherwise(written, meant):
    assert size(written) == meant


@pytest.mark.parametrize("same", [50, 50.0, "50", "5e1"])
def test_a_whole_number_has_one_form_however_it_is_written(same):
    assert repr(number(same)) == "50"


def test_a_share_may_be_a_percentage():
    assert share("1%") == 0.01
    assert share(0.3) == 0.3


@pytest.mark.parametrize(
    "wrong", [float("nan"), float("inf"), "nan", "inf", "1e999", "64Q", "", "1__0", "_", True, None, [1], "5%"]
)
def test_what_is_no_finite_number_is_refused(wrong):
    with pytest.raises(ValueError, match="is not a number"):
        number(wrong)


@pytest.mark.parametrize("wrong", [0.5, "1.5", "0.1K%"])
def test_a_count_is_whole(wrong):
    with pytest.raises(ValueError):
        whole(wrong)


@pytest.mark.parametrize("written", ["2023-12-31", datetime.date(2023, 12, 31)])
def test_a_threshold_may_be_a_day(written):
    assert threshold(written) == datetime.date(2023, 12, 31)


@pytest.mark.parametrize("wrong", ["2023-02-30", datetime.datetime(2023, 1, 1), "31.12.2023"])
def test_a_day_is_one_of_the_calendar_and_in_iso_form(wrong):
    with pytest.raises(ValueError):
        threshold(wrong)
