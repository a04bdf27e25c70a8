"""The charts of a run's page: which curve is drawn from which column, in which unit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from trainer.metrics.axes import LOSS_DECADES
from trainer.metrics.charts import COLOURS, Mark, chart
from trainer.metrics.curves import Curve, thin
from trainer.metrics.history import History, Stream

WIDE = 1080
MOST_MARKS = 200


@dataclass(frozen=True)
class Figure:
    title: str
    svg: str
    wide: bool = False
    note: str = ""


def figures(history: History, happened: list[dict[str, Any]]) -> list[Figure]:
    """All charts for which the run has figures."""
    if not len(history):
        return []
    span = (int(history.steps[0]), int(history.steps[-1]))
    drawn = [
        _loss(history, span, marks(happened)),
        *_by_stream(history, span),
        _one(history, span, "Gradient norm, before clipping", "norm", {"norm": "grad_norm"}, band=True),
        _one(history, span, "Learning rate", "rate", {"rate": "lr"}, from_zero=True),
        _one(
            history, span, "Throughput", "tokens a second", {"tokens": "tokens_per_second"}, band=True, from_zero=True
        ),
        _utilisation(history, span),
        _memory(history, span),
        _waiting(history, span),
        _power(history, span),
    ]
    return [figure for figure in drawn if figure.svg]


def marks(happened: list[dict[str, Any]]) -> list[Mark]:
    """Restarts and spikes, the last of them where there are very many."""
    found = []
    for event in happened:
        step = event.get("step")
        if not isinstance(step, int):
            continue
        if event["kind"] == "started" and step > 0:
            found.append(Mark(step, "restart", f"went on from step {step}"))
        if event["kind"] == "spike":
            found.append(Mark(step, "spike", f"step {step}: {event.get('reason')}"))
    return found[-MOST_MARKS:]


def stream_names(history: History) -> dict[str, str]:
    """Streams by share of tokens, each with the name it is shown by: without the corpus where there is but one."""
    order = sorted(history.streams, key=lambda name: -history.streams[name].tokens.sum())
    one_corpus = len({name.split("/")[0] for name in order}) == 1
    return {name: name.split("/", 1)[-1] if one_corpus else name for name in order}


def _loss(history: History, span: tuple[int, int], happened: list[Mark]) -> Figure:
    curve = _thin(history, "loss", WIDE - 66, span, history.columns.get("weight"))
    lost = len(history.not_finite)
    note = f"{lost} step{'s' if lost > 1 else ''} whose loss or norm was no number" if lost else ""
    svg = chart({"loss": curve}, "nats a token", span, happened, WIDE, 340, band=True, decades=LOSS_DECADES)
    return Figure("Loss", svg, True, note)


def _by_stream(history: History, span: tuple[int, int]) -> list[Figure]:
    names = stream_names(history)
    shown = list(names)[:COLOURS]
    note = f"the {COLOURS} largest of {len(names)} streams" if len(names) > COLOURS else ""
    nats = {names[name]: _ratio(history.streams[name], "tokens", span) for name in shown}
    bits = {names[name]: _ratio(history.streams[name], "bytes", span) for name in shown}
    return [
        Figure("Loss by stream", chart(nats, "nats a token", span, decades=LOSS_DECADES), note=note),
        Figure("Bits per byte by stream", chart(bits, "bits a byte", span, decades=LOSS_DECADES), note=note),
    ]


def _ratio(stream: Stream, per: str, span: tuple[int, int], columns: int = 120) -> Curve:
    """Nats over tokens, or bits over bytes, of each of at most 120 columns: one step holds few rows of a stream."""
    under = getattr(stream, per)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = stream.nats / under / (1.0 if per == "tokens" else math.log(2))
    return thin(stream.steps, values, columns, under, span)


def _utilisation(history: History, span: tuple[int, int]) -> Figure:
    if history.has("mfu.palm"):
        names = {"PaLM": "mfu.palm", "causal": "mfu.causal", "exact": "mfu.exact"}
        return _one(history, span, "Model FLOPs utilisation", "% of peak", names, scale=100, from_zero=True)
    names = {"PaLM": "flops.palm", "causal": "flops.causal", "exact": "flops.exact"}
    rates = {}
    for shown, name in names.items():
        if history.has(name) and history.has("seconds"):
            with np.errstate(divide="ignore", invalid="ignore"):
                rates[shown] = thin(history.steps, history.columns[name] / history.columns["seconds"], 450, None, span)
    return Figure("FLOP/s of the model", chart(rates, "FLOP/s", span, from_zero=True))


def _memory(history: History, span: tuple[int, int]) -> Figure:
    names = {name.removeprefix("memory."): name for name in history.columns if name.startswith("memory.")}
    shown = {name.replace("_", " "): column for name, column in names.items()}
    return _one(history, span, "Memory of rank 0", "GB", shown, scale=1e-9, from_zero=True)


def _waiting(history: History, span: tuple[int, int]) -> Figure:
    if not (history.has("data_wait") and history.has("seconds")):
        return Figure("", "")
    seconds = history.columns["seconds"]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = 100 * history.columns["data_wait"] / seconds
    curve = thin(history.steps, share, 450, seconds, span)
    return Figure("Waiting for data", chart({"wait": curve}, "% of a step", span, from_zero=True, band=True))


def _power(history: History, span: tuple[int, int]) -> Figure:
    if not (history.has("joules") and history.has("seconds")):
        return Figure("", "")
    seconds = history.columns["seconds"]
    with np.errstate(divide="ignore", invalid="ignore"):
        watts = history.columns["joules"] / seconds
    return Figure(
        "Power",
        chart(
            {"power": thin(history.steps, watts, 450, seconds, span)}, "W, all that is metered", span, from_zero=True
        ),
    )


def _one(
    history: History,
    span: tuple[int, int],
    title: str,
    unit: str,
    names: dict[str, str],
    scale: float = 1.0,
    from_zero: bool = False,
    band: bool = False,
) -> Figure:
    curves = {
        shown: thin(history.steps, history.columns[name] * scale, 450, None, span)
        for shown, name in names.items()
        if history.has(name)
    }
    return Figure(title, chart(curves, unit, span, from_zero=from_zero, band=band))


def _thin(history: History, name: str, columns: int, span: tuple[int, int], weights: np.ndarray | None = None) -> Curve:
    values = history.columns.get(name, np.full(len(history), np.nan))
    return thin(history.steps, values, columns, weights, span)
