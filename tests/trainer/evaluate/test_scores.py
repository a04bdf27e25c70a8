"""Bits per byte against each document alone, one token at a time."""

import math

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch

from tests.trainer import made_run
from trainer import vocabulary
from trainer.data.shards import open_corpora
from trainer.evaluate.scores import score

torch.set_num_threads(1)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return made_run.corpus(tmp_path_factory.mktemp("scores") / "corpus")


@pytest.fixture(scope="module")
def shards(corpus):
    return open_corpora({"held": str(corpus)}, made_run.LENGTH)


@pytest.fixture(scope="module")
def bytes_of(corpus):
    return vocabulary.read(str(corpus)).bytes_of


@torch.no_grad()
def bits_of(model, text):
    """Bits of all bytes but the first, the document alone in its row."""
    tokens = torch.tensor([list(text.encode())])
    logits = torch.log_softmax(model(tokens, torch.zeros_like(tokens, dtype=torch.int32))[0], -1)
    return sum(-float(logits[at, tokens[0, at + 1]]) / math.log(2) for at in range(tokens.shape[1] - 1))


def test_each_document_has_the_bits_that_it_has_alone(shards, bytes_of):
    model = made_run.drawn()
    found = score(model, shards, bytes_of)
    assert list(found) == ["held/code", "held/general"]
    number = 0
    for category, texts in made_run.TEXTS.items():
        documents = [text for row in texts for text in row]
        expected = {number + at: text for at, text in enumerate(documents) if len(text) > 1}
        number += len(documents)
        scores = found[f"held/{category}"]
        assert scores.ids.tolist() == list(expected)
        assert scores.bits == pytest.approx([bits_of(model, text) for text in expected.values()], rel=1e-4)
        assert scores.bytes.tolist() == scores.tokens.tolist() == [len(text) - 1 for text in expected.values()]
        whole = sum(bits_of(model, text) for text in documents) / sum(len(text) - 1 for text in documents)
        assert scores.bits_per_byte == pytest.approx(whole, rel=1e-4)


def test_a_model_that_knows_nothing_needs_all_bits_of_a_byte(shards, bytes_of):
    model = made_run.drawn(wide=0.0)
    assert [scores.bits_per_byte for scores in score(model, shards, bytes_of).values()] == pytest.approx([8.0, 8.0])


def test_rows_at_once_change_nothing(shards, bytes_of):
    model = made_run.drawn()
    one, three = (score(model, shards, bytes_of, batch=batch)["held/code"] for batch in (1, 3))
    assert one.ids.tolist() == three.ids.tolist() and one.bits == pytest.approx(three.bits, rel=1e-5)


def test_some_rows_are_drawn_by_seed(shards, bytes_of):
    model = made_run.drawn(wide=0.0)

    def documents(seed):
        return score(model, shards, bytes_of, rows=1, seed=seed)["held/code"].ids.tolist()

    drawn = [documents(seed) for seed in range(8)]
    assert drawn == [documents(seed) for seed in range(8)]
    assert {tuple(ids) for ids in drawn} == {(0, 1), (2,), (3, 5)}
    assert score(model, shards, bytes_of, rows=99)["held/code"].ids.tolist() == [0, 1, 2, 3, 5]


def test_parts_and_copies_of_a_document_are_one(tmp_path, bytes_of):
    corpus = made_run.corpus(tmp_path / "corpus")
    file = corpus / "tokens" / f"sequence={made_run.LENGTH}" / "category=code" / "part-00000.parquet"
    table = pq.ParquetFile(file).read()
    ids = pa.array([[7] * len(row) for row in table["ids"].to_pylist()], pa.list_(pa.int64()))
    at = table.schema.get_field_index("ids")
    pq.write_table(table.set_column(at, table.schema.field("ids"), ids), file)
    shards = open_corpora({"held": str(corpus)}, made_run.LENGTH)
    apart = score(made_run.drawn(), open_corpora({"held": str(made_run.corpus(tmp_path / "other"))}, 48), bytes_of)
    scores = score(made_run.drawn(), shards, bytes_of)["held/code"]
    assert scores.ids.tolist() == [7]
    assert scores.bits.sum() == pytest.approx(apart["held/code"].bits.sum())
    assert scores.bytes.sum() == apart["held/code"].bytes.sum()


def test_a_category_of_single_tokens_has_no_figure(tmp_path, bytes_of):
    from tests.trainer import made_corpus

    corpus = made_corpus.write(tmp_path / "corpus", {"odd": [[[65], [66]]]}, 8)
    scores = score(made_run.drawn(), open_corpora({"held": str(corpus)}, 8), bytes_of)["held/odd"]
    assert len(scores.ids) == 0 and np.isnan(scores.bits_per_byte)
