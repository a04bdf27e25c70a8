"""The child of test_guard_page: texts of 0 to 200 bytes at the `end` or `begin` of a page between forbidden ones."""

import ctypes
import mmap
import random
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa

from curate import signals
from curate.dedup.lines import line_hashes, repetition
from curate.dedup.sketches import sketch_texts
from curate.fasttext_model import read
from curate.kernels.fasttext import probabilities
from curate.kernels.fasttext_binary import binary, margins
from curate.kernels.fasttext_tables import classifier
from curate.kernels.scan import scan
from curate.kernels.words import shingle_words
from curate.language import identify
from tests.oracles.fasttext_models import Kind, content

PAGE = mmap.PAGESIZE
libc = ctypes.CDLL(None, use_errno=True)
memory = mmap.mmap(-1, 3 * PAGE)
start = ctypes.addressof(ctypes.c_char.from_buffer(memory))
for page in (0, 2):
    assert libc.mprotect(ctypes.c_void_p(start + page * PAGE), PAGE, 0) == 0
PIECES = [
    *(
        "the ",
        "That ",
        "of\n",
        "a",
        "#",
        "...",
        "\u2026",
        "\u00e9",
        "\u3000",
        "\U0001f600",
        "\u023a",
        "\u5b57",
        "\u0e17\u0e35\u0e48",
        "@a.de ",
        "10.0.0.1",
    ),
    *("+1 ", "\\alpha", " = ", "{", "word", "antidisestablishmentarianism", "\n\n", " ", "4111111111111111"),
]
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "model.bin"
    path.write_bytes(content(Kind(labels=2, word_ngrams=2, buckets=100), 1))
    MODEL = read(str(path))
ONE, ALL = binary(MODEL), classifier(MODEL)


def text(drawn, size):
    made = ""
    while len(made.encode()) < size:
        made += drawn.choice(PIECES)
    made = made.encode()[:size].decode("utf-8", "ignore").encode()
    return made + b"x" * (size - len(made))


def check(octets, cuts, at_end):
    place = start + PAGE + (PAGE - len(octets) if at_end else 0)
    ctypes.memmove(place, octets, len(octets))
    offsets = pa.py_buffer(np.array([0, *cuts, len(octets)], np.int64))
    guarded = pa.LargeStringArray.from_buffers(len(cuts) + 1, offsets, pa.foreign_buffer(place, len(octets)))
    copied = pa.array(guarded.to_pylist(), pa.large_string())
    first, second = (
        (
            *(scan(t)[1:-1], shingle_words(t), sketch_texts(t, 3, 4, 1)[0], line_hashes(t, 0), repetition(t, 1)),
            [column.to_pylist() for column in identify(t)],
            *(margins(ONE, t), probabilities(ALL, t)),
        )
        for t in (guarded, copied)
    )
    assert str(first) == str(second)
    first, second = (str(signals.compute(pa.table({"text": t})).to_pydict()) for t in (guarded, copied))
    assert first == second


for size in range(201):
    drawn = random.Random(size)
    octets = text(drawn, size)
    cuts = sorted(c for c in (drawn.randrange(size + 1) for _ in range(2)) if octets[c : c + 1] < b"\x80")
    check(octets, cuts, at_end=sys.argv[1] == "end")
print("whole")
