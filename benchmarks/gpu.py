"""All that is measured on a GPU, in one command of under 9 minutes: `make bench-gpu`, `python -m benchmarks.gpu`.

First every kernel's numbers are checked on the device, then come the device's ceilings, attention, whole training
steps of 8B and 1B, the loss, packed documents, the elementwise kernels, loss curves and the optimizer: in the order
of what is wanted most, each part a process of its own (`benchmarks/gpu_parts.py`) with a limit of seconds. The file is
written anew every few seconds, so whoever is killed leaves what was measured; what there was no time for is named.
It is rendered as docs/gpu.md by `python -m benchmarks.gpu_page`; its schema is in `benchmarks/gpu_rows.py`.

It needs torch, triton and numpy, and of this repository `benchmarks/` and `trainer/`; nothing is downloaded. Liger is
compared with where it is installed. Exit code 1 where a check failed or was not reached, a kernel of ours did not run,
or a part broke off.

    python -m benchmarks.gpu [--only NAME ...] [--out FILE] [--minutes 9] [--tiny]
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from benchmarks import gpu_parts, gpu_table
from benchmarks.gpu_parts import CHECKS, PARTS, ROOT
from benchmarks.gpu_rows import OURS, Report, read
from trainer.kernels.names import NAMES, Name

GRACE = 25.0  # seconds that a row which was begun in time may still take
TIME, ENDED = "no time was left", "ended with exit code"
PAGES, PARTIAL = "benchmarks/gpu.json", "gpu-part.json"  # what docs/gpu.md is made of, and what it must not be
LEAST = 8.0  # below which no part is begun: it would not get past loading


class Run:
    """The parts in turn, until `end`."""

    def __init__(self, report: Report, out: Path, scratch: Path, seconds: float) -> None:
        self.report, self.out, self.scratch = report, out, scratch
        self.end = time.monotonic() + seconds

    def all(self, names: Sequence[str]) -> None:
        wanted = [part for part in PARTS if part.name in names]
        checked = [name for name in NAMES if any(name in part.kernels for part in wanted) or "checks" in names]
        self.checks(checked)
        for part in wanted:
            self.together(part.name, part.seconds, [["--ceilings", json.dumps(self.report.ceilings)]])
        self.report.seconds["all"] = round(sum(self.report.seconds.values()), 1)
        self.report.write(self.out)

    def checks(self, kernels: list[Name]) -> None:
        """Side by side, for most of the time is the compiler's; as many as there are pairs of cores for."""
        beside = max(1, min(len(kernels), (os.cpu_count() or 2) // 2))
        shares = [kernels[at::beside] for at in range(beside)] if kernels else []
        self.together("checks", CHECKS, [["--kernels", *share] for share in shares])

    def together(self, name: str, seconds: float, options: list[list[str]]) -> None:
        """One part in as many processes as there are options, with what they have found so far in the file."""
        left = self.end - time.monotonic()
        if not options:
            return
        if left < LEAST:
            self.report.skipped[name] = TIME
            self.report.write(self.out)
            return
        print(f"\n== {name}: at most {min(seconds, left):.0f} s", flush=True)
        begun, allowed = time.monotonic(), min(seconds, left)
        files = [self.scratch / f"{name}-{at}.json" for at in range(len(options))]
        before, limit = replace(self.report), begun + min(allowed + GRACE, left + 10)
        started = [self.start(name, file, allowed, given) for file, given in zip(files, options, strict=True)]
        try:
            while any(process.poll() is None for process in started) and time.monotonic() < limit:
                time.sleep(0.5)
                self.take(before, files)
        finally:
            late = [process for process in started if process.poll() is None]
            for process in late:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.take(before, files)
        codes = [process.returncode for process in started if process not in late and process.returncode]
        if late or codes:
            why = f"stopped after {limit - begun:.0f} s" if late else f"{ENDED} {codes[0]}"
            self.report.skipped[name] = f"{why}; what it had found is kept"
        self.report.seconds[name] = round(time.monotonic() - begun, 1)
        self.report.write(self.out)

    def start(self, name: str, file: Path, seconds: float, options: list[str]) -> subprocess.Popen:
        tiny = ["--tiny"] if self.report.tiny else []
        command = [sys.executable, "-m", "benchmarks.gpu_parts", name, "--out", str(file), "--seconds", str(seconds)]
        settings = {"CUBLAS_WORKSPACE_CONFIG": ":4096:8", "PYTHONUNBUFFERED": "1"}
        if self.report.tiny:
            settings["TRITON_INTERPRET"] = "1"
        return subprocess.Popen(
            [*command, *tiny, *options], cwd=ROOT, env=os.environ | settings, start_new_session=True
        )  # fmt: skip

    def take(self, before: Report, files: list[Path]) -> None:
        """What was known before, and what the processes' files add."""
        found = [read(file) for file in files if file.exists()]
        self.report.device = next((each.device for each in found), before.device)
        for kind in ("checks", "rows", "steps", "curves"):
            added = [each for report in found for each in getattr(report, kind)]
            setattr(self.report, kind, [*getattr(before, kind), *added])
        self.report.ceilings = next((each.ceilings for each in found if each.ceilings["measured"]), before.ceilings)
        self.report.write(self.out)


def failures(report: Report) -> list[str]:
    """What makes a run a failed one, each in a few words."""
    found = [f"{check.kernel}: {check.case}, {check.dtype}: {check.note}" for check in report.checks if not check.holds]
    ours = [row for row in report.rows if row.implementation == OURS]
    steps = [step for step in report.steps if step.kernels == "triton"]
    found += [f"{row.part}: {row.case}: {row.note}" for row in ours if row.ms is None and TIME not in row.note]
    found += [f"{step.model}: {step.note}" for step in steps if step.ms is None and TIME not in step.note]
    died = {part: why for part, why in report.skipped.items() if ENDED in why or (part == "checks" and why != TIME)}
    return [*found, *(f"{part}: {why}" for part, why in died.items())]


def marked(report: Report) -> Report:
    """Speeds of kernels whose numbers are wrong say so."""
    wrong = {check.kernel for check in report.checks if not check.holds}
    wrong |= {"documents"} if "attention" in wrong else set()

    def note(said: str, ours: bool) -> str:
        return "; ".join(filter(None, ("FAILED its check", said))) if ours else said

    rows = [replace(row, note=note(row.note, row.implementation == OURS and row.part in wrong)) for row in report.rows]
    steps = [replace(step, note=note(step.note, step.kernels == "triton" and bool(wrong))) for step in report.steps]
    return replace(report, rows=rows, steps=steps)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = ["checks", *(part.name for part in PARTS)]
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=names, help=f"of {', '.join(names)}")
    parser.add_argument(
        "--out", type=Path, help=f"where the figures go; {PAGES}, or {PARTIAL} where not all is measured"
    )
    parser.add_argument("--minutes", type=float, default=9.0, help="that all of it may take; 9")
    parser.add_argument("--tiny", action="store_true", help="sizes for a CPU, to see that the code runs")
    options = parser.parse_args(arguments)
    import torch

    if not options.tiny and not torch.cuda.is_available():
        parser.error("there is no CUDA device here; --tiny goes through the same code on a CPU")
    command = "python -m benchmarks.gpu" + "".join(f" {word}" for word in sys.argv[1:] if arguments is None)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # by way of what ends the processes
    whole = ROOT / PAGES if not (options.only or options.tiny) else Path(PARTIAL)
    report, out = gpu_parts.report(command, options.tiny, look=False), (options.out or whole).resolve()
    report.write(out)
    with tempfile.TemporaryDirectory(prefix="gpu-bench-") as scratch:
        run = Run(report, out, Path(scratch), options.minutes * 60)
        run.all(options.only or names)
    report = marked(run.report)
    report.write(out)
    print("\n" + gpu_table.table(report))
    failed = failures(report)
    print("\n".join(f"FAILED {each}" for each in failed) or "nothing failed")
    print(f"{report.seconds['all']:.0f} s; written to {out}")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
