"""What a family declares of each of its signals."""

from __future__ import annotations

from typing import NamedTuple

import pyarrow as pa


class Signal(NamedTuple):
    """One number a document: its Arrow type, its unit, what it means, the paper or rule it comes from.

    `formula` says it in plain notation, where the meaning leaves a question: `sum(chars of words) / words`.
    """

    type: pa.DataType
    unit: str
    meaning: str
    source: str
    formula: str = ""
