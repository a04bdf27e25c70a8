"""Bits of held-out documents against the model asked token by token, and trivial predictors against counting."""

import itertools
import math
from collections import Counter

import numpy as np
import pytest
import torch

from tests.trainer.ablate import made
from trainer.ablate import baselines, corpora, held_out
from trainer.config import model_config
from trainer.errors import TrainingError
from trainer.model import Llama

KINDS = {"general": 0, "math": 1}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return made.held_out(tmp_path_factory.mktemp("held") / "held-out", KINDS)


@pytest.fixture(scope="module")
def held(folder):
    return held_out.read(folder, made.LENGTH)


def documents(held):
    """Tokens of each document with its end, and in which row and where it lies."""
    found = {}
    for row in held.rows.to_pylist():
        ends = [*row["starts"][1:], row["length"]]
        for id, start, end in zip(row["ids"], row["starts"], ends, strict=True):
            found[id] = row["tokens"][start:end]
    return found


def test_bits_are_those_of_each_document_alone(held):
    torch.manual_seed(0)
    model = Llama(model_config({"dim": 32, "layers": 1, "heads": 2, "kv_heads": 1, "ffn_dim": 64, "vocab_size": 256}))
    model.init_weights(0)
    with torch.no_grad():
        for weight in model.parameters():
            weight.mul_(8)  # so that predictions are not all alike
    found = held_out.bits(model, held)
    for id, tokens in documents(held).items():
        with torch.no_grad():
            row = torch.tensor([tokens])
            logits = model(row, torch.zeros_like(row, dtype=torch.int32))[0].double().log_softmax(-1)
        plain = -sum(float(logits[at, token]) for at, token in enumerate(tokens[1:])) / math.log(2)
        assert found[id] == pytest.approx(plain, rel=1e-4)


def test_groups_are_all_categories_and_what_rules_part(held):
    groups = held.groups()
    assert list(groups) == ["all", "general", "math", "that rules of clean keep", "that rules of clean remove"]
    assert groups["general"].sum() == 6 and groups["that rules of clean remove"].sum() == 4
    assert (groups["that rules of clean keep"] ^ groups["that rules of clean remove"]).all()


def test_trivial_predictors_count(held, tmp_path):
    path = made.corpus(tmp_path / "corpus", 1, KINDS)
    rows = list(corpora.some_tokens({"corpus": str(path)}, made.LENGTH, 10**9))
    found = baselines.counted(rows, held, 256)
    text = [token for part in rows for token in part.tolist()]
    single, pairs = Counter(text), Counter()
    for part in rows:
        pairs.update(zip(part.tolist()[:-1], part.tolist()[1:], strict=True))
    for id, tokens in documents(held).items():
        p = {token: (single[token] + 1) / (len(text) + 256) for token in set(tokens)}
        unigram = -sum(math.log2(p[token]) for token in tokens[1:])
        after = itertools.pairwise(tokens)
        bigram = -sum(math.log2((pairs[a, b] + 50 * p[b]) / (single[a] + 50)) for a, b in after)
        assert found["unigram"][id] == pytest.approx(unigram)
        assert found["bigram"][id] == pytest.approx(bigram)


def test_compressors_stand_beside_each_group(held):
    found = baselines.compressed(held, held.texts())
    assert set(found["xz, all as one"]) == set(held.groups())
    assert all(0 < value < 40 for of in found.values() for value in of.values())


def test_a_part_has_so_many_tokens_lies_in_a_larger_one_and_is_read_as_any_corpus(tmp_path):
    path = str(made.corpus(tmp_path / "corpus", 1, KINDS))
    small, large = (
        corpora.part({"corpus": path}, made.LENGTH, unique, tmp_path / str(unique)) for unique in (640, 1280)
    )
    rows = {name: corpora.rows(of, made.LENGTH) for name, of in (("small", small), ("large", large))}
    assert rows == {
        "small": {"corpus/general": 5, "corpus/math": 5},
        "large": {"corpus/general": 10, "corpus/math": 10},
    }
    parts = [
        {
            tuple(row)
            for part in corpora.some_tokens(of, made.LENGTH, 10**9)
            for row in part.reshape(-1, made.LENGTH).tolist()
        }
        for of in (small, large)
    ]
    assert parts[0] < parts[1]
    assert corpora.part({"corpus": path}, made.LENGTH, 10**6, tmp_path / "all") == {"corpus": path}


def test_a_corpus_with_another_token_has_another_digest(tmp_path):
    first, same, other = (str(made.corpus(tmp_path / str(at), at // 2, KINDS)) for at in range(3))
    digests = [corpora.digest(path, made.LENGTH) for path in (first, same, other)]
    assert digests[0] == digests[1] != digests[2]


def test_a_folder_without_held_out_text_is_told(tmp_path, folder):
    with pytest.raises(TrainingError, match="holds no held-out text in rows of 64 tokens"):
        held_out.read(tmp_path, made.LENGTH)
    with pytest.raises(TrainingError, match="in rows of 128 tokens"):
        held_out.read(folder, 128)


def test_texts_are_those_of_the_rows(held):
    for id, tokens in documents(held).items():
        assert held.texts()[id] == bytes(tokens[:-1])
        assert held.sizes[id] == len(tokens) - 1
    assert isinstance(held.sizes, np.ndarray)
