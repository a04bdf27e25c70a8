"""Scores of documents by models that saw none of their keys: k models, each trained on k - 1 folds by the product.

Training, calibration and scoring go through `classifiers.*.train` and `classifiers.scorer`, which hold back a fifth of
the keys that they are given for validation and testing. What is compared are thousandths, as a corpus has them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.classifier_examples import Example
from classifiers import labels, scorer
from classifiers.splits import folds
from classifiers.task import Task

FOLDS = 5
Train = Callable[[labels.Labels, str, int], object]  # labels, folder, seed


def out_of_fold(
    examples: Sequence[Example], task: Task, train: Train, seed: int, k: int = FOLDS, at_once: int = 2
) -> np.ndarray:
    """int32[n]: the thousandths of each example that is judged by; 0 for those that are only learnt from. fastText
    trains in a process of its own; of what draws from this process's random numbers `at_once` is 1."""
    keys = [one.key for one in examples]
    fold = np.where([one.only_learnt for one in examples], k, folds(keys, k, seed))
    found = np.zeros(len(examples), np.int32)

    def score(number: int) -> None:
        with tempfile.TemporaryDirectory() as scratch:
            learnt = [one for one, of in zip(examples, fold, strict=True) if of != number]
            train(labelled(learnt, task, Path(scratch) / "labels.parquet"), f"{scratch}/model", seed)
            rows = np.flatnonzero(fold == number)
            texts = pa.array([examples[row].text for row in rows], pa.string())
            found[rows] = scorer.scores(scorer.load(f"{scratch}/model", "cpu"), texts).thousandths

    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(score, range(k)))
    return found


def labelled(examples: Sequence[Example], task: Task, path: Path) -> labels.Labels:
    positive = task.positive_class
    negative = next(name for name in task.names if name != positive)
    table = {
        "text": [one.text for one in examples],
        "answer": [positive if one.positive else negative for one in examples],
        "key": [one.key for one in examples],
    }
    pq.write_table(pa.table(table), path)
    return labels.read(str(path), task)


def fasttext(epochs: int) -> Train:
    def train(given: labels.Labels, out: str, seed: int) -> object:
        from classifiers.fasttext.train import train

        return train(given.task, given, out, seed, {"epochs": epochs})

    return train


def transformer(**settings: float) -> Train:
    """From random weights, on the CPU."""

    def train(given: labels.Labels, out: str, seed: int) -> object:
        import torch

        from classifiers.distilroberta.train import train

        torch.set_num_threads(1)  # so small a model spends more on waiting for threads than on its numbers
        return train(given.task, given, out, seed, settings, device="cpu", tell=lambda line: None)

    return train
