"""What a contract is: a named Arrow schema in which every field states its unit and its meaning.

The parts of Curate meet only in files. Each such file has one contract in this package; writers build their batches
from it, and `check` is what tests hold every written file against. A contract may be *open*: the fixed columns come
first and further columns (signals, scores) follow, each typed and described by the part that computes it.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True)
class Contract:
    name: str
    meaning: str
    schema: pa.Schema
    open: bool = False

    def with_columns(self, fields: list[pa.Field]) -> pa.Schema:
        """The schema of an open contract with its further columns, in name order so that files of a run agree."""
        if not self.open:
            raise ValueError(f"{self.name} is a closed contract; it takes no further columns")
        schema = self.schema
        for extra in sorted(fields, key=lambda f: f.name):
            schema = schema.append(extra)
        return schema


def field(name: str, type: pa.DataType, meaning: str, *, unit: str = "", nullable: bool = False) -> pa.Field:
    """An Arrow field that carries its unit and meaning, so that a file explains itself."""
    return pa.field(name, type, nullable, {"unit": unit, "meaning": meaning})


def check(schema: pa.Schema, contract: Contract) -> list[str]:
    """Every way in which `schema` breaks `contract`, in words; empty when it holds."""
    wrong = []
    for want in contract.schema:
        at = schema.get_field_index(want.name)
        if at < 0:
            wrong.append(f"{contract.name}: column {want.name!r} is missing")
        elif schema.field(at).type not in (want.type, _in_parquet(want.type)):
            wrong.append(f"{contract.name}: column {want.name!r} is {schema.field(at).type}, not {want.type}")
    if not contract.open:
        known = set(contract.schema.names)
        wrong += [f"{contract.name}: column {name!r} is not in the contract" for name in schema.names if name not in known]
    return wrong


def _in_parquet(type: pa.DataType) -> pa.DataType:
    """What a column of `type` is once it was in a Parquet file, which knows no seconds."""
    return pa.timestamp("ms", type.tz) if pa.types.is_timestamp(type) and type.unit == "s" else type
