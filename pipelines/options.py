"""What a caller of a run may choose, and what it gets back. Neither changes what the corpus holds."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipelines.progress import Progress, Silent


@dataclass
class Options:
    """How to run: processes (all cores when None), engine and its arguments, where progress is shown."""

    workers: int | None = None
    engine: str = "local"
    job_endpoint: str | None = None
    scratch: str | None = None
    beam_args: list[str] = field(default_factory=list)
    accelerator: str | None = None
    progress: Progress = field(default_factory=Silent)
    dry_run: bool = False
    force_unlock: bool = False


@dataclass
class Result:
    """What a run leaves: its folder, the receipt for a terminal, rows in quarantine, the phases that ran."""

    folder: str
    receipt: str
    quarantined: int = 0
    ran: list[str] = field(default_factory=list)
