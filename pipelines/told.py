"""What the driver works out once for all tasks of a phase: one small JSON file that each of them reads.

Were every task to add up the markers of all shards for itself, a run of n shards would read n^2 of them.
"""

from __future__ import annotations

import json
from typing import Any

from curate.storage import read_bytes
from pipelines.context import Context
from pipelines.output import put_text


def tell(context: Context, name: str, content: Any) -> None:
    """On the driver, before the tasks: `work/<phase>-<key>/<name>-00000.json`."""
    put_text(json.dumps(content, sort_keys=True), context.path(name, 0, ending="json"))


def told(context: Context, name: str, phase: str | None = None) -> Any:
    """In a task: what the driver told."""
    return json.loads(read_bytes(context.path(name, 0, phase, "json")))
