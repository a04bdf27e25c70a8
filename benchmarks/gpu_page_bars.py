"""What was asked of the kernels, and whether it was reached: measured, or as far as a model can say.

A modelled figure is likely to pass where its slow bound does, unlikely to where even its fast bound does not, and else
it cannot be said. It is never more than likely: what the model leaves out could be slower than its slow bound. What
only a device can show (others' kernels, loss curves) cannot be said either; the reason stands beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.gpu_curves import gaps
from benchmarks.gpu_rows import OURS, Report, Row

Bounds = dict[str, list[float]]


@dataclass(frozen=True)
class Bar:
    what: str
    least: float
    value: float | None
    interval: tuple[float, float] | None = None  # slow, fast
    note: str = ""
    percent: bool = True

    @property
    def verdict(self) -> str:
        if self.interval is None:
            return "cannot be said" if self.value is None else "yes" if self.value >= self.least else "**no**"
        slow, fast = self.interval
        if slow >= self.least:
            return "modelled: likely"
        return "modelled: unlikely" if fast < self.least else "modelled: cannot be said"


def bars(report: Report, bounds: Bounds) -> list[Bar]:
    """In the order in which they were asked for; `bounds` of a modelled report, empty of a measured one."""
    found = [_attention(report, bounds, passed, least) for passed, least in (("forward", 0.65), ("backward", 0.60))]
    found += [_packed(report, bounds, passed, other) for passed in ("forward", "backward") for other in (MASK, FLEX)]
    found.append(_loss(report))
    found += [_memory(report, bounds, part) for part in ("rms_norm", "rope", "swiglu", "adamw")]
    found += [_step(report, bounds, model, least) for model, least in (("8B", 0.58), ("1B", 0.52))]
    return [*found, _curves(report)]


MASK, FLEX = "SDPA mask", "FlexAttention"


def _attention(report: Report, bounds: Bounds, passed: str, least: float) -> Bar:
    case = f"head_dim 128, 8,192 causal, {passed}"
    theirs = _row(report, "attention", case, "SDPA cuDNN")
    what = f"attention, causal, {passed}: speed beside SDPA-cuDNN"
    if theirs is None or theirs.ratio is None:
        return Bar(what, least, None, note="not measured")
    note = "cuDNN's speed as published of an H100" if report.modelled else ""
    return Bar(what, least, theirs.ratio, _over(bounds, "attention", case, theirs.ms), note)


def _packed(report: Report, bounds: Bounds, passed: str, other: str) -> Bar:
    case = f"head_dim 128, 8,192 packed, mean 1,000, {passed}"
    what = f"documents of mean 1,000, {passed}: faster than {other}"
    if not report.modelled:
        theirs = _row(report, "documents", case, other)
        return Bar(what, 1.0, theirs.ratio if theirs else None, note=_missing(theirs), percent=False)
    if other == FLEX:
        return Bar(what, 1.0, None, note="its code comes out of torch.compile on a device, and was not modelled")
    whole = _row(report, "attention", f"head_dim 128, 8,192 causal, {passed}", OURS)
    assert whole is not None
    least = report.roofline_ms(2 * whole.flops, 0)  # all pairs of the square: what a mask does not save
    ours = _row(report, "documents", case, OURS)
    assert ours is not None and ours.ms
    note = "it computes the whole square: taken at the speed of a large matrix product, which it cannot reach"
    return Bar(what, 1.0, least / ours.ms, _over(bounds, "documents", case, least), note, percent=False)


def _loss(report: Report) -> Bar:
    what = "linear + cross-entropy, 8B: speed beside Liger's"
    case = "8B, 8,192 x 4,096 by 128,256, forward and backward"
    theirs = _row(report, "linear_cross_entropy", case, "Liger")
    if report.modelled:
        return Bar(what, 1.3, None, note="Liger's was not modelled; nine tenths of ours are three matrix products")
    return Bar(what, 1.3, theirs.ratio if theirs else None, note=_missing(theirs), percent=False)


def _memory(report: Report, bounds: Bounds, part: str) -> Bar:
    """The least of its rows, at the shapes of both models."""
    rows = [row for row in report.rows if row.part == part and row.implementation == OURS and row.share]
    what = f"{part}: share of a copy's speed"
    if not rows:
        return Bar(what, 0.85, None, note="not measured")
    worst = min(rows, key=lambda row: row.share or 0.0)
    assert worst.share and worst.ms
    interval = _over(bounds, part, worst.case, worst.share * worst.ms)
    note = f"the least: {worst.case}" + ("; by what is assumed of kernels with enough under way" if interval else "")
    return Bar(what, 0.85, worst.share, interval, note)


def _step(report: Report, bounds: Bounds, model: str, least: float) -> Bar:
    steps = [step for step in report.steps if step.model == model and step.documents == "one a row"]
    best = max(
        (step for step in steps if step.kernels == "triton" and step.mfu),
        key=lambda step: step.mfu["palm"],
        default=None,
    )
    what = f"{model}, whole step: MFU (PaLM)"
    if best is None or not best.ms:
        return Bar(what, least, None, note="not measured")
    interval = None
    if report.modelled:
        fast, _, slow = bounds[f"{model}, {best.documents}, {best.tokens}"]
        interval = (best.mfu["palm"] * best.ms / slow, best.mfu["palm"] * best.ms / fast)
    return Bar(what, least, best.mfu["palm"], interval, f"{best.tokens:,} tokens a step, {best.settings}")


def _curves(report: Report) -> Bar:
    what = "loss curves of 500 steps: what seeds differ by over what kernels do, both in nats a token"
    apart = gaps(report.curves)
    if apart is None:
        return Bar(what, 1.0, None, note="needs a device")
    note = f"{apart[0]:.4f} nats between kernels, {apart[1]:.4f} between seeds"
    return Bar(what, 1.0, apart[1] / max(apart[0], 1e-9), note=note, percent=False)


def _over(bounds: Bounds, part: str, case: str, ms: float | None) -> tuple[float, float] | None:
    """`ms` over our slow and our fast time."""
    found = bounds.get(f"{part}: {case}: {OURS}")
    return (ms / found[2], ms / found[0]) if found and ms else None


def _row(report: Report, part: str, case: str, implementation: str) -> Row | None:
    """The fastest of this name, alone or with a word behind it: of SDPA with a mask there are several."""
    rows = [row for row in report.rows if (row.part, row.case) == (part, case)]
    found = [
        row
        for row in rows
        if row.implementation == implementation or row.implementation.startswith(f"{implementation},")
    ]
    return min(found, key=lambda row: row.ms or float("inf"), default=None)


def _missing(row: Row | None) -> str:
    return "not measured" if row is None else row.note
