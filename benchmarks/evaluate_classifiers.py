"""Classifiers on the development data: fastText by seeds, a small transformer on the same folds, their cascade.

Every score is of a model that saw no document of the same key: host, thread, article, book, repository or problem.
Beside each AUC stands what length, dollars and braces alone reach. A pooled AUC flatters where one source is told by
its style, so reasoning is also told by where its positives come from, and within the one site that has both sides.
Intervals draw keys anew. The transformer starts from random weights, a few thousand documents are all it ever sees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from benchmarks import classifier_examples
from benchmarks.classifier_cascade import cascade_rows
from benchmarks.classifier_examples import Example
from benchmarks.classifier_folds import Train, fasttext, out_of_fold, transformer
from benchmarks.corpora import Corpora
from benchmarks.rows import Row
from classifiers import metrics
from classifiers.task import load

SEEDS = 5
EPOCHS = 20  # of fastText at most
SMALL = {  # of the transformer: minutes of two cores for five folds
    **{"max_tokens": 128, "overlap": 16, "windows": 2, "layers": 2, "hidden": 64, "heads": 2},
    **{"epochs": 6, "patience": 6, "learning_rate": 2e-3},
}
RESAMPLES = 200
SITE = "matheducators.stackexchange.com"
TRIVIAL = {
    "shortness": lambda text: -len(text),
    "count of $": lambda text: text.count("$"),
    "count of braces": lambda text: text.count("{") + text.count("}"),
}


@dataclass(frozen=True)
class Scored:
    """Examples that are judged by, and their thousandths by each seed."""

    name: str
    examples: tuple[Example, ...]
    scores: np.ndarray  # int32[seeds, n]

    @cached_property
    def y(self) -> np.ndarray:
        return np.array([one.positive for one in self.examples])

    @cached_property
    def keys(self) -> np.ndarray:
        return np.array([one.key for one in self.examples])

    @cached_property
    def sources(self) -> np.ndarray:
        return np.array([one.source for one in self.examples])

    def row(self, what: str, among: np.ndarray | None = None, bar: str | None = None) -> Row:
        """Mean AUC of the seeds; beside it the worst seed's and what trivial scores reach on the same documents."""
        among = np.ones(len(self.y), bool) if among is None else among
        y, keys, scores = self.y[among], self.keys[among], self.scores[:, among]
        each = [metrics.auc(y, score) for score in scores]

        def mean(weights: np.ndarray) -> float:
            return float(np.mean([metrics.auc(y, score, weights) for score in scores]))

        low, high = metrics.interval(mean, keys, resamples=RESAMPLES)
        texts = [one.text for one, chosen in zip(self.examples, among, strict=True) if chosen]
        beside = [f"{name} {metrics.auc(y, [of(text) for text in texts]):.3f}" for name, of in TRIVIAL.items()]
        worst = f"worst seed {min(each):.4f}; " if len(each) > 1 else ""
        name, interval = f"classifiers, {self.name}: {what}", (round(low, 4), round(high, 4))
        reference = f"{worst}{', '.join(beside)}; {y.sum():,} positive, {len(set(keys)):,} keys"
        return Row(name, round(float(np.mean(each)), 4), "AUC", len(y), interval, len(each), reference, bar=bar)


def rows(corpora: Corpora) -> list[Row]:
    fast = scored("reasoning", classifier_examples.reasoning(corpora.data), fasttext(EPOCHS), SEEDS)
    return [
        *_of_reasoning(fast),
        scored("code", classifier_examples.code(corpora.data), fasttext(EPOCHS), SEEDS).row("fastText", bar=">= 0.95"),
        *_of_transformer(fast, classifier_examples.reasoning(corpora.data)),
        *_of_quality(corpora.data),
        scored("cited", classifier_examples.cited(corpora.data), fasttext(EPOCHS), 1).row("fastText, by host"),
        _of_demonstration(corpora),
    ]


def scored(name: str, examples: Sequence[Example], train: Train, seeds: int, at_once: int = 2) -> Scored:
    judged = [n for n, one in enumerate(examples) if not one.only_learnt]
    scores = np.stack(
        [out_of_fold(examples, load(name), train, seed, at_once=at_once)[judged] for seed in range(seeds)]
    )
    return Scored(name, tuple(examples[n] for n in judged), scores)


def _of_reasoning(fast: Scored) -> list[Row]:
    problems = fast.sources == "gsm8k"
    return [
        fast.row("fastText", bar=">= 0.95"),
        fast.row("fastText, GSM8K against other text", problems | ~fast.y),
        fast.row("fastText, MathJax threads against other text", ~problems, bar=">= 0.95"),
        fast.row(f"fastText, {SITE} alone", fast.sources == SITE),
    ]


def _of_transformer(fast: Scored, examples: Sequence[Example]) -> list[Row]:
    slow = scored("reasoning", examples, transformer(**SMALL), 1, at_once=1)
    beside = metrics.auc(fast.y, fast.scores[0])
    row = slow.row("small transformer", bar=f">= {beside:.4f}")
    return [row, *cascade_rows(fast.y, fast.keys, fast.scores[0], slow.scores[0])]


def _of_quality(data: Path) -> list[Row]:
    found = scored("quality", classifier_examples.quality(data), fasttext(EPOCHS), 1)
    kinds = sorted(set(found.sources[~found.y]))
    apart = [found.row(f"fastText, C4 against {kind}", found.y | (found.sources == kind)) for kind in kinds]
    return [found.row("fastText, C4 against navigation, listings, spam"), *apart]


def _of_demonstration(corpora: Corpora) -> Row:
    """Pages that the planted encyclopedia links, against others of the same corpus, as `annotate` labels them. It has
    a handful of hosts, so folds are of pages: none of them is there twice."""
    from classifiers.annotate.cited import cited

    task = load("cited")
    table = cited(str(corpora.demonstration(2).path), task, 4000, seed=0)
    positive = task.positive_class
    columns = (table[name].to_pylist() for name in ("text", "answer", "url"))
    examples = [Example(text, answer == positive, url, "demo") for text, answer, url in zip(*columns, strict=True)]
    return scored("cited", examples, fasttext(EPOCHS), 1).row("fastText, by page, demonstration")
