"""All policies under the same faults: the mean over seeds, and the interval in which nine runs of ten lie."""

from __future__ import annotations

from dataclasses import dataclass

from trainer.faults.assumptions import ASSUMPTIONS, DAY, Values, values
from trainer.faults.policies import POLICIES, Policy
from trainer.faults.simulate import LOSSES, draw, simulate

SIZES = (2048, 4096, 8192, 16_384, 32_768, 65_536, 131_072)


@dataclass(frozen=True)
class Result:
    """Shares of the run's time; `low` and `high` are the 5th and the 95th percentile of single runs."""

    policy: Policy
    mean: float
    low: float
    high: float
    losses: dict[str, float]


def compare(assumed: Values, seeds: int) -> list[Result]:
    """Every policy over `seeds` runs."""
    end = assumed["days"] * DAY
    drawn = [draw(assumed, seed) for seed in range(seeds)]
    results = []
    for policy in POLICIES:
        times = policy.times(assumed)
        runs = [simulate(times, faults, end) for faults in drawn]
        useful = sorted(run["useful"] / end for run in runs)
        losses = {cause: sum(run[cause] for run in runs) / seeds / end for cause in LOSSES}
        low, high = useful[int(0.05 * (seeds - 1))], useful[-1 - int(0.05 * (seeds - 1))]
        results.append(Result(policy, sum(useful) / seeds, low, high, losses))
    return results


def by_size(assumed: Values, seeds: int) -> dict[int, list[Result]]:
    """The same for clusters of other sizes: faults in proportion to GPUs, all times as they are."""
    return {gpus: compare({**assumed, "gpus": float(gpus)}, seeds) for gpus in SIZES}


def sensitivity(assumed: Values, seeds: int) -> dict[str, dict[str, tuple[float, float]]]:
    """By policy and assumption, the mean with half and with twice its value."""
    found: dict[str, dict[str, tuple[float, float]]] = {policy.name: {} for policy in POLICIES}
    for name in ASSUMPTIONS:
        if name == "days":  # a longer run meets as many more faults
            continue
        half, twice = (compare(values({**assumed, name: assumed[name] * by}), seeds) for by in (0.5, 2.0))
        for low, high in zip(half, twice, strict=True):
            found[low.policy.name][name] = (low.mean, high.mean)
    return found
