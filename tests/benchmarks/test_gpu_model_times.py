"""Times from cycles, bytes and waves, by hand."""

import pytest

from benchmarks import gpu_model_device as device
from benchmarks import gpu_model_products as products
from benchmarks.gpu_model_calibration import Calibration
from benchmarks.gpu_model_memory import bounded
from benchmarks.gpu_model_products import Product, used
from benchmarks.gpu_model_walk import Bounded
from trainer.config import PRESETS
from trainer.flops import parameters


def test_the_place_of_a_measurement_lies_between_its_bounds_in_time():
    assert Calibration(128, {}, 1, measured=900, overlapped=900, serial=450).place == 0
    assert Calibration(128, {}, 1, measured=450, overlapped=900, serial=450).place == 1
    assert Calibration(128, {}, 1, measured=600, overlapped=900, serial=450).place == pytest.approx(0.5)


def test_bytes_take_their_time_and_launches_theirs():
    time = bounded(4.3e9, None, launches=2)
    assert time.fast == pytest.approx(1.0)
    assert time.figure == pytest.approx(1 / 0.95 + 0.004) and time.slow == pytest.approx(1 / 0.85 + 0.004)


def test_a_last_wave_that_is_hardly_used_costs_a_whole_one():
    full = used(128 * 12, 256 * 11, 1 << 20, 128, 256, 1)  # 132 tiles
    more = used(128 * 133, 256, 1 << 20, 128, 256, 1)
    assert full == pytest.approx(1.0, rel=1e-3) and more == pytest.approx(133 / 264, rel=1e-3)


def test_a_small_result_with_a_long_sum_is_cut_along_the_sum():
    small = Product("", 512, 2048, 32_768)
    assert used(512, 2048, 32_768, 128, 256, 1) < 0.25 < 0.8 < small.used
    assert small.bounded.fast == pytest.approx(1e3 * small.flops / device.MATMUL)


def test_a_layers_products_are_its_parameters():
    for name in ("1b", "8b"):
        config = PRESETS[name]
        forward = products.of_layer(config, 64)
        weights = sum(each.n * each.k for each in forward)
        assert weights * config.layers == parameters(config).blocks
        assert sum(each.flops for one in forward for each in products.backward(one)) == 4 * 64 * weights


def test_times_add_up():
    both = Bounded(1, 2, 3) + Bounded(1, 1, 1).times(2)
    assert both == Bounded(3, 4, 5)
