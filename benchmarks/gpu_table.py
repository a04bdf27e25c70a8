"""A report of `python -m benchmarks.gpu` for the terminal."""

from __future__ import annotations

from itertools import groupby

from benchmarks.gpu_curves import gaps
from benchmarks.gpu_rows import Check, Report, Row, Step


def table(report: Report) -> str:
    device, versions = report.device, report.versions
    lines = [
        f"{device['name']}, driver {device['driver']}, torch {versions['torch']}, triton {versions['triton']}, "
        f"cuDNN {versions['cudnn']}; {report.date} UTC",
        f"ceilings{'' if report.ceilings['measured'] else ' (assumed)'}: {report.ceilings['matmul'] / 1e12:,.0f} "
        f"TFLOP/s, {report.ceilings['copy'] / 1e12:.2f} TB/s",
    ]
    if report.tiny:
        lines.append("TINY: sizes of a test on a CPU; no figure means anything")
    lines += _checks(report)
    for (part, case), rows in groupby(report.rows, lambda row: (row.part, row.case)):
        lines += ["", f"{part}: {case}", *map(_row, rows)]
    if report.steps:
        lines += ["", "training steps", *(line for step in report.steps for line in _step(step))]
    if (apart := gaps(report.curves)) is not None:
        said = f"loss curves: {apart[0]:.4f} nats between Triton's and the references, {apart[1]:.4f} between seeds"
        lines += ["", said]
    lines += ["", *(f"{part}: {why}" for part, why in report.skipped.items())]
    lines.append("seconds: " + ", ".join(f"{part} {spent:.0f}" for part, spent in report.seconds.items()))
    return "\n".join(lines)


def _checks(report: Report) -> list[str]:
    wrong = [check for check in report.checks if not check.holds]
    lines = [f"checks: {len(report.checks) - len(wrong)} of {len(report.checks)} hold"]
    return lines + [
        f"  FAILED {each.kernel}: {each.case}, {each.dtype}: {_of_bound(each)}; {each.note}" for each in wrong
    ]


def _of_bound(check: Check) -> str:
    return "no number" if check.error is None else f"error {check.error:.2e} of {check.bound:.2e}"


def _row(row: Row) -> str:
    if row.ms is None:
        return f"  {row.implementation:30}{row.note}"
    speed = f"{row.tflops:,.1f} TFLOP/s" if row.tflops else f"{row.gb_s:,.0f} GB/s" if row.gb_s else ""
    share = f"{row.share:.1%} of roofline" if row.share else ""
    ratio = f"{row.ratio:.2f} x ours" if row.ratio else ""
    memory = f"{row.memory_gb:.2f} GB" if row.memory_gb is not None else ""
    line = (
        f"  {row.implementation:30}{row.ms:11.4f} ms  {speed:>16}  {share:>18}  {ratio:>12}  {memory:>10}  {row.note}"
    )
    return line.rstrip()


def _step(step: Step) -> list[str]:
    head = f"  {step.model}, {step.kernels}, documents {step.documents}, {step.tokens:,} tokens a step"
    if step.ms is None:
        return [f"{head}: {step.note}"]
    shares = ", ".join(f"{name} {share:.1%}" for name, share in step.mfu.items())
    memory = f", {step.memory_gb:.1f} GB" if step.memory_gb else ""
    lines = [
        f"{head}: {step.ms:,.1f} ms, {step.tokens_s:,.0f} tokens/s; MFU {shares or 'unknown'}{memory}; {step.settings}"
    ]
    if step.breakdown:
        lines.append("      " + ", ".join(f"{kind} {ms:,.1f} ms" for kind, ms in step.breakdown.items()))
    return lines
