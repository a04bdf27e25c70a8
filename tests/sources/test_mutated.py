"""Damaged dumps and books, whatever the damage: read to the end, alike with bodies and without, each row a place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.sources import epub, stackexchange
from curate.sources.record import Options, Piece
from tests.sources import books, dumps

TABLE = dumps.posts(*(dumps.question(n, body=f"<p>{n * 7919}</p>" * 9) for n in range(1, 30)), dumps.answer(50, 1))
PAGES = {
    "a.xhtml": books.page("<p>x</p>" * 50),
    "b.xhtml": books.page("<p>y<a epub:type='noteref' href='#n'>1</a></p>" * 30),
}
GUIDE = '<guide><reference type="cover" href="a.xhtml"/></guide>'
INPUTS = {
    "table": (stackexchange, TABLE),
    "archive": (stackexchange, dumps.archive({"Comments.xml": b"<comments></comments>", "Posts.xml": TABLE})),
    "book": (epub, books.book(PAGES, after=GUIDE)),
}
NOISE = [b"\xff" * 8, b"\0" * 4, b'"', b"<row ", b"/>", b"PK\1\2", b"&#xD800;", b"]]>", b"7z\xbc\xaf\x27\x1c"]
PUT = st.binary(max_size=4) | st.sampled_from(NOISE)
EDIT = st.tuples(st.integers(0, 1 << 20), st.booleans(), st.integers(0, 40), PUT)


def damaged(content: bytes, edits: list[tuple[int, bool, int, bytes]]) -> bytes:
    """Bytes replaced, anywhere or near the end, where archives keep what everything else hangs on."""
    for place, near_end, length, put in edits:
        at = max(len(content) - 1 - place % 300, 0) if near_end else place % max(len(content), 1)
        content = content[:at] + put + content[at + length :]
    return content


@pytest.mark.parametrize("name", INPUTS)
@given(st.lists(EDIT, min_size=1, max_size=6))
def test_damage_is_told_and_never_raised(tmp_path_factory, name: str, edits) -> None:
    module, content = INPUTS[name]
    path = tmp_path_factory.getbasetemp() / f"damaged-{name}"
    path.write_bytes(damaged(content, edits))
    piece = Piece(name, 0, "x", str(path), name, 0, -1, 0)
    bodies, heads = (list(module.read(piece, Options({}, wanted, 1 << 20))) for wanted in (True, False))
    for record in bodies:
        assert record.status != "ok" or record.body is not None
        record.body = None
    assert bodies == heads
    assert len({record.offset for record in bodies}) == len(bodies)
