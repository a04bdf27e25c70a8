"""Tar archives read forward: names, sizes, damage, and what never happens whatever a header states."""

import io
import struct
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.sources.archives.tape import Seekable, Streamed
from curate.sources.archives.tar import Member, is_header, members
from curate.sources.compressed import Broken
from tests.sources.archives import tar

NAMES = ["a/b.py", "a\nb", "x" * 5000, "a/\udcff.py", "ü" * 90, "f/" * 60 + "long.py"]
SHOWN = [name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace") for name in NAMES]


def packed(files: dict[str, bytes], format: int) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w", format=format, errors="surrogateescape") as archive:
        for name, body in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(body)
            archive.addfile(member, io.BytesIO(body))
    return held.getvalue()


def header(name: bytes, size: int | bytes, kind: bytes = b"0") -> bytes:
    block = bytearray(512)
    block[: len(name)] = name
    block[124:136] = size if isinstance(size, bytes) else b"%011o\0" % size
    block[156:157], block[148:156] = kind, b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def seen(content: bytes, limit: int = 1 << 40, chunk: int = 700) -> list[Member]:
    """By streaming, which has to agree with seeking."""
    pieces = (content[at : at + chunk] for at in range(0, len(content), chunk))
    found = list(members(Streamed(iter(pieces), limit)))
    assert found == list(members(Seekable(io.BytesIO(content))))
    return found


@pytest.mark.parametrize("format", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
def test_every_name_is_found_at_the_byte_where_its_first_header_lies(format: int) -> None:
    content = packed({name: b"x" * at * 300 for at, name in enumerate(NAMES)}, format)
    found = seen(content)
    assert [member.name for member in found] == SHOWN
    assert [member.size for member in found] == [at * 300 for at in range(len(NAMES))]
    for member in found:
        assert next(members(Seekable(io.BytesIO(content), member.offset))) == member


def test_links_hold_nothing_whatever_size_they_state() -> None:
    content = header(b"link", 5000, b"2") + header(b"hard", 5000, b"1") + header(b"a", 1) + b"x" + bytes(511)
    assert [(m.name, m.status, m.size) for m in seen(content)] == [
        ("link", "link", 0),
        ("hard", "link", 0),
        ("a", "ok", 1),
    ]


def test_a_name_that_was_stated_for_a_damaged_member_is_not_given_to_the_next() -> None:
    content = header(b"././@LongLink", 5, b"L") + b"first" + bytes(507) + b"\xff" * 512 + header(b"second", 0)
    assert [(m.offset, m.name, m.status) for m in seen(content)] == [(1024, "", "broken_tar"), (1536, "second", "ok")]


@pytest.mark.parametrize("size", [b"77777777777\0", struct.pack(">IQ", 1 << 31, 1 << 55)])
def test_no_stated_size_is_too_large_to_pass_over(size: bytes) -> None:
    assert [m.name for m in seen(header(b"huge", size) + header(b"inside", 0))] == ["huge"]


def test_old_headers_summed_over_signed_bytes_are_headers() -> None:
    block = bytearray(header("ü".encode(), 0))
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(byte - 256 if byte > 127 else byte for byte in block)
    assert is_header(bytes(block))


def test_the_end_inside_a_header_is_told() -> None:
    content = tar({"a": ""})[:512] + header(b"b", 0)[:100]
    assert [(m.offset, m.status) for m in seen(content)] == [(0, "ok"), (512, "truncated")]


def test_what_is_passed_over_counts_against_the_limit() -> None:
    content = header(b"large", 1 << 20) + bytes(1 << 20) + header(b"b", 0)
    assert len(seen(content)) == 2
    with pytest.raises(Broken, match="too_large"):
        seen(content, limit=1 << 19)


@given(st.data())
def test_damaged_archives_are_read_alike_by_streaming_and_seeking(data: st.DataObject) -> None:
    content = bytearray(packed({name: b"x" * 700 for name in NAMES}, tarfile.PAX_FORMAT))
    for at, byte in data.draw(st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), max_size=9)):
        content[at] = byte
    found = seen(bytes(content[: data.draw(st.integers(0, len(content)))]), chunk=data.draw(st.integers(1, 3000)))
    assert len({member.offset for member in found}) == len(found)
