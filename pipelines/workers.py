"""A pool of child processes that survives what its tasks do to them.

Each slot is one long-lived process of a fork server, spoken to over a pipe by one thread of the parent. A child that
dies (a parser's segmentation fault, the kernel's out-of-memory killer) takes down its own task only: the slot is
refilled and the task tried again. The child notes the row it works on in a page of memory that it shares with the
parent; a row that was under way at two deaths is the culprit, goes to quarantine, and the shard is done without it.
Where a batch was under way, the task is told so when it is tried again, and tries the rows one by one (`suspects.py`).
A watchdog treats a child as dead when it has shown no sign of life for `PATIENCE` seconds. It is the last resort: what
decides is counted inside the tasks, and a quarantined row is outside the same-bytes claim (the first verdict stands).

Why not concurrent.futures: there one dead worker breaks every task in flight, and a hung one cannot be ended.
"""

from __future__ import annotations

import importlib
import json
import multiprocessing
import os
import pickle
import queue
import signal
import tempfile
import threading
import time
import traceback
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import Any

from curate.errors import RunStopped
from pipelines import fork_server
from pipelines.no_main import no_main
from pipelines.one_thread import one_thread
from pipelines.peak import forget_peak, peak_bytes
from pipelines.row_page import NOWHERE, RowPage
from pipelines.spent import Spent

PATIENCE = 900.0
ATTEMPTS = 12  # deaths without a culprit found; one takes a death to tell its batch and two to tell its row
_page: RowPage | None = None
_suspects: frozenset[int] = frozenset()


class TaskFailed(Exception):
    """A task raised; `report` is its traceback in the child, the cause is pickled along where it can be."""

    def __init__(self, report: str, cause: BaseException | None = None):
        super().__init__(report.strip().splitlines()[-1] if report.strip() else "task failed")
        self.report, self.cause = report, cause

    def __reduce__(self) -> tuple[type, tuple[str, BaseException | None]]:
        return TaskFailed, (self.report, self.cause)


@dataclass(frozen=True)
class Task:
    """`function` ("module:name") of (context, key, values); `quarantine` is where a culprit row is put on record.

    `suspects` are the first rows of batches that were under way when an earlier attempt died.
    """

    function: str
    context: Any
    key: int
    values: list[bytes]
    quarantine: str = ""
    suspects: frozenset[int] = frozenset()


def at(row: int, rows: int = 1) -> None:
    """Note, in a child, the row that is worked on, or a batch of so many rows that begins with it.

    It is the sign of life, and the suspect if the process dies.
    """
    if _page is not None:
        _page.note(row, rows)


def is_suspect(row: int) -> bool:
    """Whether, in a child, an earlier attempt of this task died in the batch that begins with `row`."""
    return row in _suspects


class Pool:
    """`slots` child processes; `submit` returns a future of the task's list of (key, bytes)."""

    def __init__(self, slots: int):
        self.slots = slots
        self._spent, self._counting = Spent(), threading.Lock()
        self._threads = ThreadPoolExecutor(slots, thread_name_prefix="slot")
        self._idle: queue.SimpleQueue[Child | None] = queue.SimpleQueue()
        self._children: set[Child] = set()
        self._ended = False
        for _ in range(slots):
            self._idle.put(None)

    def submit(self, task: Task) -> Future[list[tuple[int, bytes]]]:
        return self._threads.submit(self._run, task)

    def forget_spent(self) -> None:
        """Count what tasks take from nothing again."""
        with self._counting:
            self._spent = Spent()

    def spent(self) -> Spent:
        """What all tasks took together since the pool began, or since `forget_spent`."""
        with self._counting:
            return replace(self._spent)

    def close(self) -> None:
        """End the children, those at work too: a task that is cut short has left nothing."""
        self._ended = True
        for child in list(self._children):
            child.kill()
        self._threads.shutdown(cancel_futures=True)
        while not self._idle.empty():
            rested = self._idle.get()
            if rested:
                rested.end()

    def _started(self) -> Child:
        child = Child()
        self._children.add(child)
        if self._ended:
            child.kill()
        return child

    def _run(self, task: Task) -> list[tuple[int, bytes]]:
        child = self._idle.get()
        deaths: list[int] = []  # since the last row that was put in quarantine
        try:
            while len(deaths) < ATTEMPTS:
                child = child or self._started()
                started = time.monotonic()
                try:
                    answer, spent = child.run(task)
                    self._count(replace(spent, busy=time.monotonic() - started))
                    return answer
                except ChildDied as death:
                    self._children.discard(child)
                    child, last = None, death
                    if self._ended:
                        raise TaskFailed("the run was stopped") from None
                    if death.rows > 1:
                        task = replace(task, suspects=task.suspects | {death.row})
                    elif death.row in deaths and death.row != NOWHERE and task.quarantine:
                        _put_in_quarantine(task, death)
                        deaths.clear()
                        continue
                    deaths.append(death.row if death.rows == 1 else NOWHERE)
            raise TaskFailed(sentence := _gave_up(task, last), RunStopped(sentence))
        finally:
            self._idle.put(child)

    def _count(self, spent: Spent) -> None:
        with self._counting:
            self._spent += spent


