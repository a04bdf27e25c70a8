"""Texts of a size that no page has: a word and a line of 10 MB, and texts that lie behind 2^31 bytes of others."""

import mmap
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from curate import signals
from curate.dedup.line_edits import remove_lines, taken
from curate.dedup.lines import line_hashes, repetition
from curate.dedup.shingles import shingle_sets
from curate.dedup.sketches import sketch_texts
from curate.fasttext_model import read
from curate.kernels.fasttext import probabilities
from curate.kernels.fasttext_binary import binary, margins
from curate.kernels.fasttext_tables import classifier
from curate.kernels.openings import openings
from curate.kernels.words import joined_units, shingle_units, shingle_words
from curate.language import identify
from curate.line_rules import taken_lines
from curate.recipe.line_rules import LINE_SIGNALS, LineRule
from curate.recipe.sections import Contamination
from tests.oracles.fasttext_models import Kind, content
from tests.oracles.plain_words import words

SIZE = 10_000_000
FAR = (1 << 31) + 12_345
LINE = "An old tree of the village stands by that river, and its 3 owners (me@example.com) have {no} wish to sell. "
TEXTS = [
    "",
    LINE,
    "x",
    "字是這個\n" * 9 + LINE * 3,
    "é\n\n- Σ ... \n" * 40,
    "def f(x):\n    return {x};\n" * 5,
    LINE[:7],
]


@pytest.fixture(scope="module")
def looked_for(tmp_path_factory):
    path = tmp_path_factory.mktemp("benchmark") / "items.txt"
    path.write_text(LINE + "\n")
    return Contamination(benchmarks=[{"name": "line", "path": str(path)}])


@pytest.fixture
def measure(looked_for):
    """All families, of texts beside a first one that is none of them."""
    return lambda texts: signals.compute(pa.table({"text": texts}), contamination=looked_for)


def test_a_word_of_10_mb(measure):
    texts = pa.array(["a" * SIZE, "short"], pa.string())
    made = measure(texts).to_pydict()
    assert (made["gopher.words"], made["gopher.mean_word_length"]) == ([1, 1], [SIZE, 5])
    assert made["c4.longest_word"] == [SIZE, 5]
    assert [made[name][0] for name in ("pii.density", "code.score", "repetition.dup_line_fraction")] == [0, 0, 0]
    _words_and_lines(texts, [1, 1])


