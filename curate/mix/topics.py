"""How much of each topic stays, so that its share of tokens is at most a cap, or exactly a target.

The web over-represents some topics; Llama 3 (Dubey et al. 2024, 3.1.2) samples arts and entertainment down by a
classifier's word. Documents only go, none is repeated: that is the mix's part. Shares are of the tokens that have a
topic and stand.

Caps. With T tokens left, a capped topic of n tokens has min(n, cap x T). Capping one makes T smaller, so another may
come to lie above its cap: topics are capped until none does. Targets: the largest T for which no topic needs more than
it has; topics without a target share what the targets leave, in the proportion they have.

All in exact fractions; a rate is in units of 2^-32, and a document stays if the hash of (seed, uid) lies below it, so
every machine agrees and a larger rate keeps all that a smaller one kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from curate.counted import first
from curate.mix.order import TOPICS, stream_hash
from curate.mix.plan import ONE


@dataclass(frozen=True)
class TopicPlan:
    """The rate of each topic that does not stay whole, its share of tokens before, and what a user must know."""

    rates: dict[str, int]  # in units of 2^-32
    before: dict[str, float]
    notes: tuple[str, ...]
    seed: int

    def stays(self, topics: np.ndarray, uids: np.ndarray) -> np.ndarray:
        """bool[n]; `topics` object[n], None where a document has none."""
        kept, hashes = np.ones(len(topics), bool), stream_hash(self.seed, TOPICS, uids) >> np.uint64(32)
        for topic, rate in self.rates.items():
            kept &= (topics != topic) | (hashes < np.uint64(rate))
        return kept

    def rate(self, topic: str) -> Fraction:
        return Fraction(self.rates.get(topic, ONE), ONE)


def topic_plan(
    tokens: Mapping[str, int], caps: Mapping[str, float] | None, targets: Mapping[str, float] | None, seed: int
) -> TopicPlan:
    """`tokens`: of each topic, what stands."""
    total, notes = sum(tokens.values()), list[str]()
    have = {topic: Fraction(tokens[topic]) for topic in sorted(tokens) if tokens[topic]}
    asked = {topic: Fraction(str(share)) for topic, share in (caps or targets or {}).items()}
    if absent := [topic for topic in sorted(asked) if topic not in have]:
        notes.append(f"topics: no tokens in {first(absent)}{_went_to(absent, asked, have) if targets else ''}.")
    asked = {topic: share for topic, share in sorted(asked.items()) if topic in have}
    rates = _capped(have, asked, notes) if caps is not None else _aimed(have, asked, notes)
    whole = {topic: round(rate * ONE) for topic, rate in rates.items() if rate < 1}
    return TopicPlan(whole, {topic: float(n / total) for topic, n in have.items()}, tuple(notes), seed)


def _went_to(absent: list[str], targets: dict[str, Fraction], have: dict[str, Fraction]) -> str:
    """What becomes of the share that was meant for topics without tokens."""
    them = "it" if len(absent) == 1 else "them"
    share = f"{float(100 * sum(targets[topic] for topic in absent)):g} % of the corpus"
    there, others = ([topic for topic in have if (topic in targets) is named] for named in (True, False))
    if not there:
        return ", so no topic is sampled"
    if others:
        return f", and the {share} meant for {them} go to {first(others)}, for which no target is stated"
    return f", and the {share} meant for {them} go to {first(there)}, in the proportion of their targets"


def _capped(have: dict[str, Fraction], caps: dict[str, Fraction], notes: list[str]) -> dict[str, Fraction]:
    above: set[str] = set()
    while True:
        rest = sum((n for topic, n in have.items() if topic not in above), Fraction(0))
        left = 1 - sum((caps[topic] for topic in above), Fraction(0))
        if above and (not rest or left <= 0):
            notes.append(
                f"topics: the caps of {', '.join(sorted(above))} cannot be met: other topics have too little; "
                "these stay whole."
            )
            return {}
        total = rest / left
        more = {topic for topic, cap in caps.items() if topic not in above and have[topic] > cap * total}
        if not more:
            return {topic: caps[topic] * total / have[topic] for topic in sorted(above)}
        above |= more


def _aimed(have: dict[str, Fraction], targets: dict[str, Fraction], notes: list[str]) -> dict[str, Fraction]:
    if not targets:
        return {}
    others = [topic for topic in have if topic not in targets]
    rest = sum((have[topic] for topic in others), Fraction(0))
    stated = sum(targets.values(), Fraction(0))
    if not rest:
        targets = {topic: share / stated for topic, share in targets.items()}
    total = min([have[topic] / share for topic, share in targets.items()])
    if rest and stated < 1:
        total = min(total, rest / (1 - stated))
    rates = {topic: share * total / have[topic] for topic, share in targets.items()}
    if rest and stated == 1:
        notes.append(f"topics: {', '.join(others)} have no share: their {round(rest):,} tokens are left out.")
    return rates | {topic: (1 - stated) * total / rest for topic in others if rest}
