"""The comparison as Markdown: policies, where their time goes, assumptions, and how much hangs on each of them."""

from __future__ import annotations

from trainer.faults.assumptions import ASSUMPTIONS, CAUSES, Values
from trainer.faults.compare import Result
from trainer.faults.simulate import LOSSES

WORTH_TELLING = 0.0005


def policies(results: list[Result]) -> str:
    rows = [
        f"| {result.policy.name} | {result.policy.what} | {result.mean:.1%} | {result.low:.1%} – {result.high:.1%} "
        f"| {'yes' if result.policy.here else 'no'} |"
        for result in results
    ]
    return _table("| policy | | effective | nine runs of ten | in this trainer |", rows)


def losses(results: list[Result]) -> str:
    rows = [
        f"| {result.policy.name} | " + " | ".join(f"{result.losses[cause]:.2%}" for cause in LOSSES) + " |"
        for result in results
    ]
    return _table("| lost to | " + " | ".join(LOSSES) + " |", rows)


def assumptions(assumed: Values) -> str:
    rows = [
        f"| `{name}` | {assumed[name]:.4g} {each.unit} | "
        f"{each.source if assumed[name] == each.value else f'set here, in place of {each.value:.4g}'} |"
        for name, each in ASSUMPTIONS.items()
    ]
    return _table("| assumption | value | source |", rows)


def causes(assumed: Values) -> str:
    rows = []
    for cause in CAUSES:
        share = assumed[cause.stalls] if isinstance(cause.stalls, str) else cause.stalls
        seen = "silent" if cause.silent else {0.0: "ends", 1.0: "stalls"}.get(share, f"{share:.0%} stall")
        rows.append(f"| {cause.name} | {cause.count} | {seen} | {'yes' if cause.replaced else 'no'} |")
    return _table("| cause (Llama 3, table 5) | faults | how it shows (assumed) | node replaced (assumed) |", rows)


def sensitivities(found: dict[str, dict[str, tuple[float, float]]], results: list[Result]) -> str:
    """Of the policies that reach nine tenths, what moves them most."""
    shown = [result for result in results if result.mean >= 0.9]
    rows = []
    for name in ASSUMPTIONS:
        moved = [found[result.policy.name].get(name) for result in shown]
        if any(
            pair and max(abs(mean - r.mean) for mean in pair) >= WORTH_TELLING
            for pair, r in zip(moved, shown, strict=True)
        ):
            cells = [f"{pair[0]:.1%}, {pair[1]:.1%}" if pair else "" for pair in moved]
            rows.append(f"| `{name}` | " + " | ".join(cells) + " |")
    head = "| half, twice of | " + " | ".join(f"{result.policy.name} ({result.mean:.1%})" for result in shown) + " |"
    return _table(head, rows)


def _table(head: str, rows: list[str]) -> str:
    return "\n".join([head, "|---" * (head.count("|") - 1) + "|", *rows])
