"""How often each category is used, from the shares a recipe asks for and the tokens there are.

Shares with a budget (`tokens: 15T`): a category gets share x tokens, repeated where it must be, at most `max_epochs`
times; what is then missing is not made up by others, but said in `notes`.

Shares without a budget: the mix is as large as it can be with no category above `max_epochs` and some category used
exactly once. Of general 1000, math 100, code 300 with shares 50, 25, 25 % and 4 epochs: used whole, general would make
a mix of 2000, math of 400, code of 1200; four epochs of math allow 1600 at most; so the mix has 1200 tokens: code
once, math 3 times, 60 % of general.

`natural`: everything once, or scaled evenly to the budget. Shares of categories without tokens go to the others in
proportion, with a note. A document's own weight (its source's) multiplies its category's rate, and may take it above
`max_epochs`; `totals` are weighted alike.

Rates are integers in units of 2^-32. A document is used floor(rate x weight) times, and once more if its hash lies
below the fraction: every machine agrees, and a larger rate keeps all that a smaller one took.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from curate.errors import UserError
from curate.mix.order import SAMPLING, stream_hash

ONE = 1 << 32


class MixError(UserError):
    """A mix that the corpus cannot have."""


@dataclass(frozen=True)
class Plan:
    """The rate of every category, and what a user must know about them."""

    rates: dict[str, int]  # in units of 2^-32
    notes: tuple[str, ...]
    seed: int

    def copies(self, category: str, uids: np.ndarray, weights: np.ndarray | pa.Array) -> np.ndarray:
        """int32[n]: how often each of these documents of `category` is used."""
        distinct, of_weight = np.unique(np.asarray(weights, np.float64), return_inverse=True)  # one a source: few
        exact = [Fraction(weight) * self.rates[category] for weight in distinct.tolist()]
        whole = np.array([int(rate) // ONE for rate in exact], np.int32)
        part = np.array([int(rate) % ONE for rate in exact], np.uint64)
        hashes = stream_hash(self.seed, SAMPLING, uids) >> np.uint64(32)
        return whole[of_weight] + (hashes < part[of_weight]).astype(np.int32)


def plan(totals: Mapping[str, int | float | Fraction], mix: Any) -> Plan:
    """The plan of a recipe's `mix` section. `totals`: weighted tokens of every category there can be, also of none."""
    available = {category: Fraction(totals[category]) for category in sorted(totals)}
    notes: list[str] = []
    epochs = Fraction(str(mix.max_epochs))
    if mix.shares == "natural":
        rates = _natural(available, mix.tokens, epochs, notes)
    else:
        shares = _shares(available, mix.shares, notes)
        rates = _by_shares(available, shares, mix.tokens, epochs, notes)
    return Plan({category: round(rate * ONE) for category, rate in rates.items()}, tuple(notes), mix.seed)


def _natural(
    available: dict[str, Fraction], tokens: int | None, epochs: Fraction, notes: list[str]
) -> dict[str, Fraction]:
    total = sum(available.values(), Fraction(0))
    rate = Fraction(tokens) / total if tokens and total else Fraction(1)
    if rate > epochs:
        notes.append(f"{_count(tokens)} tokens were asked for; {_count(total)} repeated {_times(epochs)} "
                     f"(mix.max_epochs) make {_count(total * epochs)}.")
    return dict.fromkeys(available, min(rate, epochs))


def _shares(available: dict[str, Fraction], asked: Mapping[str, float], notes: list[str]) -> dict[str, Fraction]:
    """The shares asked for, over the categories that have tokens; they sum to 1 unless there are no tokens at all."""
    for category in asked:
        if category not in available:
            raise MixError(f"mix.shares: no category {category!r}; there are {', '.join(available) or 'none'}")
    shares = {category: Fraction(str(share)) for category, share in asked.items() if available[category] and share}
    empty = sorted(category for category, share in asked.items() if share and not available[category])
    total = sum(shares.values(), Fraction(0))
    if not total and any(available.values()):
        raise MixError(f"mix.shares: none of {', '.join(sorted(asked))} has any tokens; "
                       "give a share to another category, or use natural")
    if empty:
        notes.append(f"No tokens in {', '.join(empty)}: their share of the mix goes to the other categories.")
    for category, tokens in available.items():
        if tokens and category not in shares:
            notes.append(f"{category} has no share: its {_count(tokens)} tokens are left out.")
    return {category: shares[category] / total for category in sorted(shares)}


def _by_shares(
    available: dict[str, Fraction], shares: dict[str, Fraction], tokens: int | None, epochs: Fraction, notes: list[str]
) -> dict[str, Fraction]:
    rates = dict.fromkeys(available, Fraction(0))
    if not shares:
        return rates
    total = Fraction(tokens) if tokens else _largest(available, shares, epochs)
    for category, share in shares.items():
        rates[category] = share * total / available[category]
    if not tokens:
        used = ", ".join(f"{category} {_times(rates[category])}" for category in shares)
        notes.append(f"No token budget: the largest mix of these shares has {_count(total)} tokens ({used}).")
    for category in [category for category in shares if rates[category] > epochs]:
        rates[category] = epochs
        notes.append(f"{category}: {_count(shares[category] * total)} tokens were asked for; its "
                     f"{_count(available[category])} repeated {_times(epochs)} (mix.max_epochs) "
                     f"make {_count(available[category] * epochs)}.")
    made = sum((rates[category] * available[category] for category in shares), Fraction(0))
    if made < total:
        parts = ", ".join(f"{c} {float(100 * rates[c] * available[c] / made):.1f} %" for c in shares)
        notes.append(f"So the mix has {_count(made)} tokens, not {_count(total)}: {parts}.")
    return rates


def _largest(available: dict[str, Fraction], shares: dict[str, Fraction], epochs: Fraction) -> Fraction:
    """The largest total for which some category is used exactly once and none above `epochs`."""
    whole = [available[category] / share for category, share in shares.items()]
    return max(total for total in whole if total <= min(whole) * epochs)


def _count(tokens: Fraction | int | None) -> str:
    return f"{round(tokens or 0):,}"


def _times(rate: Fraction) -> str:
    return "once" if rate == 1 else f"{float(rate):.4g} times"
