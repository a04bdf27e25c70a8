"""A figure and how it was come by: the rows of evaluation.json and results.json, and their table.

A row says what was measured, on how many, within which interval, against which reference, and whether it holds its bar.
`command` measures it again. A row without a bar is a figure to watch. Values that a machine's speed enters belong to
results.json; evaluation.json repeats to the byte.
"""

from __future__ import annotations

import json
import math
import operator
from dataclasses import asdict, dataclass
from pathlib import Path

COMMAND = "python -m benchmarks.evaluate"


@dataclass(frozen=True)
class Row:
    name: str
    value: float
    unit: str
    n: int  # documents, pairs, files ... that the value is a figure of
    interval: tuple[float, float] | None = None  # 95 % unless the name says otherwise
    seeds: int | None = None
    reference: str | None = None  # what `ratio` compares with
    ratio: float | None = None
    bar: str | None = None  # ">= 0.97"
    command: str = COMMAND

    @property
    def holds(self) -> bool | None:
        if self.bar is None:
            return None
        sign, bound = self.bar.split()
        return {">=": operator.ge, "<=": operator.le, "=": operator.eq}[sign](self.value, float(bound))


def of_json(listed: dict) -> Row:
    """A row as evaluation.json and results.json hold it."""
    return Row(**{name: value for name, value in listed.items() if name != "holds"})


def wilson(successes: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927): also right where all or none succeed."""
    if n == 0:
        return 0.0, 1.0
    share, spread = successes / n, z * z / n
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * math.sqrt(share * (1 - share) / n + spread / (4 * n))
    return round(max(0.0, middle - half), 5), round(min(1.0, middle + half), 5)


def share(name: str, successes: int, n: int, **more) -> Row:
    """A row for a share of independent things."""
    return Row(name, round(successes / max(n, 1), 5), "share", n, wilson(successes, n), **more)


def write(rows: list[Row], path: Path) -> None:
    """Rows that another command measured stay, after these."""
    held = json.loads(path.read_text("utf-8")) if path.exists() else []
    commands = {row.command for row in rows}
    listed = [{**asdict(row), "holds": row.holds} for row in rows]
    listed += [row for row in held if row["command"] not in commands]
    path.write_text(json.dumps(listed, indent=1, ensure_ascii=False) + "\n", "utf-8")


def table(rows: list[Row]) -> str:
    lines = [f"{'':64}{'value':>12} {'unit':10}{'n':>7}  {'interval':18}{'bar':11}{'holds':7}reference"]
    for row in rows:
        value = f"{row.value:,}" if row.value == int(row.value) else f"{row.value:,.5g}"
        interval = "{:.4g} to {:.4g}".format(*row.interval) if row.interval else ""
        holds = {None: "", True: "yes", False: "NO"}[row.holds]
        beside = f"{row.ratio:,.4g} x {row.reference}" if row.ratio else row.reference or ""
        figure = f"{row.name:64}{value:>12} {row.unit:10}{row.n:7,}  {interval:18}{row.bar or '':11}{holds:7}{beside}"
        lines.append(figure.rstrip())
    return "\n".join(lines)
