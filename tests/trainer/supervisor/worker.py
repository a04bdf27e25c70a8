"""A rank without torch: it counts steps with the others, saves every fifth, and does at set places what it is asked.

worker.py RUN STEPS [ATTEMPT:RANK:STEP:WHAT ...], `*` for any attempt or rank; STEP -1 is before anything is loaded.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from trainer.supervisor import drain
from trainer.supervisor.heartbeat import Heartbeat

RUN, STEPS, FAULTS = Path(sys.argv[1]), int(sys.argv[2]), [fault.split(":") for fault in sys.argv[3:]]
RANK, ATTEMPT = os.environ["RANK"], os.environ["CURATE_ATTEMPT"]
SAVED = RUN / "saved"


def main() -> int:
    drain.listen()
    names = ("RANK", "LOCAL_RANK", "WORLD_SIZE", "LOCAL_WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")
    (RUN / f"seen-{ATTEMPT}-{RANK}.json").write_text(json.dumps({name: os.environ[name] for name in names}))
    due(-1)
    heartbeat = Heartbeat(RUN, int(RANK))
    met(0, False)
    step = int(SAVED.read_text()) if SAVED.exists() else 0
    heartbeat.loaded(step)
    while step < STEPS:
        time.sleep(0.005)
        step += 1
        leave = met(step, drain.requested() and not asked("deaf", step))
        if asked("stuck", step):
            time.sleep(3600)
        heartbeat.beat(step, 0.5 if asked("slow", step) else 0.1)
        if RANK == "0" and step % 5 == 0:
            save(step)
        due(step)
        if leave:
            save(step)
            return drain.EXIT_CODE
    print(f"rank {RANK} is done")
    return 0


def met(step: int, flag: bool) -> bool:
    """Wait until every rank has come to `step`, as a collective does; whether any of them had its flag up."""
    met_at = RUN / "met" / f"{ATTEMPT}-{step}"
    met_at.mkdir(parents=True, exist_ok=True)
    (met_at / f"{RANK}-{int(flag)}").touch()
    while len(found := os.listdir(met_at)) < int(os.environ["WORLD_SIZE"]):
        time.sleep(0.001)
    return any(name.endswith("1") for name in found)


def save(step: int) -> None:
    beside = RUN / f"saved-{RANK}"
    beside.write_text(str(step))
    beside.replace(SAVED)


def asked(what: str, step: int) -> bool:
    """Whether it is due at this step or was at an earlier one."""
    return any(a in (ATTEMPT, "*") and r in (RANK, "*") and int(s) <= step and w == what for a, r, s, w in FAULTS)


def due(step: int) -> None:
    for attempt, rank, at, what in FAULTS:
        if attempt in (ATTEMPT, "*") and rank in (RANK, "*") and int(at) == step:
            do(what)


def do(what: str) -> None:
    if what == "crash":
        raise RuntimeError("the memory is on fire")
    if what == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "refuse":
        print("error: shard 7 is of another length", file=sys.stderr)
        os._exit(2)
    if what == "hang":
        time.sleep(3600)
    if what == "child":
        child = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(3600)"])
        (RUN / f"child-{RANK}").write_text(str(child.pid))


sys.exit(main())
