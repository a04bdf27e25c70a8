"""Posts by thread: an answer may stand any distance behind its question, and Stack Overflow's file has 100 GB.

One pass over the posts puts each into a bucket of 65,536 numbers of questions; past `HELD` bytes the buckets are
appended to files of an own scratch folder (Zstandard, about a third of the text). Then bucket after bucket is read,
sorted and handed out, so memory holds `HELD` bytes or one bucket (of Stack Overflow about 150 MB), and threads come in
the order of their numbers. A site below `HELD` (most are) never touches the disk. The alternative, a pass over the file
for each range of numbers, would decompress it again each time, which costs more than all else.
"""

from __future__ import annotations

import marshal
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from curate.sources.stackexchange.rows import BUCKET_BITS, Post

HELD = 64 << 20
_LAST = 4095  # holds all that is above 268 million: broken rows, and what no site has
_POST_BYTES = 300  # of a post besides its text


class Threads:
    """Posts in by `add`, all posts of a thread together out of `groups`. Use as a context: it owns the scratch."""

    def __init__(self, held: int = HELD) -> None:
        self._limit, self._bytes = held, 0
        self._buckets: defaultdict[int, list[tuple]] = defaultdict(list)
        self._scratch: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Threads:
        return self

    def __exit__(self, *error: object) -> None:
        if self._scratch is not None:
            self._scratch.cleanup()

    def add(self, post: Post) -> None:
        self._buckets[min(post.thread >> BUCKET_BITS, _LAST)].append(tuple(post))
        self._bytes += len(post.body) + _POST_BYTES
        if self._bytes > self._limit:
            self._spill()

    def groups(self) -> Iterator[list[Post]]:
        """The posts of a thread, sorted by kind, number and place; threads by number."""
        spilled = {int(path.name) for path in Path(self._scratch.name).iterdir()} if self._scratch else set()
        for bucket in sorted(spilled | set(self._buckets)):
            posts = self._read(bucket) if bucket in spilled else []
            posts += map(Post._make, self._buckets.pop(bucket, []))
            posts.sort(key=lambda post: post[:4])
            for _, group in groupby(posts, lambda post: post.thread):
                yield list(group)

    def _spill(self) -> None:
        import zstandard

        if self._scratch is None:
            self._scratch = tempfile.TemporaryDirectory(prefix="curate-threads-")
        packer = zstandard.ZstdCompressor(level=1)
        for bucket, posts in sorted(self._buckets.items()):
            packed = packer.compress(marshal.dumps(posts))
            with open(Path(self._scratch.name, str(bucket)), "ab") as file:
                file.write(len(packed).to_bytes(8, "little") + packed)
        self._buckets.clear()
        self._bytes = 0

    def _read(self, bucket: int) -> list[Post]:
        import zstandard

        assert self._scratch is not None
        posts: list[Post] = []  # what is unpacked is our own, from our own folder
        unpacker = zstandard.ZstdDecompressor()
        with open(Path(self._scratch.name, str(bucket)), "rb") as file:
            while length := file.read(8):
                packed = file.read(int.from_bytes(length, "little"))
                posts += map(Post._make, marshal.loads(unpacker.decompress(packed)))
        return posts
