"""Words of a list of dirty words, found as whole words (so Scunthorpe has none) in any case.

Llama 3 (2024, section 3.1.1) counts dirty words to find adult pages that block lists miss; the idea is C4's (Raffel
et al. 2020). The lists are the recipe's (`adult: lists:`), or else the English one of the package better-profanity;
Curate keeps none. A list is a text file with one term a line; its file name without suffix is the language whose
documents it is for (`en.txt`), or `all`. Where a document's language isn't known, every list applies.

Terms and texts are cut into lower-cased `\\w+` words, and a term of several words is found as these words in a row.
Of terms that overlap the first counts, of those that begin together the longest. Where words have no spaces between
them (Chinese, Japanese, Thai, Lao, Khmer, Burmese), each letter with its marks is a word, and a term is found as a run
of its letters with nothing between them, also inside a longer word: a list for such a language needs terms that no
common word contains. The ratio is to such words, too.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from curate.errors import UserError
from curate.signals._signal import Signal

if TYPE_CHECKING:
    from curate.kernels.scan import Scan
    from curate.kernels.terms import Terms

LLAMA = "Llama 3, 3.1.1; Raffel et al. 2020"
SIGNALS = {
    "dirty_words": Signal(pa.int32(), "terms", "terms of the word list that occur", LLAMA),
    "dirty_word_ratio": Signal(pa.float32(), "per word", "terms of the word list for each word", LLAMA),
}


def compute(scan: Scan, documents: pa.RecordBatch, lists: tuple[str, ...] = ()) -> dict[str, np.ndarray]:
    """One value a document of each signal; `lists` are the recipe's."""
    from curate.kernels.terms import count
    from curate.signals._ratio import ratio
    from curate.signals._words import units

    hashes, offsets, joined = units(scan, documents)
    found, audience = np.zeros(documents.num_rows, np.int64), _audience(documents, lists)
    for name in np.unique(audience):
        here = audience == name
        found[here] = count(hashes, offsets, joined, _hashed(str(name), lists))[here]
    return {"dirty_words": found.astype(np.int32), "dirty_word_ratio": ratio(found, np.diff(offsets))}


def words(language: str, lists: tuple[str, ...] = ()) -> list[str]:
    """The terms for documents of `language`, in order, with those for all; every term if it is `und`."""
    apply = (language, "all")
    return sorted({t for name, terms in _read(lists).items() if name in apply or language == "und" for t in terms})


def _audience(documents: pa.RecordBatch, lists: tuple[str, ...]) -> np.ndarray:
    """Whose list each document needs: its language's, `all` where that has none, `und` where it isn't known."""
    if "language" not in documents.schema.names:
        return np.full(documents.num_rows, "und")
    languages = np.asarray(documents["language"].cast(pa.string()).fill_null("und").to_numpy(zero_copy_only=False), str)
    return np.where(np.isin(languages, [*_read(lists), "und"]), languages, "all")


@lru_cache(maxsize=64)
def _hashed(language: str, lists: tuple[str, ...]) -> Terms:
    from curate.kernels.terms import table

    return table(words(language, lists))


@lru_cache(maxsize=4)
def _read(lists: tuple[str, ...]) -> dict[str, list[str]]:
    if not lists:
        return {"en": _terms((files("better_profanity") / "profanity_wordlist.txt").read_text("utf-8"))}
    by_language: dict[str, list[str]] = {}
    for path in lists:
        try:
            terms = _terms(Path(path).read_text("utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(f"adult.lists: {path} can't be read as UTF-8 text: {error}") from error
        if not terms:
            raise UserError(f"adult.lists: {path} has no term; it needs one a line.")
        by_language.setdefault(Path(path).stem.lower(), []).extend(terms)
    return by_language


def _terms(text: str) -> list[str]:
    return sorted({line.strip() for line in text.splitlines() if line.strip()})
