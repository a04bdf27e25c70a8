"""The run's vocabulary, and token histograms by language."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from curate.recipe import Recipe


def tokenizer(recipe: Recipe) -> Any:
    """The recipe's tokenizer, loaded once a process."""
    return _load(recipe.tokenizer.model_dump_json())


@lru_cache(maxsize=2)
def _load(spec: str) -> Any:
    import json

    from curate.tokenizer import load

    return load({k: v for k, v in json.loads(spec).items() if v is not None})


class Histograms:
    """Sparse token counts by language; dense while a shard is worked on."""

    def __init__(self, size: int):
        self._size, self._counts = size, dict[str, np.ndarray]()

    def add(self, languages: pa.Array, ids: np.ndarray, offsets: np.ndarray) -> None:
        from curate import divergence

        encoded = languages.dictionary_encode()
        numbers = encoded.indices.to_numpy()
        for number, language in enumerate(encoded.dictionary.to_pylist()):
            if language not in self._counts:
                self._counts[language] = np.zeros(self._size, np.int64)
            divergence.add(ids, offsets, np.flatnonzero(numbers == number), self._counts[language])

    def languages(self) -> dict[str, int]:
        """Tokens of each language."""
        return {language: int(counts.sum()) for language, counts in sorted(self._counts.items())}

    def table(self, schema: pa.Schema) -> pa.Table:
        parts = [schema.empty_table()]
        for language, counts in sorted(self._counts.items()):
            tokens = np.flatnonzero(counts)
            columns = [
                pa.repeat(pa.scalar(language), len(tokens)),
                pa.array(tokens, pa.int32()),
                pa.array(counts[tokens]),
            ]
            parts.append(pa.Table.from_arrays(columns, schema=schema))
        return pa.concat_tables(parts)
