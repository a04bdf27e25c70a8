"""The tables of a run's page: the figures that head it, losses by stream, utilisation in three conventions, events."""

from __future__ import annotations

import json
import math
import time
from typing import Any

import numpy as np

from trainer.metrics.axes import short
from trainer.metrics.figures import stream_names
from trainer.metrics.history import History, Stream
from trainer.metrics.mfu import CONVENTIONS
from trainer.supervisor.lost_time import account as of_events

RECENT = 100  # steps
MOST_EVENTS = 250
BAD = ("spike", "fault", "straggler", "checkpoint_failed", "checkpoint_passed_over")


def tiles(history: History, steps: int | None, happened: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """The figures that head the page, each with its name."""
    at = int(history.steps[-1]) if len(history) else 0
    found = [(f"{at:,}", f"steps of {steps:,}" if steps else "steps")]
    if not len(history):
        return found
    found.append((_number(_recent(history, "loss"), ".3f"), f"nats a token, last {min(RECENT, len(history))} steps"))
    if history.has("tokens"):
        found.append((short(float(np.nansum(history.columns["tokens"]))), "tokens"))
    if history.has("tokens_per_second"):
        found.append((short(_recent(history, "tokens_per_second")), "tokens a second"))
    if history.has("mfu.exact") and history.has("mfu.palm"):
        exact, palm = _recent(history, "mfu.exact"), _recent(history, "mfu.palm")
        found.append((f"{exact:.1%}", f"MFU exact; {palm:.1%} PaLM"))
    if steps and at < steps and history.has("seconds"):
        found.append((duration((steps - at) * _recent(history, "seconds")), "left at this rate"))
    starts = sum(event["kind"] == "started" for event in happened)
    if starts > 1:  # after faults, and when somebody stopped it and went on
        found.append((f"{starts:,}", "starts"))
    if history.has("joules"):
        found.append((f"{np.nansum(history.columns['joules']) / 3.6e6:,.3g} kWh", "energy"))
    return found


def by_stream(history: History) -> list[dict[str, Any]]:
    """First and last tenth of the steps that met a stream, each as sums over sums."""
    names = stream_names(history)
    everything = sum(float(stream.tokens.sum()) for stream in history.streams.values()) or 1.0
    rows = []
    for name, shown in names.items():
        stream = history.streams[name]
        tokens = float(stream.tokens.sum())
        rows.append(
            {
                "name": shown,
                "tokens": tokens,
                "share": tokens / everything,
                "first": _losses(stream, slice(None, max(1, len(stream.steps) // 10))),
                "last": _losses(stream, slice(-max(1, len(stream.steps) // 10), None)),
            }
        )
    return rows


def utilisation(history: History, measured: dict[str, Any]) -> list[dict[str, Any]]:
    """FLOPs a token, FLOP/s a device and share of its peak over all steps, by convention."""
    rows = []
    seconds = float(np.nansum(history.columns.get("seconds", np.zeros(0))))
    tokens = float(np.nansum(history.columns.get("tokens", np.zeros(0))))
    for name, formula in CONVENTIONS.items():
        if not history.has(f"flops.{name}") or not seconds or not tokens:
            continue
        work = float(np.nansum(history.columns[f"flops.{name}"]))
        rate = work / seconds / (measured.get("world") or 1)
        peak = measured.get("peak_flops")
        rows.append(
            {
                "name": name,
                "formula": formula,
                "per_token": work / tokens,
                "rate": rate,
                "mfu": rate / peak if peak else None,
                "recent": _recent(history, f"mfu.{name}") if history.has(f"mfu.{name}") else None,
            }
        )
    return rows


def lost_time(history: History, happened: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Where the time under a supervisor went; None of a run that had none."""
    if not history.has("seconds") or not any(event["kind"] == "session" for event in happened):
        return None
    pairs = zip(history.steps.tolist(), history.columns["seconds"].tolist(), strict=True)
    kept = [{"step": step, "seconds": seconds} for step, seconds in pairs if math.isfinite(seconds)]
    account = of_events(happened, kept)
    if not account.elapsed:
        return None
    parts = {"steps that count": account.useful, **account.lost, "other": account.other}
    whole = max(account.elapsed, sum(parts.values()))
    rows = [{"name": name, "seconds": spent, "share": spent / whole} for name, spent in parts.items()]
    return {"share": account.share, "rows": rows, "faults": account.faults, "redone": account.steps_redone}


def checkpoints(happened: list[dict[str, Any]]) -> str:
    """How many were written, how large, and how long training stood still for one: a sentence, or nothing."""
    written = [event for event in happened if event["kind"] == "checkpoint"]
    if not written:
        return ""
    size, blocked, seconds = (
        float(np.median([float(event.get(key) or 0.0) for event in written])) for key in ("bytes", "blocked", "seconds")
    )
    return (
        f"{len(written):,} checkpoint{'s' if len(written) > 1 else ''} of {short(size)}B; "
        f"in the median, training stood still for {duration(blocked)} and the rest was written behind it "
        f"in {duration(seconds)}."
    )


def events_table(happened: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The last events, the newest first."""
    began = happened[0]["time"] if happened else 0.0
    rows = []
    for event in happened[-MOST_EVENTS:][::-1]:
        told = {key: value for key, value in event.items() if key not in ("time", "kind", "step", "documents")}
        said = {key: value for key, value in told.items() if value not in ("", None, [], {})}
        rows.append(
            {
                "after": duration(event["time"] - began),
                "kind": event["kind"].replace("_", " "),
                "sign": "bad" if event["kind"] in BAD else "good" if event["kind"] == "finished" else "",
                "step": f"{event['step']:,}" if isinstance(event.get("step"), int) else "",
                "said": ", ".join(f"{key} {_plain(value)}" for key, value in said.items()),
            }
        )
    return rows


def duration(seconds: float) -> str:
    """210 ms, 5.2 s, 12 min 05 s, 3 h 20 min, 2 d 4 h."""
    if not math.isfinite(seconds):
        return "?"
    if seconds < 0.95:
        return f"{seconds * 1e3:.3g} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    days, hours, minutes = whole // 86_400, whole // 3600 % 24, whole // 60 % 60
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {whole % 60:02} s"


def clock(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(at))


def _recent(history: History, name: str) -> float:
    """The median of the last hundred steps."""
    column = history.columns.get(name, np.zeros(0))[-RECENT:]
    column = column[np.isfinite(column)]
    return float(np.median(column)) if len(column) else math.nan


def _losses(stream: Stream, part: slice) -> tuple[float, float]:
    """Nats a token and bits a byte."""
    sound = np.isfinite(stream.nats[part])
    nats, tokens, size = (float(of[part][sound].sum()) for of in (stream.nats, stream.tokens, stream.bytes))
    return nats / tokens if tokens else math.nan, nats / math.log(2) / size if size else math.nan


def _number(value: float, form: str) -> str:
    return format(value, form) if math.isfinite(value) else "–"


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return "(" + ", ".join(f"{key} {_plain(inner)}" for key, inner in value.items()) + ")"
    if isinstance(value, float):
        return short(value) if abs(value) >= 1e4 else f"{value:g}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
