"""A fastText model with its output layer multiplied into its rows: a row has one number a label, no longer a dimension.

(mean of rows) . output = mean of (rows . output), so what a text costs falls with the width of a row: a model of 100
dimensions and 10 labels becomes one of 10. Rows are multiplied once, when the model is loaded. Products are added up in
an order that no compiler may change, so they have the same bits on every processor.
"""

import numpy as np

from curate.fasttext_model import Model
from curate.kernels.jit import kernel
from curate.kernels.vectors import WIDTH, dot

AT_ONCE = 1 << 14  # rows widened at a time: a copy of the whole matrix would double the memory


def narrowed(model: Model) -> Model:
    """The same model with as many dimensions as labels; as it is where it has no more dimensions than that."""
    labels = len(model.labels)
    if labels >= model.input.shape[1]:
        return model
    return model._replace(input=products(model.input, model.output), output=np.eye(labels, dtype=np.float32))


def products(rows: np.ndarray, output: np.ndarray) -> np.ndarray:
    """float32[rows, outputs]; ValueError where weights are too large for that."""
    width = -(-rows.shape[1] // WIDTH) * WIDTH
    found = np.empty((len(rows), len(output)), np.float32)
    towards = _widened(output, width)
    for at in range(0, len(rows), AT_ONCE):
        _products(_widened(rows[at : at + AT_ONCE], width), towards, width, found[at : at + AT_ONCE])
    if not np.isfinite(found).all():
        raise ValueError("its weights are so large that their products are no finite numbers")
    return found


def _widened(matrix: np.ndarray, width: int) -> np.ndarray:
    wide = np.zeros((len(matrix), width), np.float32)
    wide[:, : matrix.shape[1]] = matrix
    return wide.ravel()


@kernel
def _products(rows, towards, width, found):
    for i in range(found.shape[0]):
        for j in range(found.shape[1]):
            total = np.float32(0)
            for k in range(0, width, WIDTH):
                total += dot(rows, i * width + k, towards, j * width + k)
            found[i, j] = total
