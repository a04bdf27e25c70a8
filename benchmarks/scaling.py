"""What a run costs as its input doubles three times: `python -m benchmarks.scaling [--smallest 32M] [--doublings 3]`.

Generated documents through `curate run` with the default recipe and two workers. For each phase: CPU seconds of its
tasks, the slope on log-log axes (1 is linear; a fixed part makes it less) and the cost of one more megabyte, by which
a larger run can be foretold. Each phase's own fixed part is what a process pays to import and to load kernels. The
driver's CPU, Beam's included, and the share of slots that idled stand beside. Writes docs/scaling.svg.
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
import time
from pathlib import Path

from benchmarks import generate, results
from benchmarks.rows import Row, table
from benchmarks.scaling_plot import svg
from curate.kernels import warm
from curate.recipe import of_inputs
from curate.recipe.quantities import size as size_of

COMMAND = "python -m benchmarks.scaling"
PLOT = Path(__file__).parents[1] / "docs" / "scaling.svg"
ALL, DRIVER = "all tasks", "driver and Beam"


def measure(size: int, folder: Path, workers: int) -> dict:
    """facts.json of a run on `size` bytes of text, with `driver` CPU seconds and `megabytes`."""
    from pipelines import run

    generate.write(size, folder / "in", file_size=8_000_000)
    began, clock = time.process_time(), time.monotonic()
    run.curate(of_inputs([str(folder / "in")]), str(folder / "out"), run.Options(workers=workers))
    facts = json.loads((folder / "out" / "facts.json").read_text("utf-8"))
    whole = {"driver": time.process_time() - began, "seconds": time.monotonic() - clock, "megabytes": size / 1e6}
    return {**facts, **whole}


def costs(facts: list[dict]) -> dict[str, list[float]]:
    """CPU seconds by phase, one for each size; all tasks and the driver last."""
    phases = [phase for phase in facts[-1]["spent"] if facts[-1]["spent"][phase]["cpu_seconds"] > 0]
    cpu = {phase: [fact["spent"][phase]["cpu_seconds"] for fact in facts] for phase in phases}
    cpu[ALL] = [sum(spent["cpu_seconds"] for spent in fact["spent"].values()) for fact in facts]
    return {**cpu, DRIVER: [fact["driver"] for fact in facts]}


def slope(megabytes: list[float], seconds: list[float]) -> float:
    """Least squares of log cost on log size."""
    x, y = ([math.log(max(value, 1e-3)) for value in values] for values in (megabytes, seconds))
    middle_x, middle_y = sum(x) / len(x), sum(y) / len(y)
    return sum((a - middle_x) * (b - middle_y) for a, b in zip(x, y, strict=True)) / sum((a - middle_x) ** 2 for a in x)


def rows(facts: list[dict]) -> list[Row]:
    megabytes = [fact["megabytes"] for fact in facts]
    found = []
    for phase, cpu in costs(facts).items():
        marginal = (cpu[-1] - cpu[0]) / (megabytes[-1] - megabytes[0])
        beside = f"{', '.join(f'{seconds:.2f}' for seconds in cpu)} s; {1e3 * marginal:.2f} ms for one more MB"
        found.append(_row(f"slope of {phase}", slope(megabytes, cpu), "log-log", beside))
    last = facts[-1]
    slots = sum(spent["seconds"] for spent in last["spent"].values())
    idle = sum(spent["seconds"] * spent["idle_share_of_slots"] for spent in last["spent"].values()) / slots
    busiest = max(last["spent"], key=lambda phase: last["spent"][phase]["cpu_seconds"])
    return [
        *found,
        _row(f"idle share of slots at {megabytes[-1]:.0f} MB", idle, "share", "of the run's wall clock"),
        _row(f"idle share of slots in {busiest}", last["spent"][busiest]["idle_share_of_slots"], "share", None),
        _row(f"text a CPU second at {megabytes[-1]:.0f} MB", megabytes[-1] / costs(facts)[ALL][-1], "MB/s", "tasks"),
    ]


def _row(name: str, value: float, unit: str, reference: str | None) -> Row:
    return Row(f"scaling: {name}", float(f"{value:.3g}"), unit, 4, reference=reference, command=COMMAND)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smallest", type=size_of, default=32_000_000)
    parser.add_argument("--doublings", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    warm()
    facts = []
    for doubling in range(options.doublings + 1):
        with tempfile.TemporaryDirectory() as folder:
            facts.append(measure(options.smallest << doubling, Path(folder), options.workers))
        print(f"{facts[-1]['megabytes']:.0f} MB: {facts[-1]['seconds']:.0f} s", flush=True)
    found = rows(facts)
    results.merge(found)
    PLOT.write_text(svg([fact["megabytes"] for fact in facts], costs(facts)), "utf-8")
    print(table(found))


if __name__ == "__main__":
    main()
