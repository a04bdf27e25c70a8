"""A sample of each run encoded a second time, by the library that defines the ids.

About one document in a thousand, chosen by its uid (itself a hash), and the first of each shard that is short enough;
so the same documents in every run and with any number of workers. A document above `LONGEST` is left out: tiktoken
takes a second for 10 MB. A difference is a defect of the fast engine and stops the run, for token ids that mean another
text are the one mistake that no later look at a corpus would show.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from curate.errors import RunStopped

ONE_IN = 1000
LONGEST = 1 << 20


class IdsChecked:
    """For one shard; `stats` goes into its marker."""

    def __init__(self, encoder: Any):
        self._encoder = encoder
        self._documents = 0

    def add(self, uids: pa.Array, texts: pa.Array, ids: np.ndarray, offsets: np.ndarray) -> None:
        """Raises RunStopped where the ids of a document in the sample are not the reference's."""
        if self._encoder.engine == self._encoder.reference:
            return
        rows = self._sample(uids, texts)
        if not len(rows):
            return
        each = [ids[offsets[row] : offsets[row + 1]] for row in rows]
        ends = np.concatenate([[0], np.cumsum([len(one) for one in each])])
        wrong = self._encoder.differing(texts.take(pa.array(rows)), np.concatenate(each), ends)
        if wrong:
            raise RunStopped(self._sentence(uids[int(rows[wrong[0]])].as_py()))
        self._documents += len(rows)

    def stats(self) -> dict[str, Any]:
        encoder = self._encoder
        names = {"engine": encoder.engine, "reference": encoder.reference, "alone_because": encoder.alone_because}
        return {**names, "documents": self._documents}

    def _sample(self, uids: pa.Array, texts: pa.Array) -> np.ndarray:
        sizes = pc.binary_length(texts).fill_null(0).to_numpy(zero_copy_only=False)
        short = (sizes <= LONGEST) & (sizes > 0)
        chosen = (uids.to_numpy(zero_copy_only=False) % np.uint64(ONE_IN) == 0) & short
        if not self._documents and short.any() and not chosen.any():
            chosen[np.flatnonzero(short)[0]] = True
        return np.flatnonzero(chosen)

    def _sentence(self, uid: int) -> str:
        fast, exact = (f"{name} {version(name)}" for name in (self._encoder.engine, self._encoder.reference))
        return (
            f"{fast} and {exact} give document uid {uid} different token ids, which is a defect: please report both "
            "versions with the text of that document; to go on, set tokenizer.engine to reference in the recipe "
            f"({self._encoder.reference} alone, the right ids, about 10 times slower)"
        )
