"""Elements whose content is no text: passed over up to their end tag. Scripts may hold formulas, or the article.

`<script type="math/tex">` is a formula; what MathJax has drawn of it just before it is taken back. JSON-LD may hold the
text of the article as `articleBody`; where it lies is noted, for features.
"""

import numpy as np

from curate.extract.html.attributes import SELF_CLOSED, TYPE, contains
from curate.extract.html.find import find_closer, find_opener
from curate.extract.html.state import BLOCKS, BODY, LAST_BLOCKS, LAST_STARTED, LAST_TEXT, SKIP, TEX, TEXT
from curate.extract.html.tags import NUMBER, SPELLED, SPELLED_FROM, lower
from curate.extract.html.writing import go_back, write_formula
from curate.kernels.jit import inlined, inner

_SCRIPT, _STYLE = NUMBER["script"], NUMBER["style"]
_MATH, _JSON, _DISPLAY = (np.frombuffer(word, np.uint8) for word in (b"math/tex", b"ld+json", b"mode=display"))
_ARTICLE_BODY = np.frombuffer(b'"articlebody"', np.uint8)


@inner
def skip_silent(page, at, tag, found, endless):
    """(place behind the element, end of its content). One without an end is empty, but for scripts and styles."""
    if found[SELF_CLOSED] and tag != _SCRIPT and tag != _STYLE:
        return at, at
    end = find_end(page, at, tag, endless)
    if end < 0:
        return (page.size, page.size) if tag in (_SCRIPT, _STYLE) else (at, at)
    return min(find_closer(page, end) + 1, page.size), end


@inner
def find_end(page, at, tag, endless):
    """Where the end tag of an element begins, or -1: then `endless` is set and the page is searched no more."""
    if endless[tag]:
        return np.int64(-1)
    first, size = SPELLED_FROM[tag], SPELLED_FROM[tag + 1] - SPELLED_FROM[tag]
    last = page.size - size - 2
    while True:
        at = find_opener(page, at)
        if at > last:
            break
        if page[at + 1] == 47:
            same = 0
            while same < size and lower(page[at + 2 + same]) == SPELLED[first + same]:
                same += 1
            if same == size:
                return np.int64(at)
        at += 1
    endless[tag] = 1
    return np.int64(-1)


@inlined
def script(page, at, state, stack, blocks, formulas, text, found, endless):
    """The place behind a script."""
    behind, end = skip_silent(page, at, _SCRIPT, found, endless)
    start, stop = found[TYPE], found[TYPE + 1]
    if stop - start < 7:
        return behind
    if contains(page, start, stop, _MATH):
        if state[SKIP] < 0 and end > at:
            if state[LAST_STARTED] and state[TEXT] == state[LAST_TEXT] and state[BLOCKS] == state[LAST_BLOCKS]:
                go_back(state, stack, blocks, 0)
            state[LAST_STARTED] = 0
            alone = contains(page, start, stop, _DISPLAY)
            write_formula(state, stack, blocks, formulas, text, at, end, TEX, alone)
    elif not state[BODY] and contains(page, start, stop, _JSON):
        _find_body(page, at, end, state)
    return behind


@inner
def _find_body(page, at, end, state):
    """Note where the string lies that follows `"articleBody":`, without its quotes."""
    matched = 0
    while at < end:
        byte = lower(page[at])
        if byte == _ARTICLE_BODY[matched]:
            matched += 1
        else:
            matched = 1 if byte == 34 else 0
        at += 1
        if matched < _ARTICLE_BODY.size:
            continue
        matched = 0
        while at < end and (page[at] <= 32 or page[at] == 58):
            at += 1
        if at < end and page[at] == 34:
            start = at + 1
            at = start
            while at < end and page[at] != 34:
                at += 2 if page[at] == 92 else 1
            state[BODY], state[BODY + 1] = start, min(at, end)
            return
