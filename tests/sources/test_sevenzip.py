"""7z archives by the chunk: what is wanted, no more than it takes, and nothing of a storage's failure in the status."""

import io

import pytest

from curate.sources.archives.sevenzip import chunks
from curate.sources.compressed import CHUNK, Broken
from tests.sources.dumps import archive


def test_members_are_chosen_by_ending_and_come_in_chunks() -> None:
    members = {"a.xml": b"a" * (3 * CHUNK), "b.txt": b"b" * 9, "dir/C.XML": b"c" * 5}
    found = list(chunks(io.BytesIO(archive(members)), ".xml"))
    assert b"".join(found) == members["a.xml"] + members["dir/C.XML"] and max(map(len, found)) <= CHUNK


def test_what_lies_behind_the_last_wanted_member_is_not_unpacked() -> None:
    import random

    noise = random.Random(0).randbytes(200_000)
    packed = bytearray(archive({"a.xml": b"first", "z.bin": noise}))
    packed[150_000] ^= 255
    assert b"".join(chunks(io.BytesIO(bytes(packed)), ".xml")) == b"first"
    with pytest.raises(Broken, match="broken_7z"):
        list(chunks(io.BytesIO(bytes(packed)), ".bin"))


def test_a_storage_that_fails_is_no_broken_archive() -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 32:
                raise OSError(5, "Input/output error")
            return super().read(size)

    with pytest.raises(OSError, match="Input/output"):
        list(chunks(Failing(archive({"a.xml": b"x" * 1000})), ".xml"))


@pytest.mark.parametrize("content", [b"7z", b"7z\xbc\xaf\x27\x1c" + bytes(26), b"7z\xbc\xaf\x27\x1c" + b"\xff" * 60])
def test_heads_without_an_archive_are_broken(content: bytes) -> None:
    with pytest.raises(Broken):
        list(chunks(io.BytesIO(content)))


def test_a_member_without_a_name_is_read(data) -> None:
    with open(data / "wikipedia" / "aawiki-20260101-pages-meta-history.xml.7z", "rb") as stream:
        assert sum(map(len, chunks(stream, ".xml"))) == 3_694_126
