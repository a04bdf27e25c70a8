"""score: classifiers' scores, divergence from the corpus's token distribution, and the category.

Classifiers are run by `pipelines.classify`, over all shards, before a shard's columns are put together here; without
any in the recipe this costs nothing.


The reference is the distribution of the same group and language (Llama 3 drops documents whose Kullback-Leibler
divergence from the training corpus is too large). Raw divergence mostly measures length, so cuts are made within bands
of length; here the histogram of thousandths of a nat by (group, language, band) is counted for them, of the documents
that `divergence` judges.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from curate import model_card
from curate.recipe import Recipe
from pipelines import flow, ledger, shuffle, tables
from pipelines.classify.columns import ClassifierColumns
from pipelines.classify.run import classify
from pipelines.context import Context
from pipelines.output import ShardOutput
from pipelines.runners import Engine
from pipelines.spared import Pages, divergence_judges
from pipelines.told import tell, told
from pipelines.undone import undone
from schemas import SCORES

VERSION = 5  # 4: languages of code; 5: classifiers
SCOPE = ("group", "language", "code_language")  # columns of documents that say whom a category is for
HERE = "pipelines.phases.score"
COUNT = np.dtype([("token", "<i4"), ("count", "<i8")])
UNREAD = ("text", "removed_lines")  # of `clean`: what no category compares


def settings(recipe: Recipe) -> dict[str, Any]:
    rule = recipe.divergence
    judged = {"divergence.groups": rule.groups, "divergence.unless": rule.unless} if rule else {}
    scored = {"classifiers": _scoring(recipe)} if recipe.classifiers else {}
    return {"categories": recipe.section_json("categories"), **judged, **scored}


def _scoring(recipe: Recipe) -> list[dict[str, Any]]:
    """What scores are a function of; a new cut makes none anew, but for a cascade, which sends around its cut."""
    scope = ("task", "groups", "languages", "except_languages", "unless")
    kinds = [model_card.read(one.model, verify=False).kind for one in recipe.classifiers]
    return [
        one.decides(*() if kind == "cascade" else scope) for one, kind in zip(recipe.classifiers, kinds, strict=True)
    ]


def run(context: Context, engine: Engine) -> None:
    numbers = tables.shard_numbers(context)
    entries = sum(context.read_marker(n, "clean").stats["histogram"] for n in numbers)
    tell(context, "distributions", sorted(_distributions(context)))
    names = f"{HERE}:token_counts", f"{HERE}:add_up"
    shuffle.shuffle(context, engine, "references", numbers, *names, total_bytes=entries * COUNT.itemsize)
    if context.recipe.classifiers and undone(context):
        classify(context, engine)
    flow.run(context, engine, undone(context), f"{HERE}:score")


def distributions(context: Context) -> dict[tuple[str, str], int]:
    """The number of each (group, language) of the corpus."""
    return {(group, language): n for n, (group, language) in enumerate(told(context, "distributions"))}


def _distributions(context: Context) -> set[tuple[str, str]]:
    pairs = set()
    for shard, group in tables.groups(context).items():
        pairs |= {(group, language) for language in context.read_marker(shard, "clean").stats["languages"]}
    return pairs


def token_counts(context: Context, shard: int, values: list[bytes]) -> Iterator[flow.Element]:
    numbers, group = distributions(context), tables.groups(context)[shard]
    histogram = tables.read(context, "histogram", shard, "clean")
    place = np.array([numbers[group, language] for language in histogram["language"].to_pylist()], np.int64)
    counts = np.empty(len(place), COUNT)
    counts["token"], counts["count"] = histogram["token"].to_numpy(), histogram["count"].to_numpy()
    yield from shuffle.by_place(place, counts)


def add_up(context: Context, number: int, values: list[bytes]) -> Iterator[flow.Element]:
    counts = shuffle.joined(values, COUNT)
    tokens, index = np.unique(counts["token"], return_inverse=True)
    total = np.zeros(len(tokens), COUNT)
    total["token"] = tokens
    np.add.at(total["count"], index, counts["count"])
    yield number, total.tobytes()


def score(context: Context, shard: int, values: list[bytes]) -> Iterator[flow.Element]:
    from curate import categories

    group, references, cells = tables.groups(context)[shard], _References(context), _Cells()
    pages = Pages(context, shard, context.recipe.divergence.unless if context.recipe.divergence else ())
    compared = sorted({*_document_columns(context.recipe), *pages.columns} - {"chars"})
    meta = tables.survivors(context, shard, ["row", *SCOPE, *compared])
    columns = [name for name in tables.columns(context, "clean", shard, "clean") if name not in UNREAD]
    classified = ClassifierColumns(context, shard)
    schema = SCORES.with_columns(classified.fields)
    with ShardOutput(context, shard, VERSION) as out:
        file = out.parquet("scores", schema)
        for batch in tables.batches(context, "clean", shard, "clean", columns):
            about = tables.in_row_order(meta, batch["row"].to_numpy())
            table = pa.Table.from_batches([batch])
            for name in (*SCOPE, *compared):
                table = table.append_column(name, about[name])
            scores = classified.of(batch["row"].to_numpy())
            for name, column in scores.items():
                table = table.append_column(name, column)
            divergence = references.divergence(group, about["language"], batch["tokens"])
            lengths = np.diff(batch["tokens"].offsets.to_numpy()).astype(np.int64)
            category = categories.assign(context.recipe.categories, table)
            own = [batch["row"], category, pa.array(lengths), pa.array(divergence, pa.float32())]
            file.write(pa.record_batch([*own, *scores.values()], schema=schema))
            judged = divergence_judges(context.recipe, group, pages.of(table))
            languages = about["language"].filter(pa.array(judged)).to_pylist()
            cells.add(group, languages, lengths[judged], divergence[judged])
            ledger.count_kept(out.counts, table.append_column("counted", pa.array(lengths)), tokens="counted")
        out.stats["divergence"] = cells.counts
        if classified.stats:
            out.stats["classifiers"] = classified.stats
            out.stats["notes"] = classified.notes
    yield from ()


def _document_columns(recipe: Recipe) -> list[str]:
    """Columns of `documents` that a category compares; `chars` is measured again."""
    return sorted({rule.signal for rule in recipe.categories if rule.signal in ("date", "language_score")})


def band(tokens: np.ndarray) -> np.ndarray:
    """Band of document length: powers of two."""
    return np.floor(np.log2(np.maximum(tokens, 1))).astype(np.int64)


class _References:
    """log q of each (group, language), read when first wanted."""

    def __init__(self, context: Context):
        from pipelines.tokens import tokenizer

        self._context, self._size = context, tokenizer(context.recipe).size
        self._numbers, self._log_q = distributions(context), dict[str, np.ndarray]()

    def divergence(self, group: str, languages: pa.ChunkedArray, tokens: pa.ListArray) -> np.ndarray:
        from curate.divergence import kl

        result = np.zeros(len(tokens), np.float32)
        names = np.array(languages.to_pylist(), dtype=object)
        for language in sorted(set(names)):
            mine = np.flatnonzero(names == language)
            own = tokens.take(pa.array(mine))
            offsets = own.offsets.to_numpy().astype(np.int64)
            ids = own.flatten().to_numpy()
            result[mine] = kl(ids, offsets - offsets[0], self._of(group, language))
        return result

    def _of(self, group: str, language: str) -> np.ndarray:
        from curate.divergence import reference

        if language not in self._log_q:
            counts = np.zeros(self._size, np.int64)
            known = shuffle.read(self._context, "references", self._numbers[group, language], COUNT)
            counts[known["token"]] = known["count"]
            self._log_q[language] = reference(counts)
        return self._log_q[language]


class _Cells:
    """Counts of documents by "group|language|band" and thousandth of a nat."""

    def __init__(self) -> None:
        self.counts: dict[str, dict[str, int]] = {}

    def add(self, group: str, languages: list[str], lengths: np.ndarray, divergence: np.ndarray) -> None:
        thousandths = np.rint(divergence * 1000).astype(np.int64)
        for language, size, value in zip(languages, band(lengths).tolist(), thousandths.tolist(), strict=True):
            cell = self.counts.setdefault(f"{group}|{language}|{size}", {})
            cell[str(value)] = cell.get(str(value), 0) + 1
