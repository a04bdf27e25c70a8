"""Parquet files of a run, on this machine or in a store, as tables and datasets.

pyarrow opens remote files through the same fsspec file systems as everything else, so credentials and endpoints are
told in one place; columns and filters are pushed down, and only the row groups asked for travel.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from curate.storage import arrow


def read(url: str, columns: list[str] | None = None, where: pc.Expression | None = None) -> pa.Table:
    """The rows of one file for which `where` holds."""
    filesystem, path = arrow(url)
    return pq.read_table(path, columns=columns, filters=where, filesystem=filesystem)


def names(url: str) -> list[str]:
    """The columns of a file."""
    filesystem, path = arrow(url)
    return list(pq.read_schema(path, filesystem=filesystem).names)


def dataset(urls: Sequence[str], schema: pa.Schema | None = None) -> ds.Dataset:
    """Files in the order given; without any, an empty dataset of `schema`."""
    if not urls:
        return _empty(schema or pa.schema([]))
    return ds.dataset([arrow(url)[1] for url in urls], format="parquet", filesystem=arrow(urls[0])[0])


def by_category(urls: Sequence[str], folder: str, schema: pa.Schema) -> ds.Dataset:
    """Files in folders `category=...` below `folder`; the category is a column, after those that the files have."""
    category = pa.field("category", pa.string())
    if not urls:
        return _empty(schema.append(category))
    typed = pa.schema([*dataset(urls[:1]).schema, category])
    return ds.dataset(
        [arrow(url)[1] for url in urls],
        format="parquet",
        filesystem=arrow(urls[0])[0],
        schema=typed,
        partition_base_dir=arrow(folder)[1],  # a folder above may be called x=y too
        partitioning=ds.partitioning(pa.schema([category]), flavor="hive"),
    )


def _empty(schema: pa.Schema) -> ds.Dataset:
    return ds.dataset(pa.table({f.name: pa.array([], f.type) for f in schema}))
