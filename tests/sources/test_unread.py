"""Files that are not read are told by what they are."""

import gzip
import io
import tarfile
import zipfile

import pytest

from curate.sources import find
from curate.sources.unread import reason
from tests.sources.test_find import recipe


def tar() -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as made:
        made.addfile(tarfile.TarInfo("photo"))
    return held.getvalue()


def document() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        made.writestr("[Content_Types].xml", "")
    return held.getvalue()


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "picture"),
        (b"%PDF-1.7", "PDF"),
        (b"filedesc://x.arc 0.0.0.0 2013 text/plain 1", "ARC file; convert it to WARC"),
        (b"PK\5\6" + bytes(18), "zip archive"),
        (document(), "Office document"),
        (tar(), "tar archive"),
        (b"\x7fELF\2\1\1", "program"),
    ],
)
def test_a_format_is_told_by_its_first_bytes(head: bytes, name: str) -> None:
    assert reason(head) == f"unknown kind: {name}"


def test_what_has_no_signature_is_of_unknown_kind() -> None:
    assert reason(b"") == reason(bytes(99)) == "unknown kind"


def test_the_reason_is_that_of_the_plain_bytes(tmp_path) -> None:
    (tmp_path / "a.arc.gz").write_bytes(gzip.compress(b"filedesc://x.arc 0.0.0.0 2013 text/plain 1"))
    (tmp_path / "b.txt").write_bytes(b"text")
    assert find(recipe(tmp_path))[1] == [("a.arc.gz", "unknown kind: ARC file; convert it to WARC")]
