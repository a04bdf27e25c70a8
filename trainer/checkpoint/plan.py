"""Who writes what: each piece once, by the rank with the least to write so far among those that hold it.

Replicas (of data parallelism, or of what tensor parallelism does not cut) would otherwise be written by every rank.
The plan is made at the first save by rank 0 and stays, because what a rank holds stays; it costs one exchange of
names. Each rank writes one safetensors file, its pieces in order of element size, so that all lie aligned without gaps.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from trainer.checkpoint.pieces import Piece, pieces_of
from trainer.checkpoint.ranks import Ranks
from trainer.errors import TrainingError

Tensors = dict[str, dict[str, Tensor]]  # kind (model, first, second), then the tensor's name
Index = dict[str, dict[str, Any]]  # kind, name: {"dtype", "shape", "pieces": [[rank, byte, starts, sizes], ...]}

# As safetensors names them.
DTYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "F8_E4M3": torch.float8_e4m3fn,
    "F8_E5M2": torch.float8_e5m2,
    "I64": torch.int64,
    "I32": torch.int32,
    "I16": torch.int16,
    "I8": torch.int8,
    "U8": torch.uint8,
    "BOOL": torch.bool,
}
_NAMES = {dtype: name for name, dtype in DTYPES.items()}
Said = list[Any]  # kind, name, dtype, shape, starts, sizes


@dataclass(frozen=True)
class Plan:
    described: list[Said]  # what this rank holds
    ours: list[int]  # which of it this rank writes, in the order in which it lies in the file
    head: bytes  # of the safetensors file
    offsets: list[int]  # in the file, of each of ours
    size: int  # of the file
    index: Index  # of all ranks; empty but on rank 0


def holdings(tensors: Tensors) -> tuple[list[Said], list[Piece]]:
    """All pieces that this rank holds, in one order: what is said of them to others, and they themselves."""
    said, held = [], []
    for kind in sorted(tensors):
        for name in sorted(tensors[kind]):
            tensor = tensors[kind][name]
            for piece in pieces_of(tensor):
                said.append([kind, name, _NAMES[tensor.dtype], [*tensor.shape], [*piece.starts], [*piece.sizes]])
                held.append(piece)
    return said, held


def plan(said: list[Said], ranks: Ranks) -> Plan:
    """Agree with the others; all ranks call it at once."""
    all_said = ranks.gather(said)
    ours: list[int] = ranks.scattered(lambda: shared_out(all_said))
    ours.sort(key=lambda at: (-DTYPES[said[at][2]].itemsize, at))
    head, offsets, size = _file(said, ours)
    placed = ranks.gather([[at, offset] for at, offset in zip(ours, offsets, strict=True)])
    return Plan(said, ours, head, offsets, size, _index(all_said, placed))


def shared_out(all_said: list[list[Said]]) -> list[list[int]]:
    """For each rank, which of its pieces it writes."""
    holders: dict[str, list[tuple[int, int]]] = {}
    for rank, said in enumerate(all_said):
        for at, piece in enumerate(said):
            holders.setdefault(json.dumps(piece), []).append((rank, at))
    shares: list[list[int]] = [[] for _ in all_said]
    bytes_of = [0] * len(all_said)
    volumes: dict[tuple[str, str], list[int]] = {}
    # Those that only one rank holds come first: the others then even out what is left.
    for piece_json, held in sorted(holders.items(), key=lambda item: (len(item[1]) > 1, item[0])):
        kind, name, dtype, shape, _, sizes = json.loads(piece_json)
        rank, at = min(held, key=lambda one: (bytes_of[one[0]], one[0]))
        shares[rank].append(at)
        bytes_of[rank] += math.prod(sizes) * DTYPES[dtype].itemsize
        volume = volumes.setdefault((kind, name), [math.prod(shape), 0])
        volume[1] += math.prod(sizes)
    for (kind, name), (whole, held_of_it) in volumes.items():
        if whole != held_of_it:
            raise TrainingError(
                f"{kind}/{name}: the ranks hold {held_of_it} of its {whole} elements, each counted once; "
                "give each rank's part as a DTensor, or the same whole tensor everywhere"
            )
    return shares


def _file(said: list[Said], ours: list[int]) -> tuple[bytes, list[int], int]:
    """Head, each piece's byte, and size of this rank's file."""
    header: dict[str, Any] = {}
    at = 0
    begins = []
    for number in ours:
        kind, name, dtype, shape, starts, sizes = said[number]
        size = math.prod(sizes) * DTYPES[dtype].itemsize
        key = f"{kind}/{name}" + ("" if sizes == shape else "@" + ",".join(map(str, starts)))
        header[key] = {"dtype": dtype, "shape": sizes, "data_offsets": [at, at + size]}
        begins.append(at)
        at += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    head = len(text).to_bytes(8, "little") + text
    return head, [len(head) + begin for begin in begins], len(head) + at


def _index(all_said: list[list[Said]], placed: list[list[list[int]]]) -> Index:
    index: Index = {}
    for rank, written in enumerate(placed):
        for at, offset in written:
            kind, name, dtype, shape, starts, sizes = all_said[rank][at]
            entry = index.setdefault(kind, {}).setdefault(name, {"dtype": dtype, "shape": shape, "pieces": []})
            entry["pieces"].append([rank, offset, starts, sizes])
    return index
