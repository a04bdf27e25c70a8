"""A rank's file of the newest checkpoint, kept in the memory of its own node as well: where a restart reads it.

After a fault nearly all nodes are the same as before, and what thousands of ranks wait for is one store that they all
read at once. With `checkpoints.near: /dev/shm` each finds its own part beside itself; a node that is new reads the
store, alone. What is read is compared with the digests in complete.json, block by block, so a copy that is stale, cut
short or somebody else's is no harm: the store serves.

It costs memory for a rank's file, twice while the next is written: 2.4 GB a node for 405B on 2,048 nodes. The files go
when training ends or leaves; those of a run that was killed and never continued stay until someone removes them.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import xxhash


class Near:
    def __init__(self, root: str, url: str) -> None:
        """`url` is that of the checkpoints; runs that share `root` do not meet."""
        self.root = Path(root) / f"curate-{xxhash.xxh3_64_hexdigest(url.encode())}"

    def write(self, path: str, content: memoryview) -> bool:
        """Keep a copy of the file at `path`; whether there was room."""
        file = self._file(path)
        part = file.with_name(f".{file.name}.{os.getpid()}")
        try:
            self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
            part.write_bytes(content)
            os.replace(part, file)
            return True
        except OSError:
            with suppress(OSError):
                part.unlink()
            return False

    def read(self, path: str, start: int, stop: int) -> bytes | None:
        """Bytes of the copy, where there is one; whoever asks compares digests."""
        try:
            with open(self._file(path), "rb") as file:
                file.seek(start)
                return file.read(stop - start)
        except OSError:
            return None

    def keep_only(self, path: str) -> None:
        """Remove what the rank of `path` kept before."""
        rank = path.rpartition("-rank-")[2]
        for other in self._of_rank(rank):
            if other != self._file(path):
                with suppress(OSError):
                    other.unlink()

    def forget(self, rank: int) -> None:
        """Remove all that this rank kept, and the folder when nobody else has anything in it."""
        for file in self._of_rank(f"{rank:05d}.safetensors"):
            with suppress(OSError):
                file.unlink()
        with suppress(OSError):
            self.root.rmdir()

    def _of_rank(self, rank: str) -> list[Path]:
        with suppress(OSError):
            return sorted(file for file in self.root.iterdir() if file.name.endswith(f"-rank-{rank}"))
        return []

    def _file(self, path: str) -> Path:
        return self.root / path.replace("/", "-")
