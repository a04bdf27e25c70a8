"""What a file of source code is besides code: vendored, generated, minified, a lock file, a test; and data in it.

Flags are 0 or 1, told by path and first lines (`curate.file_flags`), of documents that have a name as a file: members
of archives and repositories, text files, documents whose address ends in one. Prose of the web is never asked.

`data_ratio` is the part of the text that is encoded or tabulated data: base64, digests, tables of numbers. StarCoder 2
(Lozhkov et al. 2024, 2.1) drops files of which that is more than half, or more than 1,024 characters in one place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from curate.signals._signal import Signal

if TYPE_CHECKING:
    from curate.kernels.scan import Scan

LINGUIST = "ours, after linguist's vendor.yml and generated.rb"
LOZHKOV = "Lozhkov et al. 2024, 2.1; the runs are ours"
SIGNALS = {
    "vendored": Signal(pa.int8(), "0 or 1", "lies where copies of other projects lie", LINGUIST),
    "generated": Signal(pa.int8(), "0 or 1", "a program made it, as its name or a comment at its top says", LINGUIST),
    "minified": Signal(pa.int8(), "0 or 1", "JavaScript or CSS without line breaks, or named so", LINGUIST),
    "lockfile": Signal(pa.int8(), "0 or 1", "versions that a package manager wrote down", LINGUIST),
    "test": Signal(pa.int8(), "0 or 1", "tests and what they need, by path", "ours"),
    "data_ratio": Signal(pa.float32(), "fraction", "bytes in base64, digests and tables of numbers", LOZHKOV),
    "longest_data": Signal(pa.int32(), "bytes", "the longest run of such data", LOZHKOV),
}


def compute(scan: Scan, documents: pa.RecordBatch) -> dict[str, np.ndarray]:
    """One value a document of each signal."""
    from curate.file_flags import FLAGS
    from curate.kernels.encoded import encoded
    from curate.signals._ratio import ratio

    found = np.zeros((len(scan.chars), len(FLAGS)), np.int8)
    for i, name in enumerate(_names(documents)):
        if name:
            found[i] = _flags(scan, i, name)
    total, longest = encoded(scan)
    return dict(zip(FLAGS, found.T, strict=True)) | {
        "data_ratio": ratio(total, np.diff(scan.offsets)),
        "longest_data": longest.astype(np.int32),
    }


def _flags(scan: Scan, i: int, name: str) -> tuple[bool, ...]:
    from curate.file_flags import HEAD, flags

    start, end = int(scan.offsets[i]), int(scan.offsets[i + 1])
    head = scan.data[start : min(end, start + HEAD)].tobytes().decode("utf-8", "ignore")
    lines = 1 + np.count_nonzero(scan.data[start:end] == ord("\n"))
    return flags(name, head, int(scan.chars[i]) / lines)


def _names(documents: pa.RecordBatch) -> list[str]:
    """The file names of the documents that have one and are of the group `code`, where groups are known."""
    from curate.file_name import file_name

    listed = {name: documents[name].to_pylist() for name in COLUMNS if name in documents.schema.names}
    none = [None] * documents.num_rows
    columns = [listed.get(name, none) for name in COLUMNS]
    return [
        file_name(member, source, path, url) if group in ("code", None) else ""
        for group, member, source, path, url in zip(*columns, strict=True)
    ]


COLUMNS = ("group", "member", "source", "path", "url")
