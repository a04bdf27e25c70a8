"""`python -m classifiers.judge`: the stand-in as a process of its own. Its first line is its address."""

from __future__ import annotations

import argparse
import contextlib
import os

from classifiers.judge.answers import FAULTS, Manners, truth
from classifiers.judge.server import Judge


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m classifiers.judge", description=__doc__)
    parser.add_argument("--truth", required=True, help="JSONL: text (or its sha256) and answer")
    parser.add_argument("--port", type=int, default=0, help="0: any that is free")
    parser.add_argument("--model", default="judge", help="what it calls itself")
    parser.add_argument(
        "--noise", type=float, default=0.0, help="share of answers that are off by one, or another class"
    )
    parser.add_argument("--whims", type=float, default=0.0, help="share of answers that differ when the same is asked")
    parser.add_argument("--faults", type=float, default=0.0, help=f"share of requests that meet {', '.join(FAULTS)}")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds that an answer takes at most")
    parser.add_argument("--retry-after", type=float, default=1.0, help="seconds that a 429 asks for")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--key-env", help="variable of the environment with the key to insist on")
    parser.add_argument("--refuse", action="append", default=[], help="parameter to answer with 400: response_format")
    given = parser.parse_args()
    for name in ("noise", "whims", "faults"):
        if not 0 <= getattr(given, name) <= 1:
            parser.error(f"--{name}: is a share, from 0 to 1")
    if not (0 <= given.delay < float("inf") and 0 <= given.retry_after < float("inf")):
        parser.error("--delay, --retry-after: are seconds, 0 or more")
    with contextlib.suppress(KeyboardInterrupt):
        judge = _judge(parser, given)
        print(judge.url, flush=True)
        judge.serve()


def _judge(parser: argparse.ArgumentParser, given: argparse.Namespace) -> Judge:
    known, manners = _truth(parser, given.truth), _manners(given)
    try:
        return Judge(known, manners, given.port)
    except (OSError, OverflowError) as why:
        parser.error(f"--port {given.port}: {why}")


def _truth(parser: argparse.ArgumentParser, path: str) -> dict[str, str]:
    try:
        return truth(path)
    except (OSError, ValueError) as why:
        parser.error(str(why))


def _manners(given: argparse.Namespace) -> Manners:
    return Manners(
        noise=given.noise,
        whims=given.whims,
        faults=given.faults,
        delay=given.delay,
        retry_after=given.retry_after,
        seed=given.seed,
        model=given.model,
        key=os.environ.get(given.key_env) if given.key_env else None,
        refuses=tuple(given.refuse),
    )


if __name__ == "__main__":
    main()
