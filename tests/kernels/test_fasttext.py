"""The kernel beside fastText's own library: real and trained models, dense and quantised, on hostile texts."""

import fasttext
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from curate.fasttext_model import read
from curate.kernels.fasttext import predict, predict_spans
from curate.kernels.fasttext_tables import classifier
from tests.oracles.fasttext_models import KINDS, WORDS, best, make
from tests.oracles.hostile import TEXT
from tests.oracles.plain_language import MODEL, binding

SPECIAL = ["</s>", " </s> ", "__label__1", "__label__en", "__label__", *"<>\0\v\f\r", "x" * 200, "中" * 70]
LINES = st.lists(st.sampled_from([*WORDS, *SPECIAL, " ", " ", "\n", "\t"]), max_size=40).map("".join)
TEXTS = st.lists(st.one_of(TEXT, LINES, LINES.map(lambda line: line.replace("a", " "))), max_size=6)


@pytest.fixture(scope="module", params=["lid.176", *KINDS])
def models(request, tmp_path_factory):
    """(the file as we read it, as the kernel takes it, fastText with the same file)."""
    path = MODEL if request.param == "lid.176" else make(request.param, tmp_path_factory.mktemp("fasttext"))
    model = read(str(path))
    return model, classifier(model), binding(str(path))


@given(texts=TEXTS)
@example(texts=[])
@example(texts=["", " ", "\0", "\n\n", "a </s> b", "</s>", "__label__1 b", "__label__none b", "x" * 9_999, "ü" * 9_999])
def test_labels_and_probabilities_are_fasttexts(models, texts):
    model, ours, theirs = models
    labels, probabilities = predict(ours, pa.array(texts, pa.string()))
    for text, label, probability in zip(texts, labels, probabilities, strict=True):
        told = best(theirs, text)
        if not told:
            assert (label, probability) == (-1, 0)
            continue
        # Where two labels are as good, the last bit decides, and sums are not made in the same order.
        equals = {name for other, name in told if other > told[0][0] - 1e-5}
        assert model.labels[label].decode() in equals
        assert probability == pytest.approx(told[0][0], abs=2e-5)


def test_a_text_is_judged_alone_wherever_it_lies(models):
    _, ours, _ = models
    texts = [" ".join(WORDS[k : k + 9]) for k in range(0, len(WORDS), 3)]
    array = pa.array([*texts, None, *texts[::-1]], pa.large_string())
    labels, probabilities = predict(ours, array)
    assert labels[: len(texts)].tolist() == labels[-1 : -len(texts) - 1 : -1].tolist()
    one_by_one = [predict(ours, array[k : k + 1])[1][0] for k in range(len(array))]
    assert probabilities.tolist() == one_by_one
    chunked = pa.chunked_array([array[:7], array[7:]])
    assert predict(ours, chunked)[1].tolist() == one_by_one


def test_spans_may_leave_out_parts_of_a_text():
    ours = classifier(read(str(MODEL)))
    data = np.frombuffer("Nobody was surprised. Niemand wunderte sich darüber.".ljust(80).encode(), np.uint8)
    labels, _ = predict_spans(ours, data, np.array([0, 22, 40]), np.array([21, 53, 40]))
    assert [read(str(MODEL)).labels[k] for k in labels[:2]] == [b"__label__en", b"__label__de"]


def test_a_text_without_a_feature_has_no_label(tmp_path):
    ours = classifier(read(str(make("hierarchical", tmp_path))))
    labels, probabilities = predict(ours, pa.array(["", "</s> ba", "__label__1", "ba"]))
    assert labels[:3].tolist() == [-1, -1, -1] and labels[3] >= 0
    assert probabilities[:3].tolist() == [0, 0, 0] and probabilities[3] > 0


def test_a_model_that_fasttext_trained(tmp_path):
    texts = [" ".join(WORDS[(n * k) % (20 * (n % 3) + 20)] for k in range(1, 9)) for n in range(300)]
    source, path = tmp_path / "lines.txt", str(tmp_path / "model.bin")
    source.write_text("\n".join(f"__label__{n % 3} {text}" for n, text in enumerate(texts)), "utf-8")
    # A matrix of 40 MB is memory fresh from the system: the library leaves the rows of a smaller one uninitialised.
    trained = fasttext.train_supervised(str(source), wordNgrams=2, bucket=100_000, thread=1, lr=0.5, verbose=0)
    trained.save_model(path)
    model, theirs = read(path), binding(path)
    labels, probabilities = predict(classifier(model), pa.array(texts))
    told = [best(theirs, text, 1)[0] for text in texts]
    assert [model.labels[label].decode() for label in labels] == [name for _, name in told]
    assert np.allclose(probabilities, [probability for probability, _ in told], atol=2e-5)
