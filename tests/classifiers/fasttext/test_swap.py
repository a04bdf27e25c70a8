"""A model takes the place of another: what is in the folder wherever the writing ends, and that it is continued."""

import os
from dataclasses import replace

import fsspec
import pytest

from classifiers.fasttext import swap
from curate import model_card
from curate.model_card import Card

CARD = Card("cooking", "fasttext", ("no", "yes"), "yes", {}, "CC0-1.0", "ab", 0, {}, {}, {})


def kept(content, out, scratch):
    """The card of a model of these bytes, kept in `out`."""
    (scratch / "5.bin").write_bytes(content)
    card = replace(CARD, files={"model.bin": model_card.sha256(str(scratch / "5.bin"))})
    swap.keep(card, str(scratch / "5.bin"), out)
    return card


@pytest.mark.parametrize("step", ["put", "write", "remove", "first move", "second move"])
def test_where_writing_ends_there_is_the_old_model_or_a_folder_that_is_continued(tmp_path, monkeypatch, step):
    out, moves = str(tmp_path / "cooking"), []
    before = kept(b"before", out, tmp_path)

    def full(*given):
        if step == "put":
            (tmp_path / "cooking" / "model.bin.new.77.part").write_bytes(b"half")
        elif step == "second move" and not moves:
            moves.append(given)
            return os.replace(*given)
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="No space left"):
        patch.setattr(swap.model_card if step == "write" else swap, step.split()[-1], full)
        kept(b"after", out, tmp_path)
    if step.endswith(" move"):
        assert swap.is_left(out)
    else:
        assert model_card.read(out) == before
    after = kept(b"after", out, tmp_path)
    assert model_card.read(out) == after != before and not swap.is_left(out)
    assert sorted(os.listdir(out)) == ["card.json", "model.bin"]


def test_a_first_training_that_was_killed_left_nothing_of_anybody_elses(tmp_path):
    assert not swap.is_left(str(tmp_path)) and not swap.is_left(str(tmp_path / "none"))
    (tmp_path / "model.bin.new.77.part").write_bytes(b"half")
    assert swap.is_left(str(tmp_path))
    (tmp_path / "thesis.tex").write_text("years of work")
    assert not swap.is_left(str(tmp_path))


def test_a_model_of_a_store_is_replaced_too(tmp_path):
    for content in (b"before", b"after"):
        card = kept(content, "memory://swapped/cooking", tmp_path)
        assert model_card.read("memory://swapped/cooking") == card
    assert len(fsspec.filesystem("memory").ls("/swapped/cooking")) == 2
