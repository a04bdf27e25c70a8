"""Kernels that were damaged on disk are compiled anew instead of ending every run."""

import pytest

from curate import warm
from curate.kernels import cache


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A cache that was whole: two kernels and their indexes, as numba names them."""
    monkeypatch.setattr(cache, "prepare", lambda: tmp_path)
    for name in ("scan", "words"):
        (tmp_path / f"{name}.1.nbc").write_bytes(name.encode() * 100)
        (tmp_path / f"{name}.nbi").write_bytes(b"\x80\x04N.")
    warm._note_whole(tmp_path)
    return tmp_path


def test_a_whole_cache_is_not_cold(folder):
    assert not warm.is_cold()
    (folder / "plugin.1.nbc").write_bytes(b"another kernel")
    assert not warm.is_cold()


@pytest.mark.parametrize("name", ["scan.1.nbc", "words.nbi"])
@pytest.mark.parametrize("damage", [lambda content: content[: len(content) // 2], lambda content: b""])
def test_a_damaged_kernel_is_thrown_away_with_all_others(folder, name, damage):
    (folder / name).write_bytes(damage((folder / name).read_bytes()))
    assert warm.is_cold()
    assert not list(folder.glob("*.nb*")) and not (folder / warm.WHOLE).exists()


def test_a_flipped_byte_is_seen(folder):
    content = bytearray((folder / "scan.1.nbc").read_bytes())
    content[50] ^= 1
    (folder / "scan.1.nbc").write_bytes(content)
    assert warm.is_cold()


def test_a_lost_kernel_is_cold(folder):
    (folder / "scan.1.nbc").unlink()
    assert warm.is_cold()
