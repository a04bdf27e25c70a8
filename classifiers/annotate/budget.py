"""Tokens and money that may be spent, held even through kill -9.

Before a request is sent its upper bound is written down (one row, synced to disk), and afterwards what it really cost.
A row that was never settled, since the process died, counts at its bound for ever: the endpoint may have answered. So
the sum of rows is never less than what was spent, and no request is sent that could bring it above the budget.

The bound of a prompt is the bytes of its request, for no tokenizer in use makes more tokens than bytes; that of the
answer is the limit sent with it. An endpoint that ignores the limit is counted at what it says, and expected to
write as much again from then on.

Money is whole picodollars: prices per million tokens are exact in them, and sums do not depend on order. Two SQLite
commits a request, about a millisecond each on a disk.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from classifiers.annotate import database
from curate.errors import UserError

PICODOLLARS = 10**12
MOST_DOLLARS = 10**6  # what an INTEGER of SQLite holds in picodollars is nine times that
TABLE = """CREATE TABLE IF NOT EXISTS requests (
    id INTEGER PRIMARY KEY, prompt INTEGER NOT NULL, completion INTEGER NOT NULL, cost INTEGER NOT NULL,
    outcome TEXT)"""
OPEN = "in flight when the run was killed"


@dataclass(frozen=True)
class Prices:
    """Picodollars a token."""

    prompt: int = 0
    completion: int = 0

    @classmethod
    def of(cls, prompt: str | float, completion: str | float) -> Prices:
        """From dollars a million tokens."""
        return cls(_picodollars(prompt, "--price-in", 10**6), _picodollars(completion, "--price-out", 10**6))

    def cost(self, prompt: int, completion: int) -> int:
        return prompt * self.prompt + completion * self.completion


@dataclass
class Spent:
    """By all runs into this folder, bounds of what is not settled included."""

    tokens: int = 0
    cost: int = 0  # picodollars

    @property
    def usd(self) -> float:
        return self.cost / PICODOLLARS


class Budget:
    """The account of one folder. Held by one process at a time."""

    def __init__(
        self, path: str, tokens: int | None = None, usd: str | float | None = None, prices: Prices | None = None
    ):
        self._tokens, self._cost = tokens, None if usd is None else _picodollars(usd, "--budget-usd")
        self.prices = prices or Prices()
        if self._cost is not None and self.prices == Prices():
            raise UserError("--budget-usd needs --price-in and --price-out, in dollars a million tokens")
        self._file, self._changed = database.open(path, TABLE, alone=True), threading.Condition()
        row = self._file.execute("SELECT coalesce(sum(prompt + completion), 0), coalesce(sum(cost), 0) FROM requests")
        self.spent, self._open = Spent(*row.fetchone()), 0
        self._refused: tuple[int, int] | None = None  # the most tokens and the highest cost of what did not fit

    def reserve(self, prompt: int, completion: int, may_wait: Callable[[], bool] | None = None) -> int | None:
        """The number of a reservation, or None where the budget does not reach.

        While other requests are in flight it waits for them, since most cost less than their bound; `may_wait` says
        whether there is still something to wait for, where that is not reservations alone.
        """
        cost = self.prices.cost(prompt, completion)
        with self._changed:
            while not self._fits(prompt + completion, cost):
                if not (may_wait() if may_wait else self._open):
                    tokens, most = self._refused or (0, 0)
                    self._refused = max(tokens, prompt + completion), max(most, cost)
                    return None
                self._changed.wait(0.05)
            row = self._file.execute(
                "INSERT INTO requests (prompt, completion, cost) VALUES (?, ?, ?)", (prompt, completion, cost)
            )
            self._add(prompt + completion, cost, 1)
            return int(row.lastrowid or 0)

    def settle(self, reservation: int, outcome: str, tokens: tuple[int, int] | None) -> None:
        """What a request came to: (prompt, completion) tokens, or None where that is not known: its bound stands."""
        with self._changed:
            row = self._file.execute("SELECT prompt, completion, cost FROM requests WHERE id = ?", (reservation,))
            prompt, completion, cost = row.fetchone()
            real = tokens if tokens is not None else (prompt, completion)
            real_cost = self.prices.cost(*real) if tokens is not None else cost
            self._file.execute(
                "UPDATE requests SET prompt = ?, completion = ?, cost = ?, outcome = ? WHERE id = ?",
                (*real, real_cost, outcome, reservation),
            )
            self._add(sum(real) - prompt - completion, real_cost - cost, -1)

    def outcomes(self) -> dict[str, int]:
        """Requests by what came of them, of all runs into this folder."""
        rows = self._file.execute("SELECT coalesce(outcome, ?), count(*) FROM requests GROUP BY 1 ORDER BY 1", (OPEN,))
        return dict(rows.fetchall())

    def short(self) -> str | None:
        """What is left, and what a request may cost, where there was one that did not fit."""
        if self._refused is None:
            return None
        tokens, cost = self._refused
        told = []
        if self._tokens is not None and self.spent.tokens + tokens > self._tokens:
            told.append(
                f"{max(0, self._tokens - self.spent.tokens):,} tokens left, and a request may cost up to {tokens:,}"
            )
        if self._cost is not None and self.spent.cost + cost > self._cost:
            left = max(0, self._cost - self.spent.cost) / PICODOLLARS
            told.append(f"${left:,.6f} left, and a request may cost up to ${cost / PICODOLLARS:,.6f}")
        return "; ".join(told)

    def close(self) -> None:
        self._file.close()

    def _fits(self, tokens: int, cost: int) -> bool:
        enough = self._tokens is None or self.spent.tokens + tokens <= self._tokens
        return enough and (self._cost is None or self.spent.cost + cost <= self._cost)

    def _add(self, tokens: int, cost: int, opened: int) -> None:
        self.spent.tokens += tokens
        self.spent.cost += cost
        self._open += opened
        self._changed.notify_all()


def _picodollars(dollars: str | float, option: str, per: int = 1) -> int:
    """Of dollars for so many, picodollars for one; what does not divide is rounded against the one who spends."""
    try:
        amount = Decimal(str(dollars))
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or not 0 <= amount < MOST_DOLLARS:
        raise UserError(f"{option} {dollars}: write dollars, for example 0.15")
    rounding = "ROUND_CEILING" if per > 1 else "ROUND_FLOOR"
    return int((amount * PICODOLLARS / per).to_integral_value(rounding=rounding))
