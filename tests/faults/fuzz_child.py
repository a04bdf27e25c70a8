"""Fuzzed inputs through readers and extraction, in a process of its own: `python -m tests.faults.fuzz_child ...`

    FIRST END DATA|- PROGRESS

For each number an input is made, recognised, read with bodies and without, and extracted. What is wrong is one line on
the standard output. Before each input its number is written to PROGRESS, and the CPU time of the process limited to a
minute more, so that a hang ends in SIGXCPU and whoever started this knows where; memory likewise has an end.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from curate.extract import extract
from curate.recipe.sections import Extract
from curate.sources import Piece, Record, read, recognise
from curate.sources.kinds import KINDS
from tests.faults import fuzz_mutations, fuzz_seeds
from tests.faults.fuzz_seeds import Seed

MAX_BYTES = 1 << 20
MOST_SECONDS = 60  # of CPU, an input
MOST_MEMORY = 700 << 20  # bytes above what libraries and kernels take
_WARM_UP = 400  # inputs


def main(first: int, end: int, data: str, progress: str) -> None:
    seeds = fuzz_seeds.made() + (fuzz_seeds.real(Path(data)) if data != "-" else [])
    memory = 0
    with tempfile.TemporaryDirectory() as folder, open(progress, "wb", buffering=0) as noted:
        for seed in fuzz_seeds.made():  # whole ones first, without a limit: they compile what is not compiled
            list(problems(seed, seed.packed(seed.plain), Path(folder)))
        for number in range(first, end):
            os.pwrite(noted.fileno(), f"{number:>12}".encode(), 0)  # at once, or not at all
            _limit_cpu()
            seed = seeds[number % len(seeds)]
            for wrong in problems(seed, content_of(seeds, number), Path(folder)):
                print(f"{number}\t{seed.kind}\t{seed.name}\t{wrong}", flush=True)
            used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
            if number - first > _WARM_UP and used > memory + MOST_MEMORY:
                print(f"{number}\t{seed.kind}\t{seed.name}\t{(used - memory) >> 20} MB of memory", flush=True)
            memory = max(memory, used)
        os.pwrite(noted.fileno(), f"{'done':>12}".encode(), 0)


def content_of(seeds: list[Seed], number: int) -> bytes:
    """Mutated before it is packed, or after."""
    seed, other = seeds[number % len(seeds)], seeds[(number * 7 + 3) % len(seeds)]
    if seed.pack is bytes or (number // len(seeds)) % 4 == 3:
        return fuzz_mutations.mutated(seed.packed(seed.plain), other.plain, number)
    return seed.packed(fuzz_mutations.mutated(seed.plain, other.plain, number))


def problems(seed: Seed, content: bytes, folder: Path) -> Iterator[str]:
    path = folder / seed.name
    path.write_bytes(content)
    try:
        recognise(seed.name, content[: 1 << 16])
        piece = Piece(seed.kind, 0, KINDS[seed.kind].GROUP, str(path), seed.name, 0, -1, len(content))
        whole = [record for _, record in read(piece, max_bytes=MAX_BYTES)]
        yield from _of_records(whole)
        bare = [record for _, record in read(piece, bodies=False, max_bytes=MAX_BYTES)]
        if [record.offset for record in bare] != [record.offset for record in whole]:
            yield f"{len(whole)} rows with bodies, {len(bare)} without"
        yield from _of_cuts(piece, content, len(whole))
    except Exception as error:
        yield f"raises {type(error).__name__}: {str(error)[:200]}"
    finally:
        path.unlink()


def _of_records(records: list[Record]) -> Iterator[str]:
    places = [(record.path, record.offset) for record in records]
    if len(set(places)) < len(places):
        yield "two records of one place"
    settings = Extract(max_bytes=MAX_BYTES)
    for record in records:
        found = extract(record, settings)
        if not found.status or found.status.startswith("extract_error"):
            yield f"status {found.status!r}"
        if (found.status == "ok") != bool(found.text.strip()):
            yield f"{found.status} with {len(found.text)} characters"
        for said in (found.text, found.title, record.url, record.member, record.license, *found.rights):
            (said or "").encode()
        if len(found.text) > 64 * MAX_BYTES:
            yield f"{len(found.text)} characters of text"


def _of_cuts(piece: Piece, content: bytes, rows: int) -> Iterator[str]:
    module = KINDS[piece.source]
    if not hasattr(module, "cuts") or not content:
        return
    parts = module.cuts(piece.url, len(content), content[: 1 << 16], max(len(content) // 3, 1))
    found = 0
    for start, end, length in parts:
        part = Piece(piece.source, 0, piece.group, piece.url, piece.path, start, end, length)
        found += sum(1 for _ in read(part, bodies=False, max_bytes=MAX_BYTES))
    if found < rows:
        yield f"{found} rows in {len(parts)} pieces, {rows} in one"


def _limit_cpu() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + MOST_SECONDS, hard))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4])
