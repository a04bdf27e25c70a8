"""The peers' environments: made once, again when their pins change, dolma's apart."""

import pytest

from benchmarks import peers_venv


@pytest.fixture
def made(tmp_path, monkeypatch):
    """What would have been installed, and where."""
    calls = []

    def create(folder, with_pip, clear):
        folder.mkdir(parents=True, exist_ok=True)

    monkeypatch.setattr(peers_venv, "ROOT", tmp_path)
    monkeypatch.setattr(peers_venv.venv, "create", create)
    monkeypatch.setattr(peers_venv, "_install", lambda target, *what: calls.append((target.parts[-3], what[-1])))
    return calls


def test_an_environment_is_made_once(made, tmp_path):
    assert peers_venv.python("dolma") == peers_venv.python("dolma") == tmp_path / ".bench-venv-dolma" / "bin" / "python"
    assert [folder for folder, _ in made] == [".bench-venv-dolma"]


def test_changed_pins_make_it_anew(made, tmp_path):
    peers_venv.python()
    (tmp_path / ".bench-venv" / "pins.txt").write_text("older")
    peers_venv.python()
    assert [what for _, what in made].count(peers_venv.NEWER["peers"]) == 2
