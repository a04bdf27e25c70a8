"""What a run does against faults, as the seconds that each part of it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from trainer.faults.assumptions import Values, between_faults
from trainer.faults.closed_form import daly
from trainer.recipe import Checkpoints, Faults


@dataclass(frozen=True)
class Times:
    """Seconds. A checkpoint is begun after `interval` of work, stops it for `block`, and is whole `behind` later.

    With `copies`, checkpoints lie in the memory of other nodes, and each `to_storage`-th goes to storage as well.
    `elastic`: the other replicas hold the state and go on without the one that failed.
    """

    interval: float
    block: float
    behind: float = 0.0
    to_storage: int = 1
    copies: bool = False
    elastic: bool = False
    exit_seen: float = 0.0
    stall_seen: float = 0.0
    tests: float = 0.0
    replacement: float = 0.0
    restart: float = 0.0
    load: float = 0.0
    load_copy: float = 0.0
    silent_after: float = 0.0
    manual_wait: float = 0.0
    planned: float = 0.0
    reconfigure: float = 0.0
    slower: float = 0.0


@dataclass(frozen=True)
class Policy:
    name: str
    what: str
    here: bool  # this trainer has it
    times: Callable[[Values], Times]


def _blocking(assumed: Values, interval: float) -> Times:
    restart = assumed["processes"] + assumed["communicators"]
    return Times(
        interval=interval,
        block=assumed["save"],
        exit_seen=assumed["exit_seen"],
        stall_seen=assumed["timeout"],
        tests=assumed["tests"],
        replacement=assumed["requeue"],
        restart=restart,
        load=assumed["load"],
        silent_after=assumed["silent_after"],
        manual_wait=assumed["manual_wait"],
        planned=assumed["save"] + restart + assumed["load"],
    )


def _hourly(assumed: Values) -> Times:
    return _blocking(assumed, assumed["hourly"])


def _best_interval(assumed: Values) -> Times:
    return _blocking(assumed, daly(assumed["save"], between_faults(assumed)))


def _behind(assumed: Values, interval: float, stall_seen: float) -> Times:
    """Checkpoints written behind training; one at a time, so that they are at least `save` apart."""
    block = min(assumed["block"], assumed["save"])
    plain = _blocking(assumed, max(interval, assumed["save"]))
    return Times(
        **{
            **vars(plain),
            "block": block,
            "behind": assumed["save"] - block,
            "stall_seen": stall_seen,
            "tests": assumed["node_check"],
        }
    )


def _defaults(assumed: Values) -> Times:
    return _behind(assumed, Checkpoints().every * assumed["step"], Faults().collective_timeout)


def _heartbeats(assumed: Values) -> Times:
    return _behind(assumed, daly(assumed["block"], between_faults(assumed)), assumed["heartbeat"])


def _spares(assumed: Values) -> Times:
    return Times(**{**vars(_heartbeats(assumed)), "replacement": assumed["standby"]})


def _near(assumed: Values) -> Times:
    """A second copy of each rank's file in its own node's memory: after a fault only the new node asks the storage."""
    return Times(**{**vars(_spares(assumed)), "load": min(assumed["load_near"], assumed["load"])})


def _copies(assumed: Values) -> Times:
    """Copies to other nodes as often as pays; to storage every ten minutes or so."""
    block = assumed["copy_share"] * assumed["step"]
    interval = max(daly(block, between_faults(assumed)), assumed["step"])
    every = max(1, round(assumed["storage_every"] / (interval + block)))
    spared = vars(_spares(assumed))
    return Times(
        **{
            **spared,
            "interval": interval,
            "block": block + spared["block"] / every,
            "to_storage": every,
            "copies": True,
            "load_copy": assumed["load_copy"],
        }
    )


def _elastic(assumed: Values) -> Times:
    away = assumed["requeue"] + assumed["processes"] + assumed["communicators"] + assumed["load_copy"]
    every = max(1, round(assumed["storage_every"] / assumed["step"]))
    return Times(
        **{
            **vars(_copies(assumed)),
            "interval": assumed["step"],
            "block": assumed["block"] / every,
            "to_storage": every,
            "elastic": True,
            "reconfigure": assumed["reconfigure"],
            "slower": assumed["slower"] * away,
        }
    )


POLICIES = (
    Policy("hourly", "blocking checkpoints, timeouts, requeue", False, _hourly),
    Policy("Young–Daly", "the same, at the best interval", False, _best_interval),
    Policy("defaults", "a recipe that says nothing of faults or checkpoints", True, _defaults),
    Policy("behind", "asynchronous, best interval, heartbeats, node check", True, _heartbeats),
    Policy("spares", "and warm nodes that the cluster holds ready", True, _spares),
    Policy("near", "and a node's own part of the checkpoint in its memory", True, _near),
    Policy("copies", "and checkpoints in other nodes' memory", False, _copies),
    Policy("elastic", "replicas go on without the one that failed", False, _elastic),
)
