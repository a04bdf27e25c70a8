"""arXiv's tars of papers: identity, address, date, statuses, cuts, and what is broken."""

import gzip
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from curate.recipe import of_inputs
from curate.sources import Piece, Record, find
from curate.sources.arxiv import cuts, read, recognise
from curate.sources.record import Options
from tests.sources.papers import PAPER, eprint, tar

JANUARY_2024, AUGUST_1991 = 1704067200, 681004800


def records(
    content: bytes, make: Callable[..., Piece], name: str = "arXiv_src_2401_001.tar", **options
) -> list[Record]:
    return list(read(make("arxiv", content, name), Options({}, **options)))


def test_a_member_is_a_record_with_its_byte_address_and_month(piece) -> None:
    content = tar({"2401/2401.00001.gz": eprint(PAPER), "9108/hep-th9108001.gz": eprint({"p.tex": PAPER})})
    new, old = records(content, piece)
    assert (new.offset, new.member, new.url) == (0, "2401/2401.00001.gz", "https://arxiv.org/abs/2401.00001")
    assert (new.date, new.media, new.status, new.body) == (JANUARY_2024, "latex", "ok", PAPER)
    assert (old.url, old.date, old.body) == ("https://arxiv.org/abs/hep-th/9108001", AUGUST_1991, PAPER)
    assert content[old.offset : old.offset + 21] == b"9108/hep-th9108001.gz"


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", "empty"),
        (gzip.compress(b" \n", mtime=0), "empty"),
        (gzip.compress(b"%auto-ignore\nThis paper has been withdrawn", mtime=0), "withdrawn"),
        (gzip.compress(b"This paper has been withdrawn by the author due to an error.", mtime=0), "withdrawn"),
        (gzip.compress(b"%PDF-1.5 ...", mtime=0), "pdf_only"),
        (gzip.compress(b"%!PS-Adobe-2.0", mtime=0), "postscript_only"),
        (gzip.compress(b"no markup at all", mtime=0), "no_main_tex"),
        (eprint({"fig.tex": "\\foo", "a.tex": "\\bar"}), "no_main_tex"),
        (eprint({"a.tex": "%auto-ignore\n"}), "withdrawn"),
        (eprint(PAPER)[:-20], "truncated"),
        (eprint(PAPER)[:10] + b"\xff" * 40, "broken_gzip"),
        (eprint({"a.tex": PAPER, "b.tex": "x" * 90_000}), "too_large"),
        (gzip.compress(bytes(5_000_000), mtime=0), "too_large"),
    ],
)
def test_what_has_no_text_says_why(content: bytes, status: str, piece) -> None:
    found, after = records(
        tar({"2401/2401.00001.gz": content, "2401/2401.00002.gz": eprint(PAPER)}), piece, max_bytes=80_000
    )
    assert (found.status, found.body, after.status) == (status, None, "ok")


def test_a_pdf_needs_no_reading_to_have_its_status(piece) -> None:
    content = tar({"2401/2401.00001.pdf": b"%PDF"})
    for bodies in (True, False):
        assert [record.status for record in records(content, piece, bodies=bodies)] == ["pdf_only"]


def test_links_devices_and_folders_hold_no_paper(piece) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for kind in (tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            member = tarfile.TarInfo("2401" if kind == tarfile.DIRTYPE else "2401/2401.00001.gz")
            member.type, member.linkname = kind, "/etc/passwd"
            archive.addfile(member)
    assert records(packed.getvalue(), piece) == []


def test_pieces_own_the_members_that_start_in_them(piece, tmp_path: Path) -> None:
    content = tar({f"2401/2401.0000{n}.gz": eprint(PAPER + "%" * n * 700) for n in range(1, 8)})
    (tmp_path / "x.tar").write_bytes(content)
    parts = cuts(str(tmp_path / "x.tar"), len(content), content, 2000)
    assert len(parts) > 2 and sum(length for *_, length in parts) == len(content)
    whole = records(content, piece)
    made = piece("arxiv", content)
    split = [
        record
        for start, end, length in parts
        for record in read(Piece("arxiv", 0, "papers", made.url, made.path, start, end, length), Options({}))
    ]
    assert split == whole and len(whole) == 7


def test_a_damaged_header_costs_its_member_alone(piece) -> None:
    content = bytearray(tar({f"2401/2401.0000{n}.gz": eprint(PAPER) for n in (1, 2, 3)}))
    second = bytes(content).index(b"2401/2401.00002.gz")
    content[second + 124 : second + 136] = b"99999999999\0"
    found = records(bytes(content), piece)
    assert [(record.status, record.offset) for record in found][:2] == [("ok", 0), ("broken_tar", second)]
    assert [(record.status, record.member) for record in found][-1] == ("ok", "2401/2401.00003.gz")


def test_a_tar_that_ends_inside_a_member_says_so(piece) -> None:
    content = tar({"2401/2401.00001.gz": eprint(PAPER)})
    assert [record.status for record in records(content[:550], piece)] == ["truncated"]


@pytest.mark.parametrize("bodies", [True, False])
def test_one_paper_s_own_source_is_a_record_too(bodies: bool, piece) -> None:
    for name, content in {"2401.00001.gz": eprint(PAPER), "hep-th9108001.tar.gz": eprint({"a.tex": PAPER})}.items():
        (found,) = records(content, piece, name, bodies=bodies)
        assert found.status == "ok" and (found.url or "").startswith("https://arxiv.org/abs/")
        assert found.body == (PAPER if bodies else None)


def test_papers_are_told_from_other_archives_and_texts(tmp_path: Path) -> None:
    files = {
        "arXiv_src_2401_001.tar": tar({"2401/2401.00001.gz": eprint(PAPER)}),
        "2401.00002.gz": eprint(PAPER),
        "2401.00003v2.tar.gz": eprint({"main.tex": PAPER}),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    pieces, unknown = find(of_inputs([str(tmp_path)]))
    assert (
        not unknown and {(piece.source, piece.group) for piece in pieces} == {("arxiv", "papers")} and len(pieces) == 3
    )
    assert not recognise("project-1.0.tar", tar({"project/main.tex": PAPER}))
    assert not recognise("paper.tex", PAPER.encode())
    assert not recognise("2401.00001", b"plain text without markup")


def test_a_paper_s_figures_do_not_count_against_its_limit(piece) -> None:
    content = tar({"2401/2401.00001.gz": eprint({"a.tex": PAPER, "b.eps": b"%!PS" + bytes(300_000)})})
    assert [record.status for record in records(content, piece, max_bytes=60_000)] == ["ok"]


def test_main_files_of_the_development_papers_are_those_of_its_index(data: Path) -> None:
    listed = {row["id"]: row for row in map(json.loads, (data / "arxiv/index.jsonl").read_text().splitlines())}
    seen = set()
    for path in sorted((data / "arxiv/src").glob("*.tar")):
        with tarfile.open(path) as archive:
            for record in read(Piece("arxiv", 0, "papers", str(path), path.name, 0, -1, 0), Options({})):
                paper = listed[(record.url or "").rsplit("/", 1)[-1]]
                seen.add(paper["id"])
                assert record.status == ("ok" if "main_tex" in paper else "pdf_only")
                if paper["kind"] == "gzipped tar":
                    inner = gzip.decompress(archive.extractfile(record.member).read())
                    with tarfile.open(fileobj=io.BytesIO(inner)) as files:
                        main = files.extractfile(paper["main_tex"]).read()
                    assert record.body.encode()[:40] == main[:40], paper["id"]
    assert seen == set(listed)
