"""Tasks through Beam: a first stage of task functions, then any number of (group by key, task function).

An element is (key: int, value: bytes); a task function takes (context, key, values) and yields such elements. Text
never travels here: tasks read and write shards, and what they yield is packed arrays of small integers. Each stage is
handed to the process pool; bundles wait for all of their tasks, the heaviest of which was submitted first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from curate.errors import RunStopped
from pipelines import workers
from pipelines.context import Context
from pipelines.runners import Engine

Element = tuple[int, bytes]
Function = Callable[[Context, int, Iterable[bytes]], Iterable[Element]]


def run(context: Context, engine: Engine, tasks: Sequence[Element], *stages: str) -> None:
    """Run `stages` ("module:function") over `tasks`. The last stage yields nothing: it writes. Raises TaskFailed."""
    if not tasks:
        return
    import apache_beam as beam

    from pipelines.do_fn import RunTasks  # Beam takes seconds to import

    pipeline, elements = _begun(engine, tasks)
    elements |= "to values" >> beam.MapTuple(_as_list)
    for number, stage in enumerate(stages):
        if number:
            elements |= f"group {number}" >> beam.GroupByKey()
        elements |= stage >> beam.ParDo(RunTasks(context, stage)).with_output_types(tuple[int, bytes])
    _finish(pipeline, engine)


def run_step(engine: Engine, tasks: Sequence[Element], name: str, step: Any) -> None:
    """Run a transform of its own over `tasks`: one that is not for the pool."""
    pipeline, elements = _begun(engine, tasks)
    elements | name >> step
    _finish(pipeline, engine)


def _begun(engine: Engine, tasks: Sequence[Element]) -> tuple[Any, Any]:
    """A pipeline, and the tasks in it."""
    import apache_beam as beam

    workers.last_failure = None
    pipeline = engine.pipeline()
    plain = [(int(key), bytes(value)) for key, value in tasks]
    return pipeline, pipeline | "tasks" >> beam.Create(plain, reshuffle=engine.name != "local")


def _finish(pipeline: Any, engine: Engine) -> None:
    try:
        pipeline.run().wait_until_finish()
    except Exception as error:
        if _interrupted(error):
            raise KeyboardInterrupt from None
        if type(error).__name__ == "FutureTimeoutError":  # of grpc
            where = engine.job_endpoint
            raise RunStopped(
                f"--job-endpoint {where}: no job service answered there; start it, then the same command"
            ) from None
        raise (workers.last_failure or error) from None


def _interrupted(error: BaseException | None) -> bool:
    """Whether Beam made this of a Ctrl-C: it wraps whatever ends a task."""
    return error is not None and (
        isinstance(error, KeyboardInterrupt)
        or str(error).startswith("KeyboardInterrupt")
        or _interrupted(error.__cause__ or error.__context__)
    )


def _as_list(key: int, value: bytes) -> tuple[int, list[bytes]]:
    return key, [value]
