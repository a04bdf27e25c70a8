"""Boosted trees of depth 5, evaluated without a branch.

A tree is a heap: 31 questions, 32 answers, the children of question i at 2i+1 and 2i+2. Shallower trees are filled up
with questions that all answers pass. Per block and tree that is five loads and five additions, whatever the answers.
`trees.npz` is made by `python -m benchmarks.train_html`; what from, and how good it is: docs/html-model.md.
"""

from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from curate.kernels.jit import inner

DEPTH = 5
QUESTIONS, ANSWERS = 2**DEPTH - 1, 2**DEPTH
_ONE, _FIRST = np.uint64(1), np.uint64(ANSWERS)


class Trees(NamedTuple):
    column: np.ndarray  # uint16[trees, QUESTIONS]: the feature that is asked for
    limit: np.ndarray  # float32[trees, QUESTIONS]: above it, the second child is next
    answer: np.ndarray  # float32[trees, ANSWERS]


Stages = tuple[Trees, Trees]


@cache
def shipped() -> Stages:
    """The two stages."""
    with files("curate.extract.html").joinpath("trees.npz").open("rb") as file, np.load(file) as arrays:
        first, second = (Trees(*(arrays[f"{name}_{stage}"] for name in Trees._fields)) for stage in (1, 2))
    return first, second


@inner
def add_answers(rows, trees, scores):
    """Add to scores[b] what all trees say of rows[b]."""
    for t in range(trees.column.shape[0]):
        column, limit, answer = trees.column[t], trees.limit[t], trees.answer[t]
        for b in range(rows.shape[0]):
            row, at = rows[b], np.uint64(1)  # places from 1 on, and unsigned, spare two additions and three branches
            for _ in range(DEPTH):
                place = at - _ONE
                at = at << _ONE | np.uint64(row[np.uint64(column[place])] > limit[place])
            scores[b] += answer[at - _FIRST]


@inner
def squash(score):
    """The logistic function to within 0.02, in operations that are exact on every machine."""
    half = min(max(0.5 * score, -3.0), 3.0)
    square = half * half
    return np.float32(0.5 + 0.5 * half * (27.0 + square) / (27.0 + 9.0 * square))
