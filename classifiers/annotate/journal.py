"""Answers by content: (digest of the prompt, model, SHA-256 of what was shown, which time) -> what was said.

The same text is asked once, in whatever run or corpus it turns up, wherever the file is the same (`--cache`). An answer
is in it, on disk, before anything else learns of it; so kill -9 loses at most what was in flight. The first answer
stands: a second process that asked the same meanwhile gets the first one's.

That a text got no valid answer is kept as well, or each run would pay for the same failure again; `forget_unjudged`
gives those texts another chance.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from classifiers.annotate import database

TABLE = """CREATE TABLE IF NOT EXISTS answers (
    prompt TEXT NOT NULL, model TEXT NOT NULL, shown TEXT NOT NULL, time INTEGER NOT NULL,
    answer TEXT, reason TEXT, tokens INTEGER NOT NULL, PRIMARY KEY (prompt, model, shown, time)) WITHOUT ROWID"""


@dataclass(frozen=True)
class Key:
    """What was asked of whom, about what; `time` is 0, and 1 where the same is asked again on purpose."""

    prompt: str
    model: str
    shown: str
    time: int = 0


@dataclass(frozen=True)
class Said:
    """An answer with the judge's reason, or None with why there is none."""

    answer: str | None
    reason: str | None
    tokens: int = 0


class Journal:
    """The file of answers; threads and processes share it."""

    def __init__(self, path: str):
        self._file, self._lock = database.open(path, TABLE), threading.Lock()

    def get(self, key: Key) -> Said | None:
        with self._lock:
            row = self._file.execute(
                "SELECT answer, reason, tokens FROM answers WHERE prompt = ? AND model = ? AND shown = ? AND time = ?",
                (key.prompt, key.model, key.shown, key.time),
            ).fetchone()
        return None if row is None else Said(*row)

    def put(self, key: Key, said: Said) -> Said:
        """What stands for the key from now on."""
        with self._lock:
            self._file.execute(
                "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (key.prompt, key.model, key.shown, key.time, said.answer, said.reason, said.tokens),
            )
        return self.get(key) or said

    def has_answers(self, prompt: str, model: str) -> bool:
        """Whether any text was judged so."""
        asked = "SELECT 1 FROM answers WHERE prompt = ? AND model = ? AND answer IS NOT NULL LIMIT 1"
        with self._lock:
            return self._file.execute(asked, (prompt, model)).fetchone() is not None

    def forget_unjudged(self, prompt: str, model: str) -> int:
        """Texts that may be asked anew."""
        with self._lock:
            return self._file.execute(
                "DELETE FROM answers WHERE prompt = ? AND model = ? AND answer IS NULL", (prompt, model)
            ).rowcount

    def close(self) -> None:
        self._file.close()
