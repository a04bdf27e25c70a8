"""Energy is what a counter says, and nothing where there is none."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import pytest
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


def test_a_gpu_without_a_driver_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", None)
    assert Meter(torch.device("cuda")).joules() is None


class Driver:
    """NVML of a node with two GPUs; millijoules by uuid."""

    drawn: ClassVar = {"GPU-a": 1000, "GPU-b": 5000}

    def nvmlInit(self) -> None: ...

    def nvmlDeviceGetHandleByUUID(self, uuid: str) -> str:
        return uuid

    def nvmlDeviceGetTotalEnergyConsumption(self, handle: str) -> int:
        return self.drawn[handle]


@pytest.mark.parametrize(("ranks", "joules"), [("2", 2.5), ("1", 0.5)])
def test_the_gpus_of_the_nodes_ranks_add_up(ranks: str, joules: float, monkeypatch: pytest.MonkeyPatch) -> None:
    driver = Driver()
    monkeypatch.setitem(sys.modules, "pynvml", driver)
    monkeypatch.setenv("LOCAL_WORLD_SIZE", ranks)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "current_device", lambda: 1)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda at: SimpleNamespace(uuid="ab"[at]))
    meter = Meter(torch.device("cuda"))
    monkeypatch.setattr(driver, "drawn", {"GPU-a": 3000, "GPU-b": 5500})
    assert meter.joules() == joules and f"{ranks} of the GPUs" in meter.source
    monkeypatch.setattr(driver, "drawn", {"GPU-a": 0, "GPU-b": 0})
    assert meter.joules() is None  # the driver was loaded anew
