"""fastText's prediction in plain Python (Joulin et al. 2016; the C++ source where the paper is silent), float64."""

import math
import re

import numpy as np

from curate.fasttext_model import Model

SPACE = re.compile(rb"[ \n\r\t\v\f\0]+")
WHOLE = (1 << 64) - 1


def probabilities(model: Model, text: str) -> tuple[list[float], int]:
    """(of each label, features besides the end of the text) of a model with softmax; all 0 without any row."""
    rows, features = rows_of(model, text)
    if not rows:
        return [0.0] * len(model.labels), features
    mean = model.input[rows].astype(np.float64).sum(axis=0) / len(rows)
    logits = model.output.astype(np.float64) @ mean
    powers = [math.exp(logit - max(logits)) for logit in logits]
    return [power / math.fsum(powers) for power in powers], features


def rows_of(model: Model, text: str) -> tuple[list[int], int]:
    rows, hashes = [], []
    for word in SPACE.split(text.encode()):
        if word == b"</s>":
            break
        if not word or word in model.labels or (word not in model.words and word.startswith(b"__label__")):
            continue
        rows += [model.words.index(word)] if word in model.words else []
        rows += [row for gram in _character_ngrams(model, word) for row in _row(model, gram)]
        hashes.append(_signed(word))
    hashes.append(_signed(b"</s>"))
    for first in range(len(hashes) if model.word_ngrams > 1 else 0):
        value = hashes[first] & WHOLE
        for following in hashes[first + 1 : first + model.word_ngrams]:
            value = value * 116049371 + following & WHOLE
            rows += _row(model, value)
    end = [model.words.index(b"</s>")] if b"</s>" in model.words else []
    return rows + end, len(rows)


def _character_ngrams(model: Model, word: bytes) -> list[int]:
    characters = f"<{word.decode()}>"
    found = []
    for first in range(len(characters)):
        for length in range(max(model.shortest, 1), model.longest + 1):
            gram = characters[first : first + length]
            if len(gram) == length and not (length == 1 and first in (0, len(characters) - 1)):
                found.append(_signed(gram.encode()) & 0xFFFFFFFF)
    return found


def _row(model: Model, value: int) -> list[int]:
    bucket = value % model.buckets
    if model.kept is None:
        return [len(model.words) + bucket]
    at = int(np.searchsorted(model.kept, bucket))
    return [len(model.words) + at] if at < len(model.kept) and model.kept[at] == bucket else []


def _signed(word: bytes) -> int:
    """FNV-1a of 32 bits, in which a byte from 128 on is a negative number, as a signed number."""
    value = 2166136261
    for byte in word:
        value = (value ^ (byte | 0xFFFFFF00 * (byte > 127))) * 16777619 & 0xFFFFFFFF
    return value - (value >> 31 << 32)
