"""Documents as rows of one length: concatenated, each ended by end-of-text, cut at the length, nothing lost.

A row lists its pieces (where it begins, of which document, at which token, how many bytes of text), so a trainer can
keep attention inside documents, count bits per byte, and say which documents a step has seen. No token is dropped and
only the last row is padded: best-fit packing (Ding et al. 2024) cuts fewer documents, but a row would then depend on
all others of its task; here a row depends on the order alone, and a task streams.

The caller decides order and repeats (curate.mix.order). One numba pass, a few ns a token.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from curate.kernels.jit import kernel
from schemas.tokens import tokens as contract


class Packer:
    """Packs batch after batch; holds at most one unfinished row. What comes out does not depend on the batches."""

    def __init__(self, length: int, end_of_text: int, padding: int, token_bytes: np.ndarray) -> None:
        self._schema = contract(length).schema
        self._length = length
        self._end_of_text = end_of_text
        self._padding = padding
        self._token_bytes = token_bytes.astype(np.int32)
        self._row = np.zeros(0, np.int32)
        self._pieces = np.zeros((0, 4), np.int64)  # start, id, offset, bytes of each piece of the unfinished row

    def add(
        self, ids: np.ndarray, tokens: np.ndarray, offsets: np.ndarray, order: np.ndarray | None = None
    ) -> pa.RecordBatch:
        """The rows that these documents fill, taken in `order` (indices into `ids`, with repeats; as they stand)."""
        if len(tokens) and not 0 <= int(tokens.min()) <= int(tokens.max()) < len(self._token_bytes):
            raise ValueError(f"token ids {tokens.min()} to {tokens.max()} are not of a vocabulary of "
                             f"{len(self._token_bytes)}; was it encoded with another?")
        order = np.arange(len(ids)) if order is None else order
        if len(order) and not 0 <= int(order.min()) <= int(order.max()) < len(ids):
            raise ValueError(f"order names documents {order.min()} to {order.max()} of {len(ids)}")
        row, pieces, rows = _pack(
            _plain(ids, np.int64), _plain(tokens, np.int32), _plain(offsets, np.int64), _plain(order, np.int64),
            self._length, self._end_of_text, self._token_bytes, self._row, self._pieces,
        )
        full = int(np.searchsorted(rows, len(row) // self._length))
        whole = len(row) - len(row) % self._length
        batch = self._batch(row[:whole], pieces[:full], rows[:full])
        self._row, self._pieces = row[whole:].copy(), pieces[full:].copy()
        return batch

    def finish(self) -> pa.RecordBatch:
        """The last row, padded; no row if nothing is left. The packer is empty again."""
        used = len(self._row)
        padded = np.full(self._length if used else 0, self._padding, np.int32)
        padded[:used] = self._row
        batch = self._batch(padded, self._pieces, np.zeros(len(self._pieces), np.int64), used)
        self._row, self._pieces = self._row[:0], self._pieces[:0]
        return batch

    def _batch(self, row: np.ndarray, pieces: np.ndarray, rows: np.ndarray, used: int | None = None) -> pa.RecordBatch:
        count = len(row) // self._length
        ends = pa.array(np.searchsorted(rows, np.arange(count + 1)).astype(np.int32))
        columns = [
            pa.FixedSizeListArray.from_arrays(pa.array(row), self._length),
            pa.array(np.full(count, self._length if used is None else used, np.int32)),
        ]
        for column, name in enumerate(["starts", "ids", "offsets", "bytes"]):
            type = self._schema.field(name).type
            columns.append(pa.ListArray.from_arrays(ends, pa.array(pieces[:, column], type.value_type), type=type))
        cast = [column.cast(field.type) for column, field in zip(columns, self._schema, strict=True)]
        return pa.RecordBatch.from_arrays(cast, schema=self._schema)


def _plain(array: np.ndarray, type: type) -> np.ndarray:
    """Contiguous, writable and of one type, so that numba compiles once."""
    array = np.ascontiguousarray(array, type)
    return array if array.flags.writeable else array.copy()


@kernel
def _pack(ids, tokens, offsets, order, length, end_of_text, token_bytes, carried, carried_pieces):
    """All tokens in a row after those carried, the pieces they are cut into, and the row of each piece."""
    total = len(carried)
    for document in order:
        total += offsets[document + 1] - offsets[document] + 1
    row = np.empty(total, np.int32)
    row[: len(carried)] = carried
    most = len(carried_pieces) + len(order) + total // length + 1  # a piece ends where a document or a row does
    pieces = np.empty((most, 4), np.int64)
    rows = np.zeros(most, np.int64)
    pieces[: len(carried_pieces)] = carried_pieces
    piece, at = len(carried_pieces) - 1, len(carried)
    for document in order:
        first, last = offsets[document], offsets[document + 1]
        for source in range(first, last + 1):
            if source == first or at % length == 0:
                piece += 1
                pieces[piece, 0] = at % length
                pieces[piece, 1] = ids[document]
                pieces[piece, 2] = source - first
                pieces[piece, 3] = 0
                rows[piece] = at // length
            if source < last:
                row[at] = tokens[source]
                pieces[piece, 3] += token_bytes[tokens[source]]
            else:
                row[at] = end_of_text
            at += 1
    return row, pieces[: piece + 1], rows[: piece + 1]
