"""The cascade on scores of models that saw no document's key: what is sent, and how often decisions are the slow one's.

The band of a fold's documents is chosen on the other folds alone, from their fast and slow scores, and its own fast
scores; then all decisions are counted. So the band is measured where it was not chosen.
"""

from __future__ import annotations

import numpy as np

from benchmarks.classifier_folds import FOLDS
from benchmarks.rows import Row, share
from classifiers import metrics
from classifiers.cascade import Band, band, joint, merged, sent
from classifiers.cascade.histogram import SCORES
from classifiers.splits import folds

THRESHOLD = 500  # thousandths of the slow score: more likely than not
SEED = 100  # of folds that are not those of training


def cascade_rows(y: np.ndarray, keys: np.ndarray, fast: np.ndarray, slow: np.ndarray) -> list[Row]:
    fold = folds(keys, FOLDS, SEED)
    reached, scores = np.zeros(len(y), bool), np.zeros(len(y), np.int32)
    for number in range(FOLDS):
        here = fold == number
        between = _band(fast[~here], slow[~here], fast[here])
        reached[here] = sent(fast[here], between)
        scores[here] = merged(fast[here], slow[here], between, THRESHOLD)
    agree = (scores >= THRESHOLD) == (slow >= THRESHOLD)
    name = "classifiers, reasoning: cascade, "
    right = [float(((one >= THRESHOLD) == y).mean()) for one in (fast, slow, scores)]
    told = "right: fastText {:.4f}, transformer {:.4f}, cascade {:.4f}".format(*right)
    auc = f"transformer {metrics.auc(y, slow):.4f}, fastText {metrics.auc(y, fast):.4f}"
    return [
        share(f"{name}documents sent to the transformer", int(reached.sum()), len(y), bar="<= 0.3"),
        share(f"{name}decisions as with it on all", int(agree.sum()), len(y), reference=told, bar=">= 0.99"),
        Row(f"{name}AUC of merged scores", round(metrics.auc(y, scores), 4), "AUC", len(y), reference=auc),
    ]


def _band(fast: np.ndarray, slow: np.ndarray, there: np.ndarray) -> Band:
    return band(joint(fast, slow), np.bincount(there, minlength=SCORES), threshold=THRESHOLD)
