"""After a phase its manifest; after the last one the products' manifest, the facts and the receipt."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence

from curate.storage import exists, join, list_files, read_bytes
from pipelines import publish
from pipelines.context import Context
from pipelines.options import Result
from pipelines.output import put_text
from pipelines.plan import Step
from pipelines.undone import finished
from pipelines.workers import Spent
from schemas import Counts, Manifest


def stamp(context: Context, step: Step, seconds: float, spent: Spent) -> None:
    """The manifest of a finished phase: its marker, written after all of its shards'."""
    markers = [context.read_marker(n) for n in sorted(finished(context))]
    manifest = Manifest(step.name, step.phase.VERSION, step.key, dict(context.keys[:-1]))
    manifest.outputs = [output for marker in markers for output in marker.outputs]
    manifest.counts = sum((marker.counts for marker in markers), Counts())
    idle = 1 - spent.busy / (seconds * context.slots)
    manifest.facts = {
        "seconds": round(seconds, 3),
        "cpu_seconds": round(spent.cpu, 3),
        "idle_share_of_slots": round(idle, 3),
        "peak_bytes_of_a_worker": spent.peak_bytes,
        "slots": context.slots,
        "host": platform.node(),
    }
    put_text(manifest.to_json(), join(context.folder(), "manifest.json"))


def finish(context: Context, steps: Sequence[Step]) -> Result:
    """The Result of a run whose phases all stand."""
    from curate.report import receipt

    ran = [step.name for step in steps if not step.stands]
    if ran or not exists(join(context.root, "manifest.json")):
        _facts(context, steps)
        put_text(json.dumps(publish.manifest(context), sort_keys=True, indent=1), join(context.root, "manifest.json"))
    audit = json.loads(read_bytes(join(context.root, "report", "audit.json")))
    lines = receipt(audit, context.root), *_slots(_spent(context, steps))
    return Result(context.root, "\n".join(lines), _quarantined(context), ran)


def _facts(context: Context, steps: Sequence[Step]) -> None:
    """What may differ between equal runs, outside every digest."""
    spent = _spent(context, steps)
    facts = {
        "phases": {s.name: s.key for s in steps},
        "spent": {name: {k: v for k, v in of.items() if k != "slots"} for name, of in spent.items()},
        "idle_share_of_slots": _idle(spent),
        "slots": context.slots,
        "host": platform.node(),
    }
    put_text(json.dumps(facts, sort_keys=True, indent=1), join(context.root, "facts.json"))


def _spent(context: Context, steps: Sequence[Step]) -> dict[str, dict[str, float]]:
    """What each phase took when it ran, in this run or an earlier one."""
    kept = ("seconds", "cpu_seconds", "idle_share_of_slots", "slots")
    return {s.name: {name: context.manifest(s.name).facts[name] for name in kept} for s in steps}


def _idle(spent: dict[str, dict[str, float]]) -> float:
    """Of the slots' time, over all phases, what they waited."""
    time = sum(of["seconds"] * of["slots"] for of in spent.values())
    waited = sum(of["seconds"] * of["slots"] * of["idle_share_of_slots"] for of in spent.values())
    return round(waited / time, 3) if time else 0.0


def _slots(spent: dict[str, dict[str, float]]) -> list[str]:
    """A line of the receipt; none where the tasks ran in processes of other machines, whose time no one here knows."""
    most, cpu = max(of["slots"] for of in spent.values()), sum(of["cpu_seconds"] for of in spent.values())
    if not cpu:
        return []
    return [f"slots   {most:,} at once, idle for {_idle(spent):.1%} of their time; {cpu:,.1f} CPU seconds in tasks"]


def _quarantined(context: Context) -> int:
    count = 0
    for phase, _ in context.keys:
        folder = join(context.folder(phase), "quarantine")
        if exists(folder):
            count += sum(len(json.loads(read_bytes(path))) for path in list_files(folder))
    return count
