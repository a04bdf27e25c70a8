"""Made-up vocabularies, and the strings that a generated document is a sequence of.

A document is drawn as numbers; `Pieces.texts` turns a whole batch of them into UTF-8 by one Arrow `take`, so that no
Python runs for a word. A word has eight pieces, one for each way in which it is followed ("w ", "w, ", "w. ", ...).
Ranks follow Zipf's law; frequent words are short, and the most frequent are a language's real function words, since
stop-word rules and language identification look for those.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pyarrow as pa

SPACE, COMMA, STOP, STOP_LINE, LINE, CAPITAL, BARE, STOP_PARAGRAPH = range(8)
WAYS = 8
FUNCTION_WORDS = {
    "en": "the of and to in a is that for it with as was on be at by this have from or not are but had his they one "
    "which you were her all she there would their we him been has when who will more if no out so said what up its",
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er",
    "fr": "de la le et les des en un du une que est pour qui dans par plus pas au sur ne se ce il sont avec son mais",
    "es": "de la que el en y a los se del las un por con no una su para es al lo como más pero sus le ya o este sí",
    "ru": "и в не на что с он как это по но из у за от так о же то для мы вы было только его если ещё или уже когда",
}
_SOUNDS = {  # beginnings, vowels and ends of syllables
    "en": ("b c d f g h l m n p r s t w st tr ch pl br sh", "a e i o u ea ou", "n r s t l"),
    "de": ("b d f g h k l m n r s t w sch str pf", "a e i o u ä ö ü ei ie", "n r t ng ch"),
    "fr": ("b c d f g j l m n p r s t v ch pr", "a e é è i o u ou eau oi", "n r t s l"),
    "es": ("b c d f g j l m n ñ p r s t v", "a e i o u á é í ó ie", "n r s l d"),
    "ru": ("б в г д ж з к л м н п р с т ч ш", "а е и о у ы я ю", "н р т л к"),
}
LANGUAGES = ("en", "de", "fr", "es", "ru", "zh")
SIZES = {"en": 60_000, "de": 12_000, "fr": 12_000, "es": 12_000, "ru": 12_000, "zh": 6_000}


class Pieces:
    """All strings that documents are made of: eight a word, then the `extra` ones."""

    def __init__(self, seed: int, extra: list[str]):
        listed: list[str] = []
        self.first: dict[str, int] = {}  # number of a language's first word
        for language in LANGUAGES:
            self.first[language] = len(listed) // WAYS
            words = _words(language, SIZES[language], np.random.default_rng([seed, len(listed)]))
            listed += [piece for word in words for piece in _ways(word, language)]
        self.extra = {text: len(listed) + n for n, text in enumerate(extra)}
        self._all = pa.array(listed + extra, pa.large_string())

    def texts(self, pieces: np.ndarray, lengths: np.ndarray) -> pa.LargeStringArray:
        """One text for each of `lengths`, the numbers of pieces that it takes."""
        taken = self._all.take(pa.array(pieces))
        _, ends, content = taken.buffers()
        at = np.zeros(len(lengths) + 1, np.int64)
        np.cumsum(lengths, out=at[1:])
        offsets = np.frombuffer(ends, np.int64)[at]
        return pa.LargeStringArray.from_buffers(len(lengths), pa.py_buffer(offsets), content)


def zipf_table(size: int, entries: int = 1 << 20, exponent: float = 1.05) -> np.ndarray:
    """Ranks 0 to size-1, each as often as Zipf's law with an offset wants: a uniform draw of an entry is a rank."""
    weights = 1 / (np.arange(size) + 2.7) ** exponent  # Mandelbrot's offset, as English has it
    return np.searchsorted(np.cumsum(weights) / weights.sum(), (np.arange(entries) + 0.5) / entries).astype(np.int32)


def _words(language: str, size: int, random: np.random.Generator) -> list[str]:
    if language == "zh":
        marks = random.permutation(np.arange(0x4E00, 0x4E00 + 3000))
        pairs = random.integers(0, 3000, (size - 3000, 2))
        return [chr(m) for m in marks] + [chr(marks[a]) + chr(marks[b]) for a, b in pairs.tolist()]
    onsets, vowels, codas = (sounds.split() for sounds in _SOUNDS[language])
    open_syllables = [a + b for a, b in product(onsets, vowels)]
    syllables = np.array(open_syllables + [a + b for a, b in product(open_syllables, codas)], object)
    made = FUNCTION_WORDS[language].split()
    for count, share in ((1, 0.01), (2, 0.35), (3, 1.0)):  # Zipf's law of abbreviation
        drawn = syllables[random.integers(0, len(syllables), (2 * size, count))].sum(axis=1)
        made = list(dict.fromkeys([*made, *drawn]))[: max(len(made), int(size * share))]
    return made


def _ways(word: str, language: str) -> list[str]:
    if language == "zh":
        return [word, f"{word},", f"{word}。", f"{word}。\n", f"{word}\n", word, word, f"{word}。\n\n"]
    capital = f"{word.capitalize()} "
    return [f"{word} ", f"{word}, ", f"{word}. ", f"{word}.\n", f"{word}\n", capital, word, f"{word}.\n\n"]
