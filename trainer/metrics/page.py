"""index.html of a run: one page that needs nothing else, neither network nor script.

Samples are text that a model wrote after what the web taught it, and events name documents of a corpus: how they are
kept harmless is `trainer.metrics.template`'s. A reader sees the page before or the page after, never half of one.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from trainer import atomic, events
from trainer.errors import TrainingError
from trainer.metrics import charts, history, lines, tables, template
from trainer.metrics.figures import figures
from trainer.supervisor.drain import EXIT_CODE

FILE = "index.html"
MOST_SPIKES = 20
MOST_SAMPLES = 12


def publish(run: str | Path) -> Path:
    """Render the page of a run from the files in its folder, and put it in place at once."""
    folder = Path(run)
    if not (folder / lines.FILE).exists() and not (folder / events.FILE).exists():
        raise TrainingError(f"{run}: holds no {lines.FILE}; name the folder of a training run")
    page = folder / FILE
    try:
        atomic.write(page, render(folder))
    except OSError as error:
        raise TrainingError(f"{page}: cannot be written ({error.strerror})") from None
    return page


def render(run: Path) -> str:
    """The page as text: a function of the files in the run's folder alone."""
    values = {**_content(run), "clock": tables.clock}
    return template.filled(template.HERE, values, {"number": _number, "time": tables.duration})


def _content(run: Path) -> dict[str, Any]:
    """Everything that the page says."""
    happened = [event for event in events.read(run) if _is_event(event)]
    past = history.read(run)
    recipe, text = _recipe(run)
    spikes = [event for event in happened if event["kind"] == "spike"]
    measured: dict[str, Any] = next((event for event in reversed(happened) if event["kind"] == "measured"), {})
    return {
        "name": recipe.name if recipe else run.name,
        "model": _model(recipe),
        "measured": measured,
        "began": happened[0]["time"] if happened else None,
        "state": _state(happened),
        "tiles": tables.tiles(past, recipe.steps if recipe else None, happened),
        "figures": figures(past, happened),
        "streams": tables.by_stream(past),
        "utilisation": tables.utilisation(past, measured),
        "lost": (lost := tables.lost_time(past, happened)),
        "lost_bar": charts.share_bar([(row["name"], row["share"]) for row in lost["rows"]]) if lost else "",
        "checkpoints": tables.checkpoints(happened),
        "events": tables.events_table(happened),
        "events_in_all": len(happened),
        "spikes": spikes[-MOST_SPIKES:][::-1],
        "spikes_in_all": len(spikes),
        "samples": _samples(run),
        "recipe": text,
    }


def _is_event(event: Any) -> bool:
    return isinstance(event, dict) and isinstance(event.get("kind"), str) and isinstance(event.get("time"), int | float)


def _state(happened: list[dict[str, Any]]) -> str:
    """The word for where the run stands, by the last event that says so."""
    known = {"finished": "finished", "drained": "drained, to be continued", "started": "running when last heard of"}
    for event in reversed(happened):
        if event["kind"] in known:
            return known[event["kind"]]
        if event["kind"] == "session_end" and event.get("node", 0) == 0 and event.get("code") not in (0, EXIT_CODE):
            return f"ended with code {event.get('code', '?')}: {event.get('why', '')}"
    return ""


def _recipe(run: Path) -> tuple[Any, str]:
    """The recipe, where it can be read, and its text."""
    from trainer.recipe import of
    from trainer.written_yaml import parse

    file = run / "recipe.yaml"
    if not file.is_file():
        return None, ""
    text = file.read_text("utf-8", errors="replace")
    try:
        return of(parse(text, str(file))), text
    except TrainingError:
        return None, text


def _model(recipe: Any) -> str:
    if recipe is None:
        return ""
    if isinstance(recipe.model, str):
        return recipe.model
    return ", ".join(f"{key} {value}" for key, value in recipe.model.items())


def _samples(run: Path) -> list[dict[str, Any]]:
    """The last texts that the model wrote: step, prompt, text."""
    file = run / "samples.jsonl"
    found = []
    if file.exists():
        for line in file.read_text("utf-8", errors="replace").splitlines():
            try:
                sample = json.loads(line)
            except ValueError:
                continue
            if isinstance(sample, dict) and isinstance(sample.get("text"), str):
                found.append(
                    {"step": sample.get("step"), "prompt": str(sample.get("prompt", "")), "text": sample["text"]}
                )
    return found[-MOST_SAMPLES:][::-1]


def _number(value: float, form: str = ".3f") -> str:
    return format(value, form) if value is not None and math.isfinite(value) else "–"
