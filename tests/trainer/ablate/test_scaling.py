"""Laws are found again from what they predict."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer.ablate import laws, scaling


def grid(sizes=4, budgets=4):
    n, d = np.meshgrid(np.geomspace(1e6, 1e9, sizes), np.geomspace(1e8, 1e11, budgets))
    return n.ravel(), d.ravel()


def hoffmann(n, d):
    return 1.69 + 406.4 / n**0.34 + 410.7 / d**0.28


def test_the_law_of_hoffmann_is_found_again_and_predicts_chinchilla():
    n, d = grid()
    law = scaling.fit(n, d, hoffmann(n, d))
    assert law.floor == pytest.approx(1.69, rel=1e-6)
    assert law.terms == (
        ("N", pytest.approx(406.4), pytest.approx(0.34)),
        ("D", pytest.approx(410.7), pytest.approx(0.28)),
    )
    assert float(law.predict(70e9, 1.4e12)) == pytest.approx(hoffmann(70e9, 1.4e12), rel=1e-6)
    assert law.error < 1e-9


@settings(max_examples=15)
@given(st.floats(0.5, 3), st.floats(0.1, 0.6), st.floats(0.1, 0.6), st.floats(0.2, 1), st.floats(0.2, 1))
def test_any_law_predicts_the_next_size(floor, a, b, part_n, part_d):
    n, d = grid()

    def truth(n, d):
        return floor + part_n * (n / 1e6) ** -a + part_d * (d / 1e8) ** -b

    law = scaling.fit(n, d, truth(n, d))
    assert float(law.predict(4e9, 4e11)) == pytest.approx(truth(4e9, 4e11), rel=2e-3)


def test_one_wrong_point_in_sixteen_moves_the_prediction_little():
    n, d = grid()
    loss = hoffmann(n, d)
    loss[5] *= 1.2
    assert float(scaling.fit(n, d, loss).predict(70e9, 1.4e12)) == pytest.approx(hoffmann(70e9, 1.4e12), rel=0.02)


def test_where_only_the_size_varies_the_law_is_of_the_size():
    n = np.geomspace(1e5, 1e7, 4)
    law = scaling.fit(n, np.full(4, 1e6), 1 + 30 * n**-0.3)
    assert law.terms == (("N", pytest.approx(30, rel=1e-3), pytest.approx(0.3, rel=1e-3)),)
    assert law.floor == pytest.approx(1, rel=1e-3)


def test_three_sizes_can_tell_no_floor():
    n = np.geomspace(1e5, 1e7, 3)
    law = scaling.fit(n, np.full(3, 1e6), 30 * n**-0.3)
    assert law.floor == 0 and str(law) == "30 / N^0.300"


def test_points_that_do_not_vary_have_no_law():
    assert scaling.fit(np.full(4, 1e6), np.full(4, 1e6), np.full(4, 2.0)) is None


def test_the_largest_size_is_predicted_and_not_fitted():
    n, d = grid(5, 2)
    noise = 1 + np.random.default_rng(0).normal(0, 0.002, (10, 3))
    said = laws.checked(n, d, hoffmann(n, d)[:, None] * noise)
    assert {point["parameters"] for point in said["checked"]} == {1e9}
    assert 1e9 not in {point["parameters"] for point in said["fitted"]}
    for point in said["checked"]:
        assert point["low"] <= point["predicted"] <= point["high"]
        assert abs(point["error"]) < 0.05
        assert point["error"] == pytest.approx(point["predicted"] / point["measured"] - 1)


def test_two_sizes_are_too_few_for_a_law():
    assert laws.checked(np.array([1e6, 1e7]), np.full(2, 1e8), np.ones((2, 3))) is None
