"""Energy is what a counter says, and nothing where there is none."""

from __future__ import annotations

from pathlib import Path

import torch

from trainer.metrics.energy import Meter

CPU = torch.device("cpu")


def package(folder: Path, name: str, microjoules: int, most: int = 1_000_000_000) -> Path:
    zone = folder / name
    zone.mkdir(parents=True, exist_ok=True)
    (zone / "energy_uj").write_text(f"{microjoules}\n")
    (zone / "max_energy_range_uj").write_text(f"{most}\n")
    return zone


def test_packages_add_up_and_their_parts_do_not(tmp_path: Path) -> None:
    package(tmp_path, "intel-rapl:0", 5_000_000)
    package(tmp_path, "intel-rapl:0:1", 5_000_000)
    package(tmp_path, "intel-rapl:1", 70_000_000)
    meter = Meter(CPU, tmp_path)
    package(tmp_path, "intel-rapl:0", 8_000_000)
    package(tmp_path, "intel-rapl:0:1", 900_000_000)
    package(tmp_path, "intel-rapl:1", 70_500_000)
    assert meter.source and meter.joules() == 3.5
    assert meter.joules() == 0.0


def test_a_counter_that_turns_over_goes_on(tmp_path: Path) -> None:
    package(tmp_path, "intel-rapl:0", 999_000_000)
    meter = Meter(CPU, tmp_path)
    package(tmp_path, "intel-rapl:0", 2_000_000)
    assert meter.joules() == 3.0


def test_where_nothing_counts_there_is_no_figure(tmp_path: Path) -> None:
    (tmp_path / "intel-rapl:0").mkdir()
    meter = Meter(CPU, tmp_path)
    assert meter.source == "" and meter.joules() is None


def test_a_gpu_without_a_driver_is_no_error() -> None:
    if not torch.cuda.is_available():
        assert Meter(torch.device("cuda")).joules() is None
    else:
        assert (Meter(torch.device("cuda")).joules() or 0) >= 0
