"""Tiles by device and shape: whose file counts, and what becomes of one that is broken or of another version."""

import json

import pytest
import torch

from trainer.kernels import tuned
from trainer.kernels.ahead import all_cases

DEFAULT = {"BLOCK": 1, "num_warps": 4}
ON = torch.ones(1)


@pytest.fixture(autouse=True)
def folders(monkeypatch, tmp_path):
    """The GPU is called H200 here; `shipped` and `local` write what comes along and what was measured."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(tuned, "SHIPPED", tmp_path / "configs")
    monkeypatch.setattr(tuned, "_device_name", lambda device: "NVIDIA H200")
    tuned.forget()
    yield
    tuned.forget()


def shipped(tiles, name="h200", **shapes):
    return _written(tuned.SHIPPED / f"{name}.json", {"k": {"": tiles, **shapes}})


def local(tiles):
    return _written(tuned.local_file("NVIDIA H200"), {"k": {"": tiles}})


def _written(file, tiles):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"tiles": tiles}))
    return file


def test_without_a_file_a_kernel_has_its_default():
    assert tuned.of("k", ON, DEFAULT) == DEFAULT


def test_what_is_shipped_goes_by_the_devices_name_whole_words_of_it():
    shipped({"BLOCK": 2, "num_warps": 4})
    shipped({"BLOCK": 3, "num_warps": 4}, name="h20")
    assert tuned.of("k", ON, DEFAULT)["BLOCK"] == 2
    assert tuned.shipped("NVIDIA H20", "k", "", DEFAULT)["BLOCK"] == 3
    assert tuned.shipped("NVIDIA A100", "k", "", DEFAULT) == DEFAULT


def test_shapes_are_told_apart_in_whatever_order_they_are_named():
    shipped(DEFAULT, **{"dim=8,group=2": {"BLOCK": 5, "num_warps": 8}})
    assert tuned.of("k", ON, DEFAULT, group=2, dim=8)["BLOCK"] == 5
    assert tuned.of("k", ON, DEFAULT, group=2, dim=9) == tuned.of("other", ON, DEFAULT, group=2, dim=8) == DEFAULT


@pytest.mark.parametrize("deterministic", [False, True])
def test_what_was_measured_here_comes_first_but_in_deterministic_runs(deterministic):
    shipped({"BLOCK": 2, "num_warps": 4})
    local({"BLOCK": 4, "num_warps": 8})
    before = torch.are_deterministic_algorithms_enabled()
    torch.use_deterministic_algorithms(deterministic)
    try:
        assert tuned.of("k", ON, DEFAULT)["BLOCK"] == (2 if deterministic else 4)
    finally:
        torch.use_deterministic_algorithms(before)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"tiles": 3}', '{"tiles": {"k": 3}}', '{"tiles": {"k": {"": 3}}}', "{}", "[" * 200_000],
    ids=range(9),
)
def test_a_file_that_is_none_is_named_and_the_default_serves(text):
    file = local(DEFAULT)
    file.write_text(text)
    with pytest.warns(UserWarning, match=f"^{file}: no tiles can be read from it; delete it, or measure anew$"):
        assert tuned.of("k", ON, DEFAULT) == DEFAULT


@pytest.mark.parametrize(
    "tiles", [{"BLOCK": 2}, {"BLOCK": 2, "num_warps": 4, "SPLIT": 2}, {"BM": 2, "num_warps": 4}, {}]
)
def test_tiles_of_another_version_of_the_kernel_are_not_taken(tiles):
    local(tiles)
    assert tuned.of("k", ON, DEFAULT) == DEFAULT


@pytest.mark.parametrize("block", ["2", None, 2.0, True, 0, -16, [2]])
def test_tiles_that_are_no_counts_are_not_taken(block):
    local({"BLOCK": block, "num_warps": 4})
    assert tuned.of("k", ON, DEFAULT) == DEFAULT


def test_a_user_without_a_home_has_what_comes_along(monkeypatch):
    def homeless():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(tuned.Path, "home", homeless)
    shipped({"BLOCK": 2, "num_warps": 4})
    assert tuned.of("k", ON, DEFAULT)["BLOCK"] == 2


def test_a_file_written_meanwhile_counts_once_the_old_is_forgotten():
    assert tuned.of("k", ON, DEFAULT) == DEFAULT
    local({"BLOCK": 2, "num_warps": 4})
    assert tuned.of("k", ON, DEFAULT) == DEFAULT
    tuned.forget()
    assert tuned.of("k", ON, DEFAULT)["BLOCK"] == 2


def test_what_is_looked_up_is_seen_and_can_be_had_otherwise_for_a_while():
    other = {"BLOCK": 9, "num_warps": 1}
    with tuned.watched({"k": other}) as seen:
        assert tuned.of("k", ON, DEFAULT, dim=3) == tuned.of("k", ON, DEFAULT, dim=3) == other
        assert tuned.of("j", ON, DEFAULT) == DEFAULT
    assert seen == [("k", "dim=3", DEFAULT), ("j", "", DEFAULT)]
    assert tuned.of("k", ON, DEFAULT, dim=3) == DEFAULT and len(seen) == 2


def test_devices_have_files_of_their_own_whatever_their_names_hold():
    assert tuned.local_file("NVIDIA H100 80GB HBM3/../x").name == "nvidia-h100-80gb-hbm3-x.json"


@pytest.mark.parametrize("name", ["h100", "h200"])
def test_what_comes_along_says_where_it_is_from_and_fits_the_kernels(monkeypatch, name):
    monkeypatch.undo()
    tuned.forget()
    found = tuned.read(tuned.SHIPPED / f"{name}.json")
    assert found["source"] in ("modelled", "measured")
    assert name in found["device"].lower()
    assert {"date", "triton", "torch"} <= found.keys()
    with tuned.watched() as seen:
        list(all_cases())
    known = {(kernel, shape): default for kernel, shape, default in seen}
    for kernel, shapes in found["tiles"].items():
        for shape, tiles in shapes.items():
            assert tiles.keys() == known[kernel, shape].keys()
            # What only repeats the defaults must not outlive them: python -m trainer.kernels.tune --modelled.
            assert found["source"] == "measured" or tiles == known[kernel, shape]
