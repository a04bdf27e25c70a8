"""The next byte of a kind in a page, 64 bytes at a time: most of a page is scripts and values that are passed over."""

from curate.kernels.intrinsics import LANES, byte_classes, lowest
from curate.kernels.jit import inner

_OPENERS, _CLOSERS, _QUOTES, _APOSTROPHES = (byte_classes(byte) for byte in (b"<", b">", b'"', b"'"))


@inner
def find_opener(page, at):
    """Where the next `<` is, or the size of the page."""
    while at + LANES <= page.size:
        (found,) = _OPENERS(page, at)
        if found:
            return at + lowest(found)
        at += LANES
    return _find(page, at, 60)


@inner
def find_closer(page, at):
    """Where the next `>` is, or the size of the page."""
    while at + LANES <= page.size:
        (found,) = _CLOSERS(page, at)
        if found:
            return at + lowest(found)
        at += LANES
    return _find(page, at, 62)


@inner
def find_quote(page, at, quote):
    """Where the next `quote` is, one of the two kinds, or the size of the page."""
    while at + LANES <= page.size:
        (found,) = _QUOTES(page, at) if quote == 34 else _APOSTROPHES(page, at)
        if found:
            return at + lowest(found)
        at += LANES
    return _find(page, at, quote)


@inner
def _find(page, at, byte):
    while at < page.size and page[at] != byte:
        at += 1
    return at
