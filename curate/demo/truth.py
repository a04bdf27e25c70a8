"""What was planted, and where: one entry a plant, kept as `truth.json` beside the input.

`expect` says what a right run makes of it: `one` at most one of the entry's URLs is in the corpus; `none` none of them
is; `line` no page of prose in the corpus holds `text` as a line; `both` neither was removed as a near duplicate;
`recorded` a documents or ledger row tells of it; `language` and `category` the row says `text`; `cited` and `not cited`
whether the links of the encyclopedia lead to it, however its address is written there (`text`).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Plant:
    kind: str
    expect: str
    path: str
    urls: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    text: str = ""
    jaccard: float | None = None


@dataclass
class Truth:
    seed: int
    plants: list[Plant] = field(default_factory=list)

    def of(self, *kinds: str) -> list[Plant]:
        return [p for p in self.plants if p.kind in kinds]

    def write(self, folder: Path) -> None:
        lines = ",\n".join(json.dumps(asdict(p), sort_keys=True, ensure_ascii=False) for p in self.plants)
        (folder / "truth.json").write_text(f'{{"seed": {self.seed}, "plants": [\n{lines}\n]}}\n', "utf-8")

    @staticmethod
    def read(folder: Path) -> Truth:
        read = json.loads((Path(folder) / "truth.json").read_text("utf-8"))
        plants: list[dict[str, Any]] = read["plants"]
        return Truth(read["seed"], [Plant(**p | {k: tuple(p[k]) for k in ("urls", "dates")}) for p in plants])
