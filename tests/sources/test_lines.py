"""Lines are the same however the stream is chunked."""

from hypothesis import given
from hypothesis import strategies as st

from curate.sources.lines import lines

content = st.lists(st.sampled_from([b"\n", b"a", b"bc", b"\r", b"\xff"]), max_size=40).map(b"".join)


@given(content=content, size=st.integers(1, 9), limit=st.integers(0, 6))
def test_lines_do_not_depend_on_chunks_and_long_ones_are_none(content, size, limit) -> None:
    expected, at = [], 0
    for line in content.split(b"\n"):
        expected.append((at, line if len(line) <= limit else None))
        at += len(line) + 1
    if content.endswith(b"\n") or not content:
        expected.pop()
    chunks = [content[i : i + size] for i in range(0, len(content), size)]
    assert list(lines(chunks, limit)) == expected
