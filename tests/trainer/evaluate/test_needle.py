"""Needles: a model that copies finds them all, one that does not read finds none, wherever they lie."""

import pytest
import torch

from tests.trainer import made_run
from trainer import vocabulary
from trainer.data.shards import open_corpora
from trainer.errors import TrainingError
from trainer.evaluate.needle import haystack, needles

torch.set_num_threads(1)


class Reader(torch.nn.Module):
    """Predicts what followed the last time that the same few tokens stood there; with `context` 0 always the same."""

    def __init__(self, context):
        super().__init__()
        self.context, self.longest, self.rows = context, 48, []
        self.output = torch.nn.Linear(256, 256, bias=False)
        torch.nn.init.eye_(self.output.weight)

    def set_longest(self, length):
        self.longest = length

    def forward(self, tokens, starts):
        row = tokens[0].tolist()
        assert len(row) <= self.longest
        self.rows.append(row)
        logits = torch.zeros(1, len(row), 256)
        logits[..., ord("5")] = 1.0
        for at in range(self.context, len(row)) if self.context else ():
            seen = row[at - self.context + 1 : at + 1]
            for before in range(at - 1, self.context - 2, -1):
                if row[before - self.context + 1 : before + 1] == seen:
                    logits[0, at, row[before + 1]] = 9.0
                    break
        return self.output(logits)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return str(made_run.corpus(tmp_path_factory.mktemp("needle") / "corpus"))


@pytest.fixture(scope="module")
def known(corpus):
    return vocabulary.read(corpus)


@pytest.fixture(scope="module")
def hay(known):
    return known.encode("It is a truth that all must own: the sea is wide and a ship is small. " * 20)


def test_a_model_that_copies_finds_every_needle(known, hay):
    cells = needles(Reader(8), known, hay, [160, 400], [0.0, 0.5, 1.0], trials=3)
    assert [(cell.length, cell.depth) for cell in cells] == [(n, at) for n in (160, 400) for at in (0.0, 0.5, 1.0)]
    assert all(cell.exact == cell.rank == 1.0 and cell.trials == 3 for cell in cells)
    assert all(cell.low > 1 for cell in cells)


def test_a_model_that_reads_nothing_has_no_lift_whatever_it_knows_of_digits(known, hay):
    (cell,) = needles(Reader(0), known, hay, [160], [0.5], trials=4)
    assert (cell.exact, cell.lift, cell.low, cell.high) == (0.0, 0.0, 0.0, 0.0)
    assert cell.rank > 1


def test_an_untrained_model_has_a_lift_about_0(known, hay):
    (cell,) = needles(made_run.drawn(wide=0.02), known, hay, [160], [0.5], trials=4)
    assert cell.exact == 0.0 and abs(cell.lift) < 0.01 and cell.rank > 2


def test_rows_are_as_long_as_said_and_the_needle_lies_where_said(known, hay):
    for depth, share in ((0.0, 0.0), (0.5, 0.5), (1.0, 1.0)):
        reader = Reader(0)
        needles(reader, known, hay, [300], [depth], trials=2)
        for row in reader.rows:
            text = known.decode(row)
            assert len(row) == 300 - 1  # the answer's last token makes it full
            before, _, after = text.partition("The secret number of ")
            straw = after.partition(".")[2].rpartition("The secret number of ")[0]
            assert len(before) / (len(before) + len(straw)) == pytest.approx(share, abs=0.02)
            assert text.rpartition("The secret number of ")[2].startswith(after.partition(" is")[0])


def test_the_second_row_of_a_trial_differs_in_the_needle_s_number_alone(known, hay):
    reader = Reader(0)
    needles(reader, known, hay, [300], [0.5], trials=1)
    right, wrong = reader.rows
    differ = [at for at in range(len(right)) if right[at] != wrong[at]]
    assert 1 <= len(differ) <= 7 and differ[-1] - differ[0] < 7
    number = known.decode(right).partition("secret number of ")[2].partition(" is ")[2][:7]
    assert number.isdecimal() and known.decode(right).endswith(f" is {number[:-1]}")


def test_trials_differ_and_a_seed_gives_the_same_ones(known, hay):
    def rows(seed):
        reader = Reader(0)
        needles(reader, known, hay, [300], [0.5], trials=2, seed=seed)
        return reader.rows

    assert rows(0) == rows(0) != rows(1)
    assert rows(0)[0] != rows(0)[2]


def test_the_hay_is_text_of_all_categories_without_special_tokens(corpus, known):
    shards = open_corpora({"held": corpus}, made_run.LENGTH)
    text = known.decode(found := haystack(shards, known, 10_000))
    assert not {known.end_of_text, known.padding} & set(found)
    assert all(said in text for texts in made_run.TEXTS.values() for row in texts for said in row)
    assert len(haystack(shards, known, 50)) < len(found)


def test_too_little_hay_or_room_is_refused(known, hay):
    with pytest.raises(TrainingError, match=r"has 1,400 tokens of text, and a row takes 2,000"):
        needles(Reader(0), known, hay, [2000])
    with pytest.raises(TrainingError, match="40 tokens have no room for needle and question"):
        needles(Reader(0), known, hay, [40])
