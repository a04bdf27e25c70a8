"""The sample of a run that is encoded a second time."""

import numpy as np
import pyarrow as pa
import pytest

from curate import tokenizer
from curate.errors import RunStopped
from pipelines import ids_checked
from pipelines.ids_checked import IdsChecked


@pytest.fixture(scope="module")
def encoder():
    return tokenizer.load({"name": "cl100k"})


def batch(encoder, uids):
    texts = pa.array([f"document {uid}" for uid in uids], pa.string())
    return pa.array(uids, pa.uint64()), texts, *encoder.encode(texts)


def test_the_first_and_every_thousandth_uid_are_compared(encoder):
    checked = IdsChecked(encoder)
    checked.add(*batch(encoder, [7, 2000, 5, 2**64 - 616]))  # 2**64 - 616 is a multiple of 1,000
    assert checked.stats() == {
        "engine": "gigatoken", "reference": "tiktoken", "alone_because": "", "documents": 2,
    }  # fmt: skip
    checked.add(*batch(encoder, [7, 5]))
    assert checked.stats()["documents"] == 2
    few = IdsChecked(encoder)
    few.add(*batch(encoder, []))
    few.add(*batch(encoder, [7, 5]))
    assert few.stats()["documents"] == 1


def test_a_difference_stops_the_run_and_says_what_to_do(encoder):
    uids, texts, ids, offsets = batch(encoder, [1, 3000])
    other = np.array(ids)
    other[-1] += 1
    with pytest.raises(RunStopped, match=r"gigatoken [\d.]+ and tiktoken [\d.]+ .* uid 3000 .* tokenizer.engine"):
        IdsChecked(encoder).add(uids, texts, other, offsets)


def test_long_and_empty_documents_are_passed_over(encoder, monkeypatch):
    monkeypatch.setattr(ids_checked, "LONGEST", 5)
    texts = pa.array(["long enough", None, ""])
    checked = IdsChecked(encoder)
    checked.add(pa.array([1000, 2000, 3000], pa.uint64()), texts, *encoder.encode(texts))
    assert checked.stats()["documents"] == 0


def test_the_reference_alone_is_compared_with_nothing():
    encoder = tokenizer.load({"name": "cl100k", "engine": "reference"})
    checked = IdsChecked(encoder)
    checked.add(*batch(encoder, [1000]))
    assert checked.stats() == {
        "engine": "tiktoken", "reference": "tiktoken", "alone_because": "the recipe asks for it", "documents": 0,
    }  # fmt: skip
