"""Read a checkpoint into tensors of any mesh: of each file only the blocks that this rank needs, each one checked.

What is wanted and what was written are boxes of one tensor; where two meet, the rows they share are read (a cut along
later dimensions reads whole rows and takes its columns). Reads go through each file from the front, a block is read
once, and several files are read at once, which object stores like. Memory beside the tensors: 64 MB a file.
"""

from __future__ import annotations

import errno
import json
import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import torch
from torch import Tensor

from trainer.checkpoint import layout
from trainer.checkpoint.folder import Folder, FolderError
from trainer.checkpoint.layout import Complete, Damaged, Stored
from trainer.checkpoint.near import Near
from trainer.checkpoint.pieces import Piece, pieces_of
from trainer.checkpoint.plan import DTYPES, Index, Tensors
from trainer.errors import TrainingError

_AT_ONCE = 64 << 20
_FILES = 4


@dataclass(frozen=True)
class _Read:
    """Bytes of a file, and where they go."""

    start: int
    stop: int
    dtype: torch.dtype
    rows: tuple[int, ...]  # the shape of what is read
    columns: tuple[tuple[int, int], ...]  # which of the later dimensions is wanted: from, length
    into: Tensor


def opened(folder: Folder, step: int) -> tuple[Complete, Index]:
    """What the checkpoint of `step` says of itself. Damaged where files are missing or of another size."""
    below = layout.step_folder(step)
    sizes = folder.sizes(below)
    if layout.COMPLETE not in sizes:
        raise Damaged(f"has no {layout.COMPLETE}: it was not written to its end")
    complete = Complete.of(_bytes(folder, below, layout.COMPLETE))
    for name, file in complete.files.items():
        if name not in sizes:
            raise Damaged(f"{name} is missing")
        if sizes[name] != file.bytes:
            raise Damaged(f"{name} has {sizes[name]} bytes, not {file.bytes}")
    name = layout.index_file(complete.attempt)
    index = Checked(folder, f"{below}/{name}", complete.files[name])
    return complete, json.loads(bytes(index.read(0, index.stored.bytes)))


def fill(folder: Folder, complete: Complete, index: Index, tensors: Tensors, near: Near | None = None) -> int:
    """Fill `tensors`, this rank's parts of them; the bytes that came from the store and not from `near`.

    Damaged where a block is not as it was written.
    """
    work: dict[int, list[_Read]] = {}
    for kind in sorted(tensors):
        for name, tensor in tensors[kind].items():
            for rank, read in _reads(_entry(folder, complete, index, kind, name, tensor), tensor):
                work.setdefault(rank, []).append(read)
    below = layout.step_folder(complete.step)
    files, begun = [], []
    with ThreadPoolExecutor(_FILES) as pool:
        for rank, reads in sorted(work.items()):
            name = layout.rank_file(complete.attempt, rank)
            files.append(Checked(folder, f"{below}/{name}", complete.files[name], near))
            begun.append(pool.submit(_read_all, files[-1], sorted(reads, key=lambda read: read.start)))
        for each in begun:
            each.result()
    return sum(file.fetched for file in files)


class Checked:
    """A file of which every block is compared with its digest before any byte of it is used."""

    def __init__(self, folder: Folder, path: str, stored: Stored, near: Near | None = None) -> None:
        self.folder, self.path, self.stored, self.near = folder, path, stored, near
        self.fetched = 0  # bytes from the store
        self._held: tuple[int, bytes] = (-1, b"")  # the last block read, where the next read often begins

    def read(self, start: int, stop: int) -> memoryview:
        first, last = start // layout.BLOCK, -(-stop // layout.BLOCK)
        held, block = self._held
        parts = [block] if held == first else []
        begin = first + len(parts)
        if begin < last:
            parts.append(self._fetched(begin, last))
        content = memoryview(b"".join(parts) if len(parts) > 1 else parts[0])
        self._held = (last - 1, bytes(content[(last - 1 - first) * layout.BLOCK :]))
        return content[start - first * layout.BLOCK : stop - first * layout.BLOCK]

    def _fetched(self, first: int, last: int) -> bytes:
        start, stop = first * layout.BLOCK, min(last * layout.BLOCK, self.stored.bytes)
        beside = self.near.read(self.path, start, stop) if self.near is not None else None
        if beside is not None and len(beside) == stop - start and self._wrong(beside, first) is None:
            return beside
        below, name = self.path.rsplit("/", 1)
        content = _bytes(self.folder, below, name, start, stop)
        self.fetched += len(content)
        if len(content) != stop - start:
            raise Damaged(f"{name} ends before byte {stop}")
        if (wrong := self._wrong(content, first)) is not None:
            raise Damaged(f"{name} is not as it was written, within the 8 MB from byte {wrong * layout.BLOCK}")
        return content

    def _wrong(self, content: bytes, first: int) -> int | None:
        """The first block that is not as it was written; `content` begins with block `first`."""
        for at, block in enumerate(layout.blocks(memoryview(content)), start=first):
            if layout.digest(block) != self.stored.digests[at]:
                return at
        return None


