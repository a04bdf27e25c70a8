"""What a task of `pack` writes: the text of its documents, and their tokens in packed rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from curate.recipe.classifiers import PREFIX
from curate.storage import join
from pipelines import tables, together
from pipelines.context import Context
from pipelines.output import ParquetFile, ShardOutput
from schemas import TEXT, make_ids

ABOUT = ["row", "uid", "url", "path", "source", "group", "language", "date", "license", "member", "code_language"]
FEED = 1 << 13  # documents handed to the packer at once


def write_text(
    context: Context, out: ShardOutput, category: str, part: int, shards: list[int]
) -> tuple[int, dict[str, int]]:
    """`text/category=…/part-…`, by (shard, row). Returns the documents, and tokens with repeats by language."""
    url = join(context.folder(), "text", f"category={category}", f"part-{part:05d}.parquet")
    schema = TEXT.with_columns(score_fields(context))
    scored = [name for name in schema.names if name.startswith(PREFIX)]
    file, documents, languages = out.parquet("text", schema, url), 0, dict[str, int]()
    for shard in shards:
        chosen = _chosen(context, shard, category)
        meta = tables.in_row_order(tables.read(context, "documents", shard, "extract", ABOUT), chosen["row"].to_numpy())
        meta = _licences_masked(meta, context.recipe.pii.replace) if context.recipe.pii else meta
        scores = tables.read(context, "scores", shard, "score", ["row", *scored]) if scored else None
        for batch in _clean(context, shard, chosen, ["row", "text"]):
            rows = batch["row"].to_numpy()
            about, own = tables.in_row_order(meta, rows), tables.in_row_order(chosen, rows)
            columns = {
                "id": pa.array(make_ids(shard, rows)),
                "text": batch["text"],
                "tokens": own["tokens"],
                "repeats": own["copies"],
            }
            columns |= {name: about[name] for name in ABOUT if name != "row"}
            if scores is not None:
                said = scores.take(pa.array(np.searchsorted(scores["row"].to_numpy(), rows)))
                columns |= {name: said[name] for name in scored}
            file.write(pa.table([columns[name] for name in schema.names], schema=schema))
            documents += len(rows)
            for language, copies, tokens in zip(
                about["language"].to_pylist(), own["copies"].to_pylist(), own["tokens"].to_pylist(), strict=True
            ):
                languages[language] = languages.get(language, 0) + copies * tokens
    return documents, languages


def score_fields(context: Context) -> list[pa.Field]:
    """Columns of text/ that classifiers give."""
    if not context.recipe.classifiers:
        return []
    from pipelines.classify.columns import fields
    from pipelines.classify.models import models

    return fields(models(context))


def _licences_masked(meta: pa.Table, kinds: Sequence[str]) -> pa.Table:
    """With tokens in what pages state as their licence, which may be anything: a mail address, or a URL with one."""
    from curate.pii import masked_urls

    stated = meta["license"].combine_chunks().dictionary_encode()
    names = pa.array(masked_urls(stated.dictionary.to_pylist(), kinds), pa.string())
    at = meta.schema.get_field_index("license")
    return meta.set_column(at, meta.schema.field(at), names.take(stated.indices))


def write_tokens(
    context: Context, out: ShardOutput, category: str, part: int, shards: list[int], length: int
) -> dict[str, int]:
    """`tokens/sequence=…/category=…/part-…`. Returns documents (with repeats), tokens with end-of-text, and rows."""
    from curate.mix.pack import Packer
    from curate.mix.write import ROW_GROUP_TOKENS, schema, write_options
    from pipelines.tokens import tokenizer

    encoder = tokenizer(context.recipe)
    url = join(context.folder(), "tokens", f"sequence={length}", f"category={category}", f"part-{part:05d}.parquet")
    file = out.parquet(f"tokens-{length}", schema(length, encoder), url, **write_options())
    packer = Packer(length, encoder.end_of_text, encoder.padding, encoder.token_bytes)
    ids, values, starts, order = _in_order(context, category, shards)
    packed = {"documents": len(order), "tokens": 0, "rows": 0}
    rows: list[pa.RecordBatch] = []
    for at in range(0, len(order), FEED):
        rows.append(packer.add(ids, values, starts, order[at : at + FEED]))
        if sum(batch.num_rows for batch in rows) * length >= ROW_GROUP_TOKENS:
            _write(file, rows, packed, length)
    rows.append(packer.finish())
    _write(file, rows, packed, length)
    return packed


def _write(file: ParquetFile, rows: list[pa.RecordBatch], packed: dict[str, int], length: int) -> None:
    from curate.mix.write import ROW_GROUP_TOKENS

    table = pa.Table.from_batches(rows)
    # Some thousand books are many row groups, and one is the least that a loader holds.
    file.write(table, row_group=max(ROW_GROUP_TOKENS // length, 1))
    packed["rows"] += table.num_rows
    packed["tokens"] += pc.sum(table["length"]).as_py() or 0
    rows.clear()


def _in_order(
    context: Context, category: str, shards: list[int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """ids, flat tokens, their offsets, and the order to pack: documents with their copies by hash(seed, key, copy).

    A document's key is its uid, or that of the repository whose files stay together; these then come by (copy, row).
    """
    from curate.mix.order import order_hash

    ids, keys, copies, values, lengths = _gather(context, category, shards)
    index = np.repeat(np.arange(len(ids)), copies)
    copy = np.arange(len(index)) - np.repeat(np.cumsum(copies) - copies, copies)
    order = np.lexsort((index, copy, keys[index], order_hash(context.recipe.mix.seed, keys[index], copy)))
    return ids, values, np.concatenate([[0], np.cumsum(lengths)]), index[order]


def _gather(context: Context, category: str, shards: list[int]) -> tuple[np.ndarray, ...]:
    """ids, keys, copies, flat tokens and lengths of the task's documents, by (shard, row).

    Tokens are what a task holds most of: they are copied once, into an array that was made for all of them.
    """
    chosen = {shard: _chosen(context, shard, category) for shard in shards}
    flat = np.empty(sum(pc.sum(table["tokens"]).as_py() or 0 for table in chosen.values()), np.int32)
    parts: list[list[np.ndarray]] = [[], [], [], []]
    filled = 0
    for shard, table in chosen.items():
        about = tables.read(context, "documents", shard, "extract", ["row", *together.COLUMNS])
        meta = tables.in_row_order(about, table["row"].to_numpy())
        keys = together.keys(context.recipe, meta)
        for batch in _clean(context, shard, table, ["row", "tokens"]):
            rows, tokens = batch["row"].to_numpy(), batch["tokens"].flatten().to_numpy()
            flat[filled : filled + len(tokens)] = tokens
            filled += len(tokens)
            found = (
                make_ids(shard, rows),
                keys[np.searchsorted(meta["row"].to_numpy(), rows)],
                tables.in_row_order(table, rows)["copies"].to_numpy(),
                batch["tokens"].value_lengths().to_numpy(),
            )
            for part, values in zip(parts, found, strict=True):
                part.append(values)
    types = (np.int64, np.uint64, np.int64, np.int64)
    ids, all_keys, copies, lengths = (
        np.concatenate([np.empty(0, t), *p], dtype=t) for p, t in zip(parts, types, strict=True)
    )
    return ids, all_keys, copies, flat[:filled], lengths


def _chosen(context: Context, shard: int, category: str) -> pa.Table:
    """(row, category, tokens, copies) of the shard's documents of this category in the mix."""
    table = tables.read(context, "mix", shard, "mix")
    return table.filter(pc.equal(table["category"], category))


def _clean(context: Context, shard: int, chosen: pa.Table, columns: list[str]) -> Iterator[pa.RecordBatch]:
    rows = chosen["row"].to_numpy()
    for batch in tables.batches(context, "clean", shard, "clean", columns):
        mine = batch.filter(pa.array(np.isin(batch["row"].to_numpy(), rows, assume_unique=True)))
        if mine.num_rows:
            yield mine
