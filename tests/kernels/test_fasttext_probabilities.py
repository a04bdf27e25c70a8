"""Probabilities of all labels, and the collapsed models, beside the definition and fastText's own library."""

import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from classifiers.fasttext.lines import one_line
from curate import fasttext_model
from curate.kernels.fasttext import predict, probabilities
from curate.kernels.fasttext_binary import binary, margins
from curate.kernels.fasttext_narrowed import narrowed
from curate.kernels.fasttext_tables import classifier
from tests.kernels.test_fasttext import TEXTS
from tests.oracles import plain_fasttext
from tests.oracles.fasttext_models import HIERARCHICAL, SOFTMAX, WORDS, Kind, content
from tests.oracles.plain_language import binding

LITTLE = 1e-5  # what fastText adds to each probability
HOSTILE = ["", " ", "\0", "\n\n", "</s>", "ba", "ba </s> bo", "__label__1 b", "__label__none b", "ü" * 300, "nowhere"]


@st.composite
def kinds(draw, labels, losses=(SOFTMAX,)):
    word_ngrams, longest = draw(st.integers(1, 3)), draw(st.sampled_from([0, 0, 1, 3, 4]))
    buckets = draw(st.integers(1, 3_000)) if word_ngrams > 1 or longest else 0
    pruned = draw(st.integers(0, buckets)) if buckets and draw(st.booleans()) else -1
    return Kind(
        draw(st.sampled_from(losses)), draw(st.integers(1, 100)), word_ngrams, draw(st.integers(0, longest)), longest,
        buckets, pruned, part=2 if pruned >= 0 else 0, end=draw(st.booleans()), labels=draw(labels), spread=0.7,
    )  # fmt: skip


def built(kind, seed, folder):
    """(the model as we read it, fastText with the same file)."""
    path = folder.mktemp("model") / "model.bin"
    path.write_bytes(content(kind, seed))
    return fasttext_model.read(str(path)), binding.__wrapped__(str(path))


def told(library, text, labels):
    """float64[labels] as fastText has them, without what it adds; 0 where it says nothing."""
    found = np.zeros(labels)
    for probability, name in library.predict(text.replace("\n", " ") + "\n", labels, 0.0, "replace"):
        found[int(name.removeprefix("__label__"))] = probability - LITTLE
    return found


def of_binary(model, texts, apart=False):
    """The same form from the one number of a collapsed model."""
    logits, features = margins(binary(model, apart), texts)
    second = 1 / (1 + np.exp(-logits))
    found = np.stack([1 - second, second], 1)
    found[(features == 0) & (b"</s>" not in model.words)] = 0
    return found, features


@given(kind=kinds(st.integers(2, 20)), seed=st.integers(0, 99), texts=TEXTS)
@example(kind=Kind(labels=2, word_ngrams=2, buckets=1), seed=1, texts=HOSTILE)
@example(kind=Kind(labels=3, shortest=1, longest=3, buckets=7, end=False), seed=1, texts=HOSTILE)
def test_softmax_is_the_definition_and_the_librarys(tmp_path_factory, kind, seed, texts):
    model, library = built(kind, seed, tmp_path_factory)
    array = pa.array(texts, pa.string())
    ways = [probabilities(classifier(model), array), probabilities(classifier(narrowed(model)), array)]
    ways += [of_binary(model, array)] if kind.labels == 2 else []
    for found, features in ways:
        for text, ours, number in zip(texts, found, features, strict=True):
            plain, expected = plain_fasttext.probabilities(model, text)
            assert number == expected
            assert ours == pytest.approx(plain, abs=1e-5)
            theirs = told(library, text, kind.labels)
            assert ours == pytest.approx(theirs, abs=1e-5)
            assert ours[theirs.argmax()] == pytest.approx(ours.max(), abs=1e-6)


@given(kind=kinds(st.integers(2, 9), (HIERARCHICAL,)), seed=st.integers(0, 99), texts=TEXTS)
@example(kind=Kind(HIERARCHICAL, labels=2, word_ngrams=2, buckets=9), seed=1, texts=HOSTILE)
def test_a_tree_is_the_librarys(tmp_path_factory, kind, seed, texts):
    model, library = built(kind, seed, tmp_path_factory)
    array = pa.array(texts, pa.string())
    ways = [probabilities(classifier(model), array)[0], probabilities(classifier(narrowed(model)), array)[0]]
    ways += [of_binary(model, array)[0]] if kind.labels == 2 else []
    for found in ways:
        for text, ours in zip(texts, found, strict=True):
            # It adds 1e-5 at each step down, and leaves out what is below 1e-5.
            assert ours == pytest.approx(np.maximum(told(library, text, kind.labels), 0), abs=2e-5 * kind.labels)
            assert ours.sum() == pytest.approx(1 if ours.any() else 0, abs=1e-5)


@given(kind=kinds(st.just(2), (SOFTMAX, HIERARCHICAL)), seed=st.integers(0, 99), texts=TEXTS)
def test_collapsed_labels_are_those_of_the_whole_model(tmp_path_factory, kind, seed, texts):
    model, _ = built(kind, seed, tmp_path_factory)
    array = pa.array(texts, pa.string())
    labels, _ = predict(classifier(model), array)
    logits, _ = margins(binary(model), array)
    for label, logit in zip(labels, logits, strict=True):
        assert label < 0 or abs(logit) < 1e-5 or label == (logit > 0)


