"""RefinedWeb's line-wise corrections: Penedo et al. 2023, appendix G.2. Lines it would take.

The paper discards a line that is mainly of capitals, of numerical characters alone, a counter ("3 likes") or one
word, edits a line of at most 10 words that has a link's words, and discards a document of whose words more than 5 %
are in such lines. Where it is silent, this is chosen:
- mainly of capitals: more than half of the line's characters, spaces between its words included;
- numerical: digits and white space; a counter is a number (`1,200`, `5.1M`) and one of twelve nouns (likes, views,
  comments ...), perhaps with punctuation around;
- a link's words are `sign-in` at the beginning, `read more` at the end, `items in cart` anywhere, in any case. The
  paper takes them out of the line; Curate edits whole lines, so such a line goes or stays whole;
- a line that fits several shapes is of each; its words count once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from curate.signals._signal import Signal

if TYPE_CHECKING:
    from curate.kernels.scan import Scan

PENEDO = "Penedo et al. 2023, G.2"


def _lines(meaning: str, formula: str) -> Signal:
    return Signal(pa.int32(), "lines", meaning, PENEDO, formula)


SIGNALS = {
    "upper_case_lines": _lines(
        "lines more than half of whose characters are capitals", "lines with 2 * capitals > chars"
    ),
    "numeric_lines": _lines("lines of digits alone", "lines of digits and white space"),
    "counter_lines": _lines("lines such as 3 likes", "lines of a number and one of the twelve nouns"),
    "one_word_lines": _lines("lines of one word", "lines with words = 1"),
    "link_lines": _lines(
        "lines of at most 10 words with sign-in, read more or items in cart",
        "lines with words <= 10 and a link's words",
    ),
    "flagged_word_fraction": Signal(
        pa.float32(),
        "fraction",
        "words in lines of these five kinds",
        PENEDO,
        "sum(words of lines of any of the kinds) / words",
    ),
}


def compute(scan: Scan, documents: pa.RecordBatch) -> dict[str, np.ndarray]:
    """One value a document of each signal."""
    from curate.kernels import line_facts as facts
    from curate.signals._ratio import ratio

    lines = facts.line_facts(scan)
    kinds = {
        "upper_case_lines": 2 * lines.upper > lines.chars,
        "numeric_lines": lines.have(facts.NUMERIC),
        "counter_lines": lines.have(facts.COUNTER),
        "one_word_lines": lines.words == 1,
        "link_lines": lines.have(facts.PATTERN),
    }
    flagged = np.logical_or.reduce(list(kinds.values()))
    words = lines.total(np.where(flagged, lines.words, 0))
    counts = {name: lines.total(chosen).astype(np.int32) for name, chosen in kinds.items()}
    return counts | {"flagged_word_fraction": ratio(words, np.diff(scan.word_offsets))}