_shared: dict[int, Pool] = {}
last_failure: TaskFailed | None = None  # what the driver reports, where tasks ran in its process
_guard = threading.Lock()


def shared(slots: int) -> Pool:
    """The pool of this process; on a runner of many processes each has its own, of one slot."""
    with _guard:
        if slots not in _shared:
            _shared[slots] = Pool(slots)
        return _shared[slots]


def close_all() -> None:
    with _guard:
        for pool in _shared.values():
            pool.close()
        _shared.clear()


class ChildDied(Exception):
    def __init__(self, row: int, why: str, rows: int = 1):
        super().__init__(f"{why} at row {row}")
        self.row, self.rows, self.why = row, rows, why


class Child:
    """One process, its pipe, and the page on which it notes the row it works on."""

    def __init__(self) -> None:
        self._file = tempfile.NamedTemporaryFile(prefix="curate-row-")  # noqa: SIM115 (lives as long as the child)
        self._page = RowPage(self._file.file)
        methods = multiprocessing.get_context("forkserver")
        fork_server.ensure_running()
        self._pipe, theirs = methods.Pipe()
        self._process = methods.Process(target=_serve, args=(theirs, self._file.name, {**os.environ}), daemon=True)
        with no_main():
            self._process.start()
        theirs.close()

    def run(self, task: Task) -> tuple[list[tuple[int, bytes]], Spent]:
        """The task's elements and what it took in the child."""
        self._page.note(NOWHERE)
        try:
            self._pipe.send_bytes(pickle.dumps(task))
            self._await()
            answer, spent = pickle.loads(self._pipe.recv_bytes())
        except (EOFError, ConnectionResetError, BrokenPipeError):
            self._process.join(10)
            raise self._death(f"process ended with {self._process.exitcode}") from None
        if isinstance(answer, TaskFailed):
            raise answer
        return answer, spent

    def kill(self) -> None:
        self._process.kill()

    def end(self) -> None:
        self._process.kill()
        self._process.join()
        self._pipe.close()

    def _await(self) -> None:
        before = None
        while not self._pipe.poll(PATIENCE):
            seen = self._page.notes()
            if seen == before:
                self.end()
                raise self._death(f"no sign of life for {PATIENCE:.0f} s")
            before = seen

    def _death(self, why: str) -> ChildDied:
        row, rows = self._page.rows()
        return ChildDied(row, why, rows)


def _gave_up(task: Task, last: ChildDied) -> str:
    where = "before any row" if last.row == NOWHERE else f"at row {last.row}"
    return (
        f"{task.function} {task.key}: its process died {ATTEMPTS} times, last {where} ({last.why}), and no "
        "single record is to blame: a plugin, too little memory or a library may be; the same command goes on from here"
    )


def _put_in_quarantine(task: Task, death: ChildDied) -> None:
    """Add the row to the shard's quarantine file, unless an earlier attempt already has."""
    from curate.storage import exists, read_bytes
    from pipelines.output import put_text

    known = json.loads(read_bytes(task.quarantine)) if exists(task.quarantine) else {}
    known.setdefault(str(death.row), death.why)
    put_text(json.dumps(known, sort_keys=True), task.quarantine)


def _serve(pipe: Connection, page: str, environment: dict[str, str]) -> None:
    """The life of a child: tasks in, lists of (key, bytes) out. The fork server's environment may be an older run's."""
    os.environ.update(environment)
    global _page
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent ends us
    one_thread()
    with open(page, "r+b") as file:
        _page = RowPage(file)
    import pyarrow

    pyarrow.set_cpu_count(1)
    while True:
        try:
            task = pickle.loads(pipe.recv_bytes())
        except (EOFError, OSError):
            return
        started = time.process_time()
        forget_peak()
        answer = _answer(task)
        try:
            pipe.send_bytes(pickle.dumps((answer, Spent(cpu=time.process_time() - started, peak_bytes=peak_bytes()))))
        except OSError:  # the parent is gone
            return


def _answer(task: Task) -> list[tuple[int, bytes]] | TaskFailed:
    global _suspects
    _suspects = task.suspects
    module, name = task.function.split(":")
    try:
        return list(getattr(importlib.import_module(module), name)(task.context, task.key, task.values))
    except BaseException as error:
        return failure(error)


def failure(error: BaseException) -> TaskFailed:
    """Of what is being handled."""
    report = traceback.format_exc()
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return TaskFailed(report)
    return TaskFailed(report, error)