@pytest.mark.parametrize("letter", ["字", "ก", "é", "."])
def test_a_word_of_10_mb_in_other_letters(letter, measure):
    times = SIZE // len(letter.encode())
    texts = pa.array([letter * times, "short"], pa.string())
    made = measure(texts).to_pydict()
    cut = -(-times // {"字": 2, "ก": 4}.get(letter, times))
    assert (made["gopher.words"], made["gopher.mean_word_length"]) == ([cut, 1], [np.float32(times / cut), 5])
    _words_and_lines(texts, [{"é": 1, ".": 0}.get(letter, times), 1])


def test_a_line_of_10_mb(measure):
    times = SIZE // len(LINE)
    texts = pa.array([LINE * times, LINE], pa.string())
    made, inside = measure(texts).to_pydict(), len(LINE.split())
    assert made["gopher.words"] == [inside * times, inside]
    assert made["gopher.stop_words"][0] == made["gopher.stop_words"][1] > 3
    assert made["pii.emails"] == [times, 1]
    assert made["c4.curly_brackets"] == [times, 1]
    assert made["contamination.best"] == [1, 1]
    assert made["repetition.dup_10gram_char_fraction"][0] > 0.99 and made["repetition.dup_10gram_char_fraction"][1] == 0
    _words_and_lines(texts, np.diff(shingle_words(texts)[1]))
    [alone] = np.diff(shingle_words(texts[1:])[1])
    assert np.diff(shingle_words(texts)[1]).tolist() == [times * alone, alone]


def _words_and_lines(texts, units):
    """What is not a signal: line hashes, sketches, language, rules on lines."""
    assert np.diff(shingle_units(texts)[1]).tolist() == list(units)
    hashes, offsets = line_hashes(texts, 3)
    assert np.diff(offsets).tolist() == [1, 1] and (hashes > 0).tolist() == [n > 0 for n in units]
    assert len(repetition(texts, 1)) == 2
    sketches, known = sketch_texts(texts, 5, 8, 1)
    assert sketches.shape == (2, 8) and known.tolist() == [n > 0 for n in units]
    assert len(identify(texts)[0]) == 2
    pages = pa.table({"group": ["web"] * 2, "language": ["en"] * 2})
    [(_, lines)], _ = taken_lines([LineRule(signal="line.longest_word", max=20, unless=[])], texts, pages)
    assert lines.tolist() == [len(words(t.as_py()[:100].split()[0])[0]) > 20 for t in texts]


@pytest.fixture(scope="module")
def far():
    """TEXTS as the end of an array of more than 2^31 bytes, which lie in pages that nobody ever fills."""
    content = [text.encode() for text in TEXTS]
    data = mmap.mmap(-1, FAR + sum(map(len, content)), flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    data[FAR:] = b"".join(content)
    ends = np.r_[0, FAR, FAR + np.cumsum([len(text) for text in content])].astype(np.int64)
    array = pa.Array.from_buffers(pa.large_string(), len(TEXTS) + 1, [None, pa.py_buffer(ends), pa.py_buffer(data)])
    return array.slice(1)


@pytest.fixture(scope="module")
def near():
    return pa.array(TEXTS, pa.string())


def test_signals_behind_2_gib_are_those_at_the_beginning(near, far, measure):
    assert measure(far).to_pydict() == measure(near).to_pydict()


@pytest.mark.parametrize(
    "of",
    [
        shingle_words,
        joined_units,
        lambda texts: shingle_sets(texts, 3),
        lambda texts: sketch_texts(texts, 3, 8, 1),
        lambda texts: sketch_texts(texts, 3, 8, 1, "fast_similarity"),
        lambda texts: line_hashes(texts, 3),
        lambda texts: (repetition(texts, 3),),
        lambda texts: tuple(map(np.asarray, identify(texts))),
        lambda texts: _judged(texts),
        lambda texts: _facts(texts),
        lambda texts: _opened(texts),
        lambda texts: _without_every_second_line(texts),
    ],
    ids=[
        "words",
        "units",
        "shingles",
        "minhash",
        "fast",
        "lines",
        "repetition",
        "language",
        "fasttext",
        "facts",
        "openings",
        "edits",
    ],
)
def test_kernels_behind_2_gib_find_what_they_find_at_the_beginning(of, near, far):
    for expected, found in zip(of(near), of(far), strict=True):
        assert np.array_equal(expected, found)


def _judged(texts):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.bin"
        path.write_bytes(content(Kind(labels=2, word_ngrams=2, buckets=500), 1))
        model = read(str(path))
    return [*margins(binary(model), texts), *probabilities(classifier(model), texts)]


def _facts(texts):
    pages = pa.table({"group": ["web"] * len(texts), "language": ["en"] * len(texts)})
    every = [LineRule(signal=name, min=1, unless=[]) for name in LINE_SIGNALS]
    named, offsets = taken_lines(every, texts, pages)
    return [*(lines for _, lines in named), offsets]


def _opened(texts):
    data, starts, ends = openings(texts, 50)
    return [np.array([bytes(data[a:b]) for a, b in zip(starts, ends, strict=True)], object)]


def _without_every_second_line(texts):
    _, offsets = line_hashes(texts, 3)
    gone = np.arange(offsets[-1]) % 2 == 1
    edited = remove_lines(texts, gone, offsets)
    return [np.array(column.to_pylist(), object) for column in edited] + [*taken(texts, gone, offsets)]
