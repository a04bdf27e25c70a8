"""The first characters of a text, against slices of Python's strings."""

import pyarrow as pa
from hypothesis import example, given
from hypothesis import strategies as st

from curate.kernels.openings import openings
from tests.oracles.hostile import TEXTS


@given(texts=TEXTS, characters=st.integers(1, 80))
@example(texts=["\u3000 \x85x" + "é" * 100, "a" * 64 + "\u2003", "中" * 64], characters=64)
def test_openings_are_slices_without_white_space_around_them(texts, characters):
    data, starts, ends = openings(pa.array(texts, pa.string()), characters)
    found = [bytes(data[a:b]).decode() for a, b in zip(starts, ends, strict=True)]
    assert found == [(text or "")[:characters].strip() for text in texts]
