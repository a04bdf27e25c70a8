"""Repetition as Rae et al. 2021 (Gopher), appendix A.1.1 "Repetition removal" and table A1, measures it.

Where the paper is silent, this is chosen (published implementations disagree by factors):
- a line ends at \\n; a paragraph ends at a line without a word; both are compared without the white space around them;
- the first of several equal lines (paragraphs, n-grams) is the original, the later ones are the duplicates;
- n-grams are of words split at white space; their characters are those of the words, white space counts nowhere;
- the most frequent n-gram is the earliest of those that occur most often; if none occurs twice the value is 0;
- a character counts once however many n-grams cover it (the paper says so of n = 5 to 10; here also of 2 to 4),
  so every value lies between 0 and 1;
- the whole is the characters of all lines, of all paragraphs, of all words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from curate.signals._signal import Signal

if TYPE_CHECKING:
    from curate.kernels.scan import Scan

RAE = "Rae et al. 2021, table A1"
TOP, DUP = (2, 3, 4), (5, 6, 7, 8, 9, 10)


def _fraction(meaning: str, formula: str) -> Signal:
    return Signal(pa.float32(), "fraction", meaning, RAE, formula)


def _of(unit: str) -> dict[str, Signal]:
    """Both signals of equal lines or paragraphs."""
    again = f"{unit}s equal to an earlier one"
    part, chars = f"dup_{unit}_fraction", f"dup_{unit}_char_fraction"
    return {
        part: _fraction(f"{unit}s that repeat an earlier {unit}", f"{again} / {unit}s"),
        chars: _fraction(
            f"characters of {unit}s that repeat an earlier {unit}", f"sum(chars of {again}) / sum(chars of {unit}s)"
        ),
    }


def _top(n: int) -> Signal:
    covered = f"chars covered by any occurrence of the most frequent {n}-gram, if that occurs twice"
    return _fraction(f"characters of the most frequent {n} words in a row", f"{covered} / sum(chars of words)")


def _dup(n: int) -> Signal:
    covered = f"chars covered by {n}-grams that occurred before"
    return _fraction(f"characters of {n} words in a row seen before", f"{covered} / sum(chars of words)")


SIGNALS = {
    **_of("line"),
    **_of("paragraph"),
    **{f"top_{n}gram_char_fraction": _top(n) for n in TOP},
    **{f"dup_{n}gram_char_fraction": _dup(n) for n in DUP},
}


def compute(scan: Scan, documents: pa.RecordBatch) -> dict[str, np.ndarray]:
    """One value a document of each signal."""
    from curate.kernels.ngrams import covered
    from curate.kernels.segments import duplicates
    from curate.signals._ratio import ratio

    values = {}
    for unit, offsets, words in (
        ("line", scan.line_offsets, scan.line_words),
        ("paragraph", scan.paragraph_offsets, scan.paragraph_words),
    ):
        repeated, repeated_chars, all_chars = duplicates(scan, offsets, words)
        values[f"dup_{unit}_fraction"] = ratio(repeated, np.diff(offsets))
        values[f"dup_{unit}_char_fraction"] = ratio(repeated_chars, all_chars)
    chars, by_length = covered(scan, TOP, DUP)
    for n in TOP + DUP:
        values[f"{'top' if n in TOP else 'dup'}_{n}gram_char_fraction"] = ratio(by_length[:, n], chars)
    return values
