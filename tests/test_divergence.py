"""KL divergence against its definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate import divergence
from tests.oracles import divergence as oracle

SIZE = 50
DOCUMENTS = st.lists(st.lists(st.integers(0, SIZE - 1), max_size=60), min_size=1, max_size=6)


def flat(documents):
    ids = np.array([token for tokens in documents for token in tokens], np.int32)
    return ids, np.cumsum([0, *map(len, documents)]).astype(np.int64)


@given(DOCUMENTS, st.lists(st.integers(0, 10**12), min_size=SIZE, max_size=SIZE))
def test_divergence_is_that_of_the_definition(documents, counts):
    ids, offsets = flat(documents)
    result = divergence.kl(ids, offsets, divergence.reference(np.array(counts, np.int64)))
    expected = [oracle.kl(tokens, counts) if tokens else 0 for tokens in documents]
    assert result.dtype == np.float32
    assert np.allclose(result, expected, atol=0.00051 + 2e-6)


def test_a_token_repeated_beyond_the_table_is_counted():
    ids, offsets = flat([[1] * 9000 + [2] * 1000, [0] * 4096, [3]])
    counts = np.arange(SIZE)
    result = divergence.kl(ids, offsets, divergence.reference(counts))
    expected = [oracle.kl(tokens, counts.tolist()) for tokens in ([1] * 9000 + [2] * 1000, [0] * 4096, [3])]
    assert np.allclose(result, expected, atol=0.00051)


@given(DOCUMENTS)
def test_a_document_has_one_divergence_whatever_its_batch(documents):
    logq = divergence.reference(np.arange(SIZE))
    together = divergence.kl(*flat(documents), logq)
    assert together.tolist() == [divergence.kl(*flat([tokens]), logq)[0] for tokens in documents]


def test_the_corpus_itself_diverges_by_nothing_and_rare_tokens_by_much():
    corpus = [token for token in range(SIZE) for _ in range(1000)]
    counts = divergence.histogram(flat([corpus])[0], SIZE)
    result = divergence.kl(*flat([corpus, [7] * 100]), divergence.reference(counts))
    assert result.tolist() == [0, pytest.approx(np.log(SIZE), abs=1e-3)]


def test_read_only_and_unaligned_offsets_are_taken_as_they_are():
    ids, offsets = flat([[1, 1, 2], [3], [3, 4]])
    logq = divergence.reference(np.arange(SIZE))
    whole = divergence.kl(ids, offsets, logq)
    for array in (ids, offsets, logq):
        array.flags.writeable = False
    assert divergence.kl(ids, offsets[1:], logq).tolist() == whole[1:].tolist()


def test_histograms_count_and_keep_the_size_of_the_vocabulary():
    assert divergence.histogram(np.array([1, 1, 3], np.int32), 5).tolist() == [0, 2, 0, 1, 0]
    assert divergence.histogram(np.zeros(0, np.int32), 2).dtype == np.int64


@given(DOCUMENTS, st.data())
def test_chosen_documents_are_added_to_the_counts(documents, data):
    chosen = data.draw(st.lists(st.integers(0, len(documents) - 1), unique=True))
    counts = np.arange(SIZE)
    divergence.add(*flat(documents), np.array(chosen, np.int64), counts)
    tokens = np.array([token for number in chosen for token in documents[number]], np.int64)
    assert counts.tolist() == (np.arange(SIZE) + np.bincount(tokens, minlength=SIZE)).tolist()


@pytest.mark.parametrize(("documents", "offsets"), [([2], [0, 1, 2]), ([-1], [0, 1, 2]), ([0], [0, 3]), ([0], [2, 1])])
def test_documents_and_offsets_outside_of_the_batch_are_refused(documents, offsets):
    with pytest.raises(ValueError, match=r"(of|in) a batch of"):
        divergence.add(np.zeros(2, np.int32), np.array(offsets), np.array(documents), np.zeros(3, np.int64))


@pytest.mark.parametrize("ids", [[5], [-1]])
def test_ids_of_another_vocabulary_are_refused(ids):
    ids, offsets = flat([ids])
    with pytest.raises(ValueError, match="vocabulary of 5"):
        divergence.kl(ids, offsets, np.zeros(5, np.int32))
    with pytest.raises(ValueError, match="vocabulary of 5"):
        divergence.histogram(ids, 5)
