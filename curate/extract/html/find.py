"""The next byte of a kind in a page, 64 bytes at a time: most of a page is scripts and values that are passed over."""

from typing import Any

from curate.kernels.intrinsics import LANES, byte_classes, lowest
from curate.kernels.jit import inner


def _finder(byte: bytes) -> Any:
    """A compiled (page, at) -> where the next such byte is, or the size of the page."""
    among, wanted = byte_classes(byte), byte[0]

    @inner
    def find(page, at):
        while at + LANES <= page.size:
            (found,) = among(page, at)
            if found:
                return at + lowest(found)
            at += LANES
        while at < page.size and page[at] != wanted:
            at += 1
        return at

    return find


find_opener, find_closer = _finder(b"<"), _finder(b">")
_find_double, _find_single = _finder(b'"'), _finder(b"'")


@inner
def find_quote(page, at, quote):
    """Where the next `quote` is, one of the two kinds, or the size of the page."""
    return _find_double(page, at) if quote == 34 else _find_single(page, at)