def _bytes(folder: Folder, below: str, name: str, start: int | None = None, stop: int | None = None) -> bytes:
    try:
        return folder.read(f"{below}/{name}", start, stop)
    except FileNotFoundError:
        raise Damaged(f"{name} is missing") from None
    except FolderError as error:
        if error.errno == errno.EIO:
            raise Damaged(f"{name} cannot be read: the disk has an error there") from None
        raise


def _entry(folder: Folder, complete: Complete, index: Index, kind: str, name: str, tensor: Tensor) -> dict:
    where = f"{folder.url}/{layout.step_folder(complete.step)}"
    entry = index.get(kind, {}).get(name)
    if entry is None:
        raise TrainingError(f"{where}: holds no {kind}/{name}; load it with the model that it was saved from")
    if entry["shape"] != [*tensor.shape]:
        raise TrainingError(
            f"{where}: {kind}/{name} has shape {entry['shape']} there and {[*tensor.shape]} here; "
            "load it with the model that it was saved from"
        )
    return entry


def _reads(entry: dict, tensor: Tensor) -> list[tuple[int, _Read]]:
    found = []
    for wanted in pieces_of(tensor):
        for rank, offset, starts, sizes in entry["pieces"]:
            found += [(rank, read) for read in _meeting(wanted, offset, starts, sizes, DTYPES[entry["dtype"]])]
    return found


def _meeting(wanted: Piece, offset: int, starts: list[int], sizes: list[int], dtype: torch.dtype) -> list[_Read]:
    """What to read where the wanted box and a written one meet, in reads of bounded size."""
    if not starts:
        return [_Read(offset, offset + dtype.itemsize, dtype, (), (), wanted.part)]
    low = [max(a, b) for a, b in zip(wanted.starts, starts, strict=True)]
    high = [min(a + m, b + n) for a, m, b, n in zip(wanted.starts, wanted.sizes, starts, sizes, strict=True)]
    if any(a >= b for a, b in zip(low, high, strict=True)):
        return []
    into = wanted.part
    for dim, (a, b, origin) in enumerate(zip(low, high, wanted.starts, strict=True)):
        into = into.narrow(dim, a - origin, b - a)
    columns = tuple((a - s, b - a) for a, b, s in zip(low[1:], high[1:], starts[1:], strict=True))
    row = math.prod(sizes[1:]) * dtype.itemsize
    step = max(1, _AT_ONCE // row)
    found = []
    for at in range(low[0], high[0], step):
        count = min(step, high[0] - at)
        start = offset + (at - starts[0]) * row
        part = into.narrow(0, at - low[0], count)
        found.append(_Read(start, start + count * row, dtype, (count, *sizes[1:]), columns, part))
    return found


def _read_all(file: Checked, reads: list[_Read]) -> None:
    with torch.no_grad():
        for read in reads:
            # A copy of its own: PyTorch wants memory that may be written to, and aligned.
            content = torch.frombuffer(bytearray(file.read(read.start, read.stop)), dtype=read.dtype).view(read.rows)
            for dim, (start, length) in enumerate(read.columns, start=1):
                content = content.narrow(dim, start, length)
            read.into.copy_(content)