SIGNS = st.text(st.sampled_from("ba né_.,;$(){}[]<>/\\\"'`~|@#%^&*-+=!?:\n\t\0中1"), max_size=200)


@given(kind=kinds(st.integers(2, 5)), seed=st.integers(0, 99), texts=st.lists(SIGNS, max_size=6))
@example(kind=Kind(labels=2, word_ngrams=2, buckets=9), seed=1, texts=[*HOSTILE, "." * 64, "a" * 63 + ".", "(" * 129])
def test_with_signs_apart_a_text_is_the_one_with_spaces_around_them(tmp_path_factory, kind, seed, texts):
    model, library = built(kind, seed, tmp_path_factory)
    array, lines = pa.array(texts, pa.string()), [one_line(text, apart=True) for text in texts]
    found, features = probabilities(classifier(model, apart=True), array)
    ways = [found, of_binary(model, array, apart=True)[0]] if kind.labels == 2 else [found]
    for n, line in enumerate(lines):
        plain, expected = plain_fasttext.probabilities(model, line)
        assert features[n] == expected
        for way in ways:
            assert way[n] == pytest.approx(plain, abs=1e-5)
            assert way[n] == pytest.approx(told(library, line, kind.labels), abs=1e-5)


@pytest.mark.parametrize("kind", [Kind(labels=2, word_ngrams=2, buckets=3_000), Kind(labels=3, dimensions=40)])
def test_a_text_of_100_000_words(tmp_path_factory, kind):
    model, library = built(kind, 1, tmp_path_factory)
    text = " ".join(f"{WORDS[n * n % 97 % len(WORDS)]}{'' if n % 3 else n % 1000}" for n in range(100_000))
    array = pa.array([text, "ba"], pa.string())
    plain, expected = plain_fasttext.probabilities(model, text)
    ways = [probabilities(classifier(model), array), *([of_binary(model, array)] if kind.labels == 2 else [])]
    for found, features in ways:
        assert features[0] == expected
        assert found[0] == pytest.approx(plain, abs=1e-5)
        assert found[0] == pytest.approx(told(library, text, kind.labels), abs=1e-4)  # float32 sums of 100,000 rows
        assert found[0].argmax() == told(library, text, kind.labels).argmax()


@pytest.mark.parametrize("piece", ["ban ", "x", " ", "中"])
def test_a_text_of_ten_million_characters(tmp_path_factory, piece):
    model, library = built(Kind(labels=2, word_ngrams=2, buckets=3_000, dimensions=1), 1, tmp_path_factory)
    text = piece * (10_000_000 // len(piece))
    logits, features = margins(binary(model), pa.array([text, "ba"]))
    assert features[0] == {"ban ": 2_500_000, " ": 0}.get(piece, 1)
    theirs = told(library, text, 2)
    assert 1 / (1 + np.exp(-logits[0])) == pytest.approx(theirs[1], abs=1e-2)  # float32 sums of millions of rows
    assert (logits[0] > 0) == (theirs[1] > theirs[0])


def test_a_text_is_scored_alone_wherever_it_lies(tmp_path_factory):
    model, _ = built(Kind(labels=2, word_ngrams=2, shortest=2, longest=3, buckets=3_000), 1, tmp_path_factory)
    texts = [" ".join(WORDS[k : k + 9]) + " unheard" * (k % 2) for k in range(0, len(WORDS), 3)]
    array, ours = pa.array([*texts, None, *texts[::-1]], pa.large_string()), binary(model)
    logits, _ = margins(ours, array)
    assert logits.tolist() == [margins(ours, array[k : k + 1])[0][0] for k in range(len(array))]
    assert margins(ours, pa.chunked_array([array[:7], array[7:]]))[0].tolist() == logits.tolist()
    assert margins(ours, array[:0])[0].tolist() == []


TRAIN = """
import sys, fasttext
made = fasttext.train_supervised(sys.argv[1], wordNgrams=2, bucket=100_000, thread=1, lr=0.5, verbose=0)
made.save_model(sys.argv[2])
"""


def test_a_model_that_fasttext_trained(tmp_path):
    texts = [" ".join(WORDS[(n * k) % (20 * (n % 2) + 20)] for k in range(1, 9)) for n in range(300)]
    source, path = tmp_path / "lines.txt", str(tmp_path / "model.bin")
    source.write_text("".join(f"__label__{n % 2} {text}\n" for n, text in enumerate(texts)), "utf-8")
    # In a process of its own: with one thread the library leaves most of its matrix as the memory was.
    subprocess.run([sys.executable, "-c", TRAIN, str(source), path], check=True)
    model, library = fasttext_model.read(path), binding(path)
    first = model.labels.index(b"__label__1")
    found = of_binary(model, pa.array(texts))[0][:, first]
    assert found == pytest.approx([told(library, text, 2)[1] for text in texts], abs=1e-5)


def test_more_labels_than_two_are_not_collapsed(tmp_path_factory):
    model, _ = built(Kind(labels=3), 1, tmp_path_factory)
    with pytest.raises(ValueError, match="a model of 3 labels cannot be collapsed; there must be two"):
        binary(model)


def test_products_that_overflow_are_refused(tmp_path_factory):
    model, _ = built(Kind(labels=2), 1, tmp_path_factory)
    output = np.repeat(np.array([[1], [9]], np.float32), model.output.shape[1], axis=1)
    with pytest.raises(ValueError, match="weights are so large that their products are no finite numbers"):
        binary(model._replace(input=np.full_like(model.input, 3e38), output=output))
