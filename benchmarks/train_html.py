"""Fit the trees of HTML extraction, and answer for pages out of fold.

    python -m benchmarks.train_html [--data .data] [--out curate/extract/html/trees.npz]

fits on all labelled pages and writes the file that the package ships: same data, same LightGBM, same bytes. Two stages
of boosted trees of depth 5; the second sees what the first thinks of the blocks around, so for its fit each page is
scored by a first stage that saw no page of its host (INNER folds). `out_of_fold` leaves out each of OUTER folds of
hosts in turn, inner folds and all. About two minutes for all of that.
"""

from __future__ import annotations

import argparse
from functools import cache
from pathlib import Path

import lightgbm
import numpy as np

from benchmarks import extraction_pages
from benchmarks.html_examples import Example, examples, fold
from curate.extract.html.classify import with_context
from curate.extract.html.features import FEATURES
from curate.extract.html.trees import ANSWERS, DEPTH, QUESTIONS, Stages, Trees

OUTER, INNER = 5, 4
ROUNDS = (90, 50)
SETTINGS = {
    "objective": "binary", "num_leaves": 15, "max_depth": DEPTH, "learning_rate": 0.12, "min_data_in_leaf": 30,
    "feature_fraction": 0.4, "bagging_fraction": 0.7, "bagging_freq": 1, "lambda_l2": 5, "seed": 1,
    "num_threads": 1, "deterministic": True, "force_row_wise": True, "verbose": -1,
}  # fmt: skip


def fit(pages: list[Example]) -> Stages:
    contextual: list[np.ndarray | None] = [None] * len(pages)
    for left_out in range(INNER):
        inside = [fold(page.host + "/", INNER) != left_out for page in pages]
        first = _fit_first([page for page, used in zip(pages, inside, strict=True) if used])
        for at, (page, used) in enumerate(zip(pages, inside, strict=True)):
            if not used:
                contextual[at] = with_context(page.page, page.rows, page.counts, first)
    second = _fit([(rows, page) for rows, page in zip(contextual, pages, strict=True) if rows is not None], ROUNDS[1])
    return _fit_first(pages), second


def _fit_first(pages: list[Example]) -> Trees:
    return _fit([(page.rows[:, :FEATURES], page) for page in pages], ROUNDS[0])


def _fit(pages: list[tuple[np.ndarray, Example]], rounds: int) -> Trees:
    rows = np.concatenate([rows[page.weight > 0] for rows, page in pages])
    main = np.concatenate([page.main[page.weight > 0] for _, page in pages])
    weight = np.concatenate([page.weight[page.weight > 0] for _, page in pages])
    model = lightgbm.train(SETTINGS, lightgbm.Dataset(rows, main, weight=weight), rounds)
    return heaps([tree["tree_structure"] for tree in model.dump_model()["tree_info"]])


def heaps(trees: list[dict]) -> Trees:
    """LightGBM's trees as `curate.extract.html.trees` lays them out."""
    column = np.zeros((len(trees), QUESTIONS), np.uint16)
    limit = np.full((len(trees), QUESTIONS), np.inf, np.float32)
    answer = np.zeros((len(trees), ANSWERS), np.float32)
    for number, tree in enumerate(trees):
        _lay_out(tree, 0, column[number], limit[number], answer[number])
    return Trees(column, limit, answer)


def _lay_out(node: dict, at: int, column: np.ndarray, limit: np.ndarray, answer: np.ndarray) -> None:
    if "split_feature" in node:
        if node["decision_type"] != "<=":
            raise ValueError(f"trees ask for <= only, not {node['decision_type']}")
        column[at], limit[at] = node["split_feature"], _below(node["threshold"])
        _lay_out(node["left_child"], 2 * at + 1, column, limit, answer)
        _lay_out(node["right_child"], 2 * at + 2, column, limit, answer)
        return
    while at < QUESTIONS:  # every limit below is infinite, so the answer is that of the first child
        at = 2 * at + 1
    answer[at - QUESTIONS] = node["leaf_value"]


def _below(threshold: float) -> np.float32:
    """The largest float32 up to a threshold: features are float32, so they compare as they did in the fit."""
    rounded = np.float32(threshold)
    return rounded if float(rounded) <= threshold else np.nextafter(rounded, np.float32(-np.inf))


@cache
def out_of_fold(data: Path) -> tuple[Stages, ...]:
    """Of each fold of hosts, the trees that saw none of its pages; for a host: out_of_fold(data)[fold(host, OUTER)]."""
    pages = examples(data, extraction_pages.pages(data))
    return tuple(fit([page for page in pages if fold(page.host, OUTER) != left_out]) for left_out in range(OUTER))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(".data"))
    parser.add_argument("--out", type=Path, default=Path("curate/extract/html/trees.npz"))
    options = parser.parse_args()
    stages = fit(examples(options.data, extraction_pages.pages(options.data)))
    arrays = {f"{name}_{n + 1}": getattr(stages[n], name) for n in range(2) for name in Trees._fields}
    np.savez_compressed(options.out, **arrays)
    print(f"{options.out}: {ROUNDS[0]} and {ROUNDS[1]} trees, {options.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
