"""Which documents of a shard a rule concerns: its example of a kept document must not be one that it passed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from curate.corpus import Corpus, parquet
from curate.errors import UserError
from curate.recipe.classifiers import PREFIX

if TYPE_CHECKING:
    from curate.recipe.rules import Rule


def concerned(corpus: Corpus, name: str, shard: int, signals: str) -> np.ndarray | bool:
    """bool for each row of the file `signals` of the shard; True where rules called `name` concern all, or none is."""
    from curate import rules

    if name.startswith(PREFIX) and (languages := _cut_there(corpus, name)):
        table = _beside(corpus, ["row", "language"], shard, signals)
        return table is None or np.isin(np.array(table["language"].to_pylist(), object), languages)
    named = _called(corpus, name)
    if not named or any(not (r.groups or r.languages or r.except_languages or r.unless) for r in named):
        return True
    columns = {"row", "group", "language", rules.CODE, *(unless.signal for r in named for unless in r.unless)}
    table = _beside(corpus, sorted(columns), shard, signals)
    return table is None or np.any([rules.applies(rule, table) for rule in named], axis=0)


def _cut_there(corpus: Corpus, name: str) -> list[str]:
    """Languages whose cut has this name in the ledger; none where a classifier has one cut for all."""
    found = []
    for stated in corpus.recipe.get("classifiers") or []:
        least = stated.get("min")
        for language, score in least.items() if isinstance(least, dict) else ():
            if name == f"{PREFIX}{stated['task']} < {score:g}":
                found.append(language)
    return found


def _called(corpus: Corpus, name: str) -> list[Rule]:
    from curate.recipe.rules import Rule

    stated = [*(corpus.recipe.get("rules") or []), *(corpus.recipe.get("select") or [])]
    known = [Rule.model_validate(rule) for rule in stated]
    return [rule for rule in known if name in _names(rule)]


def _names(rule: Rule) -> list[str]:
    bounds = [rule.name_of(-1)] if rule.min is not None else []
    return [*bounds, rule.name_of(1)] if rule.max is not None else bounds


def _beside(corpus: Corpus, columns: list[str], shard: int, signals: str) -> pa.Table | None:
    """`columns` of the documents and signals of a shard, for the rows that have signals."""
    try:
        documents = corpus.files("extract", "documents")[shard]
    except (UserError, KeyError):
        return None
    measured = parquet.read(signals, [name for name in columns if name in parquet.names(signals)])
    own = [name for name in columns if name in parquet.names(documents)]
    table = parquet.read(documents, own)
    table = table.take(pa.array(np.searchsorted(table["row"].to_numpy(), measured["row"].to_numpy())))
    for name in measured.column_names:
        if name not in own:
            table = table.append_column(name, measured[name])
    return table
