"""Rights as numbers, so that rules can compare them: what is reserved, and what the stated licence allows.

`{signal: rights.noai, max: 0}` takes away what its owner keeps from training, `{signal: rights.open, min: 1}` all but
what is openly licensed. From the columns `rights` and `license` of documents alone (docs/sources.md); 1 or 0, and 0
where a source states nothing. Open are the licences that the Open Definition counts as such.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from curate.licenses.stated import RESERVED
from curate.signals._signal import Signal

if TYPE_CHECKING:
    from curate.kernels.scan import Scan

SIGNALS = {
    "noai": Signal(pa.int8(), "0 or 1", "its owner says noai, or bars robots that gather training data", "de facto"),
    "noindex": Signal(pa.int8(), "0 or 1", "its owner says noindex or none", "robots meta tag"),
    "tdm": Signal(pa.int8(), "0 or 1", "text and data mining is reserved", "TDM Reservation Protocol"),
    "licensed": Signal(pa.int8(), "0 or 1", "a licence is stated, other than that all rights are reserved", "ours"),
    "open": Signal(pa.int8(), "0 or 1", "the stated licence is open: for all ends, with changes", "Open Definition"),
    "noncommercial": Signal(pa.int8(), "0 or 1", "the stated licence bars commercial ends", "Creative Commons"),
    "noderivatives": Signal(pa.int8(), "0 or 1", "the stated licence bars changed copies", "Creative Commons"),
    "reserved": Signal(pa.int8(), "0 or 1", "a notice says that all rights are reserved", "ours"),
}  # fmt: skip
OPEN = (
    "CC0-1.0", "CC-PDM-1.0", "CC-PDDC", "LicenseRef-Public-Domain", "Public domain", "Unlicense", "MIT", "MIT-0",
    "0BSD", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Zlib", "BSL-1.0", "PSF-2.0", "Python-2.0",
)  # fmt: skip
OPEN_FAMILIES = ("Apache-", "GFDL", "GPL", "LGPL", "AGPL", "MPL-", "EPL-", "EUPL-", "CC-BY-SA", "CC-BY-")


def compute(scan: Scan, documents: pa.RecordBatch) -> dict[str, np.ndarray]:
    """One value a document of each signal."""
    rows = documents.num_rows
    rights = documents["rights"].to_pylist() if "rights" in documents.schema.names else [[]] * rows
    stated = documents["license"].to_pylist() if "license" in documents.schema.names else [None] * rows
    licences = [_parts(one) for one in stated]
    judged: dict[str, Callable[[list[str]], bool]] = {
        "licensed": lambda parts: bool(parts) and parts != [RESERVED],
        "open": lambda parts: bool(parts) and all(map(is_open, parts)),
        "noncommercial": lambda parts: any("-NC" in part for part in parts),
        "noderivatives": lambda parts: any("-ND" in part for part in parts),
        "reserved": lambda parts: RESERVED in parts,
    }
    found = {word: [word in (said or []) for said in rights] for word in ("noai", "noindex", "tdm")}
    found |= {name: [judge(parts) for parts in licences] for name, judge in judged.items()}
    return {name: np.array(values, np.int8).reshape(rows) for name, values in found.items()}


def is_open(licence: str) -> bool:
    """Whether a licence, by its SPDX name, is open."""
    if licence.startswith("CC-BY") and ("-NC" in licence or "-ND" in licence):
        return False
    return licence in OPEN or licence == "CC-BY" or licence.startswith(OPEN_FAMILIES)


def _parts(stated: str | None) -> list[str]:
    """Of several licences all hold, and of a choice (`MIT OR Apache-2.0`) any: judged as if all did."""
    names = (part.strip("()") for one in (stated or "").split(", ") for part in re.split(" (?:OR|AND) ", one))
    return [name for name in names if name]
