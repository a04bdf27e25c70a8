r"""Which part of a paper is its text: from the first section to the end, without empty headings.

Title, authors and abstract stand before the first section and go (Touvron et al. 2023, section 2.1, "everything before
the first section"). A paper that has no section, or whose first heading stands behind more than half of it (a letter
with acknowledgments), would go nearly whole by that rule: it begins where its document does, without the commands and
environments of title and abstract. A heading of references with nothing under it goes with them.
"""

from __future__ import annotations

import re

from curate.extract.latex.page import Block

_DEEPEST = 3  # paragraphs and below do not begin a paper
_FRONT_MATTER = 2_000  # characters that may stand before the first section of a short paper
_BIBLIOGRAPHY = re.compile(
    r"(?:\d+[.:]?\s*)?(?:references|bibliography|literature cited|references and notes)\W*", re.I
)


def text_blocks(blocks: list[Block]) -> list[Block]:
    first = next((at for at, block in enumerate(blocks) if 0 <= block.level <= _DEEPEST), 0)
    lengths = [len(block.text) for block in blocks]
    before = sum(lengths[:first])
    if before > _FRONT_MATTER and 2 * before > sum(lengths):
        first = 0
    kept = blocks[first:]
    return [block for at, block in enumerate(kept) if not _is_left_over(kept, at)]


def _is_left_over(blocks: list[Block], at: int) -> bool:
    block = blocks[at]
    if block.level < 0 or not block.text:
        return not block.text
    bare = at + 1 == len(blocks) or 0 <= blocks[at + 1].level <= block.level
    return bare and _BIBLIOGRAPHY.fullmatch(block.text) is not None
