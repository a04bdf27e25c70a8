"""What fastText makes of the mean of a text's rows: the best label, or the probabilities of all.

Softmax, or Huffman's tree of yes-or-no decisions (hierarchical softmax).
"""

import math

import numpy as np

from curate.kernels.jit import inlined
from curate.kernels.vectors import WIDTH, dot

LITTLE = 1e-5  # what fastText adds to a probability before it takes the logarithm
LEAST_LOG = np.float32(math.log(LITTLE))


@inlined
def best_leaf(model, hidden, nodes, scores):
    """Depth first, left before right; what is less probable than the best leaf is cut off, of equals the last wins."""
    leaves = model.tree.shape[0] + 1
    label, best = -1, LEAST_LOG
    nodes[0], scores[0], waiting = 2 * leaves - 2, 0, 1
    while waiting:
        waiting -= 1
        node, score = nodes[waiting], scores[waiting]
        if score < best:
            continue
        if node < leaves:
            label, best = node, score
            continue
        right = np.float32(1 / (1 + np.exp(-_product(model, node - leaves, hidden))))
        nodes[waiting], scores[waiting] = model.tree[node - leaves, 1], score + _log(right)
        nodes[waiting + 1], scores[waiting + 1] = model.tree[node - leaves, 0], score + _log(np.float32(1 - right))
        waiting += 2
    return label, np.exp(best) if label >= 0 else np.float32(0)


@inlined
def best_label(model, hidden, scores):
    labels = model.labels
    for k in range(labels):
        scores[k] = _product(model, k, hidden)
    most, total = scores[:labels].max(), np.float32(0)
    for k in range(labels):
        scores[k] = np.exp(scores[k] - most)
        total += scores[k]
    label = 0
    for k in range(labels):
        if scores[k] >= scores[label]:
            label = k
    return label, np.exp(_log(scores[label] / total))


@inlined
def _product(model, row, hidden):
    total = np.float32(0)
    for k in range(0, model.width, WIDTH):
        total += dot(model.output, row * model.width + k, hidden, k)
    return total


@inlined
def _log(probability):
    return np.float32(math.log(probability + LITTLE))


@inlined
def every_label(model, hidden, scores):
    """Write the probabilities of all labels to `scores`."""
    for k in range(model.labels):
        scores[k] = _product(model, k, hidden)
    most, total = scores[: model.labels].max(), 0.0
    for k in range(model.labels):
        scores[k] = np.exp(scores[k] - most)
        total += scores[k]
    for k in range(model.labels):
        scores[k] /= total


@inlined
def every_leaf(model, hidden, scores):
    """The same of a tree, from its root down: a node's children have lower numbers. `scores` has room for all nodes."""
    root = 2 * model.labels - 2
    scores[root] = 1
    for node in range(root, model.labels - 1, -1):
        at = node - model.labels
        right = 1 / (1 + np.exp(-np.float64(_product(model, at, hidden))))
        scores[model.tree[at, 1]] = scores[node] * right
        scores[model.tree[at, 0]] = scores[node] * (1 - right)
