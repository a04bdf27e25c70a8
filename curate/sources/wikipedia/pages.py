"""The revisions of a MediaWiki export, one at a time, carved out of its bytes.

The export writes `<`, `>` and `&` of every text as entities, so its own tags are found by a search for bytes. That
takes a hundredth of an XML parser's time (the dump's decompression is what costs), expands nothing (a document type and
its entities are bytes like others), holds one revision at most, and goes on after whatever is broken at the next page.
Clipped dumps need neither a root nor an end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from curate.sources.wikipedia.chunks import Chunk

_PAGE, _PAGE_END, _REVISION, _REVISION_END = b"<page>", b"</page>", b"<revision>", b"</revision>"
_MAX_HEAD = 1 << 20
_BEGINNING = 1 << 12  # kept of what is too long: its number and date are there


@dataclass(frozen=True, slots=True)
class Revision:
    head: bytes  # from <page> to the first revision; empty where no page is open
    body: bytes = b""
    status: str = ""  # what broke, if anything
    at: int = -1  # stored byte of the break, -1 for the end of the file


def revisions(chunks: Iterable[Chunk], max_bytes: int) -> Iterator[Revision]:
    """Revisions of the pages that start in own chunks, and breaks."""
    bytes_ = _Bytes(iter(chunks))
    most = max_bytes + (1 << 16)  # a text, as it is stored, and what stands around it
    while True:
        head = b""
        try:
            if not bytes_.to_page():
                return
            tag, head, _ = bytes_.until((_REVISION, _PAGE_END), _MAX_HEAD)
            while tag == _REVISION:
                _, body, whole = bytes_.until((_REVISION_END,), most)
                yield Revision(head, body, "" if whole else "too_large")
                tag, _, _ = bytes_.until((_REVISION, _PAGE_END), _MAX_HEAD)
        except _Break as broken:
            yield Revision(head, bytes_.beginning if head else b"", broken.status, broken.at)


class _Break(Exception):
    """The bytes held are not continued."""

    def __init__(self, status: str, at: int) -> None:
        self.status, self.at = status, at


class _Bytes:
    """The bytes from the last tag on, as many as it takes to find the next one."""

    def __init__(self, chunks: Iterator[Chunk]) -> None:
        self._chunks = chunks
        self._held = bytearray()
        self._own: int | None = None  # bytes held that are the piece's own; None while all are
        self._dropped = 0  # bytes before those held
        self._none_before: dict[bytes, int] = {}  # by tag: where of all bytes it is not, among those held
        self.beginning = b""  # of what a break cut off

    def to_page(self) -> bool:
        """Whether one more page of the piece's own starts; its bytes are next."""
        while True:
            at = self._held.find(_PAGE)
            if at >= 0 and (self._own is None or at < self._own):
                self._drop(at + len(_PAGE))
                return True
            if self._own is not None and (at >= 0 or len(self._held) - self._own >= len(_PAGE)):
                return False
            self._drop(max(0, len(self._held) - len(_PAGE) + 1))
            if not self._more():
                return False

    def until(self, tags: tuple[bytes, ...], most: int) -> tuple[bytes, bytes, bool]:
        """(the first of the tags, what stands before it, whether that is all): over `most` only its beginning."""
        kept = b""
        while True:
            found = [(at, tag) for tag in tags if (at := self._find(tag)) >= 0]
            if found:
                at, tag = min(found)
                before = kept or bytes(self._held[:at])
                self._drop(at + len(tag))
                return tag, before, not kept
            if len(self._held) > most or kept:
                kept = kept or bytes(self._held[:_BEGINNING])
                self._drop(max(0, len(self._held) - max(map(len, tags)) + 1))
            if not self._more():
                self.beginning = kept or bytes(self._held[:_BEGINNING])
                self._drop(len(self._held))
                raise _Break("truncated", -1)

    def _find(self, tag: bytes) -> int:
        """Where the tag is first held; no byte is searched twice for it, else a page's end is sought anew at each
        of its revisions."""
        at = self._held.find(tag, max(0, self._none_before.get(tag, 0) - self._dropped))
        self._none_before[tag] = self._dropped + (at if at >= 0 else max(0, len(self._held) - len(tag) + 1))
        return at

    def _more(self) -> bool:
        chunk = next(self._chunks, None)
        if chunk is None:
            return False
        if not chunk.own and self._own is None:
            self._own = len(self._held)
        self._held += chunk.plain
        if chunk.broken:
            self.beginning = bytes(self._held[:_BEGINNING])
            self._drop(len(self._held))
            raise _Break(chunk.broken, chunk.at)
        return True

    def _drop(self, count: int) -> None:
        del self._held[:count]
        self._dropped += count
        if self._own is not None:
            self._own = max(0, self._own - count)
