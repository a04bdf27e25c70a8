"""The elements that the tokeniser knows, by number, and what each kind does to the text around it.

A name is found by hashing: up to 8 of its letters and its length are one 64-bit key, unique among the names here. Any
other name is element 0, which is inline and says nothing.
"""

import numpy as np

from curate.kernels.jit import inner

_NAMES = """
_ html head body title script style noscript template textarea svg iframe select option button form nav header footer
aside main article section div p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table thead tbody tfoot tr td th caption
blockquote pre listing xmp code figure figcaption hr br img a span b i em strong u s small sub sup font center address
details summary math annotation label input link meta object embed video audio canvas fieldset legend cite q kbd samp
var time picture source area base col wbr param track abbr mark del ins main menu dialog mjx-container mjx-math
optgroup datalist frameset noframes
""".split()  # noqa: SIM905
NAMES = list(dict.fromkeys(_NAMES))
NUMBER = {name: number for number, name in enumerate(NAMES)}


def numbers(names: str) -> tuple[int, ...]:
    return tuple(NUMBER[name] for name in names.split())


def _table(names: str) -> np.ndarray:
    chosen = np.zeros(len(NAMES), np.bool_)
    chosen[list(numbers(names))] = True
    return chosen


# Elements that begin and end a line; a text lies in a block of the nearest of them.
BLOCK = _table(
    "html body form nav header footer aside main article section div p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table thead"
    " tbody tfoot tr td th caption blockquote pre listing xmp figure figcaption hr center address details summary"
    " fieldset legend menu dialog label option noframes"
)
VOID = _table("hr br img input link meta embed source area base col wbr param track")
# Their content is no text of the page: what lies before the end tag is passed over.
SILENT = _table("script style noscript template textarea svg iframe select title datalist")
PREFORMATTED = _table("pre listing xmp")
HEADING = _table("h1 h2 h3 h4 h5 h6")
LIST = _table("ul ol menu dl")

_MULTIPLIER = 0x9E3779B97F4A7C15
_BITS = 10
_SHIFT = np.uint64(64 - _BITS)
_MASK = np.int64((1 << _BITS) - 1)
_FACTOR = np.uint64(_MULTIPLIER)


def _key(name: bytes) -> int:
    key = int.from_bytes(name[:8], "big")
    return (key ^ (len(name) << 56)) & (2**64 - 1)


def _places() -> tuple[np.ndarray, np.ndarray]:
    keys, found = np.zeros(1 << _BITS, np.uint64), np.zeros(1 << _BITS, np.uint8)
    for name, number in list(NUMBER.items())[1:]:
        place = (_key(name.encode()) * _MULTIPLIER % 2**64) >> (64 - _BITS)
        while found[place]:
            place = (place + 1) % (1 << _BITS)
        keys[place], found[place] = _key(name.encode()), number
    return keys, found


_KEYS, _FOUND = _places()

# Letters of the names, one after another, to find the end tag of a silent element.
SPELLED = np.frombuffer("".join(NAMES).encode(), np.uint8)
SPELLED_FROM = np.cumsum([0] + [len(name) for name in NAMES]).astype(np.int32)

_IN_NAME = np.zeros(256, np.bool_)
_IN_NAME[[c for c in range(256) if chr(c).isascii() and (chr(c).isalnum() or chr(c) in "-:_")]] = True


@inner
def lower(byte):
    return byte | np.uint8((np.uint8(byte - np.uint8(65)) < 26) << 5)


@inner
def read_name(page, at):
    """(number, end) of the element name that begins at page[at]."""
    key, end = np.uint64(0), at
    while end < page.size and _IN_NAME[page[end]]:
        if end - at < 8:
            key = key << np.uint64(8) | np.uint64(lower(page[end]))
        end += 1
    key ^= np.uint64(end - at) << np.uint64(56)
    place = np.int64(key * _FACTOR >> _SHIFT)
    while _FOUND[place] and _KEYS[place] != key:
        place = (place + 1) & _MASK
    return np.int64(_FOUND[place]), end
