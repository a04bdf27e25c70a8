"""Document quality as Rae et al. 2021 (Gopher), appendix A.1.1 "Quality filtering", measures it.

Where the paper is silent, this is chosen:
- a word is what lies between white space, punctuation included (the paper's "words" were never defined); Chinese,
  Japanese, Thai, Lao, Khmer and Burmese letters, between which there is none, make words of 2 Han characters or
  Hiragana, a run of Katakana, 4 letters of the others: on parallel and dictionary-cut text 0.92 to 1.05 times as many
  words as dictionaries find (jieba, UniDic, PyThaiNLP);
- an ellipsis is `…` or three dots in a row, counted without overlap (`......` is two);
- a line without a word is no line; a bullet is `-`, `*`, `•` and its kin at the beginning of the line's first word;
- a line ends with an ellipsis if its last word does;
- an alphabetic character is one of Unicode's letters, not of the English alphabet alone;
- stop words are compared in lower case and as whole words, so `the,` is none; each counts once ("at least two of");
- a ratio with nothing below the line is 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from curate.signals._signal import Signal

if TYPE_CHECKING:
    from curate.kernels.scan import Scan

RAE = "Rae et al. 2021, A.1.1"
STOP_WORDS = ("the", "be", "to", "of", "and", "that", "have", "with")
SIGNALS = {
    "words": Signal(pa.int32(), "words", "words, split at white space and where writing has none", RAE, "words"),
    "mean_word_length": Signal(
        pa.float32(), "code points", "mean length of a word", RAE, "sum(chars of words) / words"
    ),
    "hash_word_ratio": Signal(pa.float32(), "per word", "hash signs for each word", RAE, "count(#) / words"),
    "ellipsis_word_ratio": Signal(
        pa.float32(), "per word", "ellipses for each word", RAE, "(count(…) + count(...)) / words"
    ),
    "bullet_line_ratio": Signal(
        pa.float32(),
        "fraction",
        "lines that begin with a bullet",
        RAE,
        "lines whose first word begins with a bullet / lines",
    ),
    "ellipsis_line_ratio": Signal(
        pa.float32(),
        "fraction",
        "lines that end with an ellipsis",
        RAE,
        "lines whose last word ends with … or ... / lines",
    ),
    "alpha_word_ratio": Signal(
        pa.float32(), "fraction", "words with at least one letter", RAE, "words with a letter / words"
    ),
    "stop_words": Signal(
        pa.int32(),
        "words",
        f"how many of {', '.join(STOP_WORDS)} occur",
        RAE,
        "stop words that are among the lower-cased words",
    ),
}


def compute(scan: Scan, documents: pa.RecordBatch) -> dict[str, np.ndarray]:
    """One value a document of each signal."""
    from curate.kernels.gopher import COLUMNS, count
    from curate.signals._ratio import ratio

    found = dict(zip(COLUMNS, count(scan, STOP_WORDS).T, strict=True))
    words, lines = np.diff(scan.word_offsets), np.diff(scan.line_offsets)
    return {
        "words": words.astype(np.int32),
        "mean_word_length": ratio(found["word_chars"], words),
        "hash_word_ratio": ratio(found["hashes"], words),
        "ellipsis_word_ratio": ratio(found["ellipses"], words),
        "bullet_line_ratio": ratio(found["bullet_lines"], lines),
        "ellipsis_line_ratio": ratio(found["ellipsis_lines"], lines),
        "alpha_word_ratio": ratio(found["alpha_words"], words),
        "stop_words": found["stop_words"].astype(np.int32),
    }
