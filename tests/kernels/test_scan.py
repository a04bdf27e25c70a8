"""Words, lines and paragraphs of a batch against plain Python, over every kind of Arrow buffer."""

import unicodedata
from itertools import pairwise

import numpy as np
import pyarrow as pa
from hypothesis import example, given

from curate.kernels import make_characters
from curate.kernels.characters import tables
from curate.kernels.scan import scan
from curate.kernels.words import shingle_words
from tests.oracles import plain_signals, plain_words
from tests.oracles.hostile import TEXTS


def split(array: np.ndarray, offsets: np.ndarray) -> list[list]:
    return [array[a:b].tolist() for a, b in pairwise(offsets)]


@given(texts=TEXTS)
@example(texts=[])
@example(texts=["", None, "a\n", "ein\u3000Wort", "abcdefghijklmnopqrstuvwxyz"])
@example(texts=["「你好，世界。」abc中文2026年\nカタカナ語ー", "ภาษาไทย ที่มี", "မြန်မာဘာသာ\u200bប្រទេសកម្ពុជា", "_中_ⅷ々々x"])
def test_words_and_lines_are_those_of_python(texts):
    scanned = scan(pa.array(texts, pa.string()))
    plain = [t or "" for t in texts]
    spans = zip(scanned.word_starts, scanned.word_ends, strict=True)
    words = np.array([bytes(scanned.data[a:b]).decode() for a, b in spans], object)
    assert split(words, scanned.word_offsets) == [plain_words.words(t) for t in plain]
    assert scanned.word_chars.tolist() == [len(w) for t in plain for w in plain_words.words(t)]
    assert scanned.word_alphabetic.tolist() == [any(map(str.isalpha, w)) for t in plain for w in plain_words.words(t)]
    assert len(set(words)) == len(set(scanned.word_hashes.tolist()))
    firsts = [words[k] for k in scanned.line_words[:-1]]
    assert firsts == [plain_words.words(line)[0] for t in plain for line in plain_signals.lines(t)]
    assert scanned.chars.tolist() == [len(t) for t in plain]
    assert np.diff(scanned.line_offsets).tolist() == [len(plain_signals.lines(t)) for t in plain]
    assert np.diff(scanned.paragraph_offsets).tolist() == [len(plain_signals.paragraphs(t)) for t in plain]


@given(texts=TEXTS)
def test_shingle_words_are_equal_exactly_where_their_hashes_are(texts):
    hashes, offsets = shingle_words(pa.array(texts, pa.large_string()))
    words = [plain_signals.shingle_words(t or "") for t in texts]
    assert np.diff(offsets).tolist() == [len(w) for w in words]
    flat = [w for ws in words for w in ws]
    assert len(set(flat)) == len(set(hashes.tolist())) == len(set(zip(flat, hashes.tolist(), strict=True)))


@given(texts=TEXTS)
def test_slices_offsets_and_writable_buffers_change_nothing(texts):
    whole = pa.array(["before", *texts, "behind"], pa.string())
    wide = whole.cast(pa.large_string())
    parts = [b if b is None else pa.py_buffer(bytearray(b)) for b in whole.buffers()]
    writable = pa.Array.from_buffers(pa.string(), len(whole), parts, whole.null_count)
    wanted = scan(pa.array(texts, pa.string())).word_hashes.tolist()
    for array in (whole, wide, writable, pa.chunked_array([whole]), whole.cast(pa.string_view())):
        assert scan(array.slice(1, len(texts))).word_hashes.tolist() == wanted


def test_the_tables_agree_with_this_python_on_every_code_point_it_knows():
    flags, lowers = tables()
    known = [c for c in map(chr, range(0x110000)) if unicodedata.category(c) != "Cn"]
    assert [c for c in known if make_characters.classes(c) != flags[ord(c)]] == []
    assert [c for c in known if make_characters.lower(c) != lowers[ord(c)]] == []
