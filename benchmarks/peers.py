"""Curate beside what people use today, on the same documents in the same run: `python -m benchmarks.peers`.

Peers come from PyPI into an environment of their own (peers_venv.py) and run in a process each, one thread; both sides
count CPU seconds of their process around the work. Imports, models, rules, compiled kernels and reading the documents
are outside the clock on both sides; what our kernels cost to compile or load is a row of its own. Medians of five for
ours, of three for tiktoken, one pass for what takes seconds.

What is the same, and what is not:
- heuristics: the measures of Gopher's two tables, C4's and FineWeb's. datatrove decides as it goes, so in its chain a
  document that is dropped costs no more; we measure all of them on every document, and a rule is a comparison later.
  Both figures are here: its chain, and its four filters on every document. dolma's taggers measure every document
  too: `gopher_v2` beside our gopher and repetition, `c4_v2`, which also looks for dirty words, beside our c4 and adult.
- signatures: words, 5-grams of them, 112 minima. datatrove splits words by spaCy and lower-cases, normalises numbers
  and accents; ours are runs of `\\w`. datasketch's are bit for bit ours.
- lines: datatrove hashes spans of three sentences, or of three lines; we hash each line (CCNet, Llama 3).
- tokens: the same vocabulary, and the digest of all ids must be equal to tiktoken's. datatrove's tokenizer is Hugging
  Face's, with the same vocabulary as merges; it also writes a file, ours and tiktoken's stay in memory.
- language: the same model (lid.176.ftz); datatrove reads the whole document, we the first 2,000 characters.
- all stages together: ours in one pass over batches; datatrove's is the sum of its stages, which share nothing.
A ratio says what a core does, not what a cluster does: reading, extraction and shuffles are not in it.

    python -m benchmarks.peers [TASK ...] [--data .data] [--megabytes 4] [--more 100]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import peers_inputs, peers_ours, peers_venv, results
from benchmarks.rows import Row, table

COMMAND = "python -m benchmarks.peers"
TASKS = ("heuristics", "dolma", "signatures", "lines", "language", "tokens", "all", "many tokens", "extraction")
BARS = {"heuristics": 300, "signatures": 400, "all": 100, "tokens": 10}
DOLMA = {"gopher_v2": ("gopher", "repetition"), "c4_v2": ("c4", "adult")}  # its taggers, our families
STAGES = ("datatrove_filters", "datatrove_signatures", "datatrove_sentences", "datatrove_tokens", "datatrove_language")


class Bench:
    """One set of documents, and what each peer took for it: asked once."""

    def __init__(self, folder: Path, quick_repeats: int = 3):
        self.folder, self.quick_repeats = folder, quick_repeats
        self.texts = pq.read_table(folder / "documents.parquet")["text"]
        self.batches = peers_ours.cut(self.texts)
        self.megabytes = sum(batch.nbytes for batch in self.batches) / 1e6
        self._told: dict[str, dict] = {}

    def theirs(self, task: str) -> dict:
        if task not in self._told:
            repeats = self.quick_repeats if task == "tiktoken" else 1
            script = Path(__file__).with_name("peers_theirs.py")
            interpreter = peers_venv.python("dolma" if task.startswith("dolma") else "peers")
            command = [str(interpreter), "-P", str(script), task, str(self.folder), "1000000000", str(repeats)]
            done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
            self._told[task] = json.loads(done.stdout.splitlines()[-1])
        return self._told[task]

    def against(self, name: str, seconds: float, task: str, part: str | None = None, bar: int | None = None) -> Row:
        """A row: how many times less CPU ours took than (a part of) the peer's task."""
        told = self.theirs(task)
        spent = told["seconds"][part] if part else sum(told["seconds"].values())
        return self.row(name, seconds, spent, f"{task.split('_')[0]} {told['version']}", bar)

    def row(self, name: str, ours: float, theirs: float, peer: str, bar: int | None = None) -> Row:
        beside = f"{peer}: {_round(self.megabytes / theirs)} MB/s, ours {_round(self.megabytes / ours)} MB/s"
        beside += f", on {self.megabytes:.1f} MB"
        return Row(
            f"peers: {name}", _round(theirs / ours), "times", len(self.texts), reference=beside,
            bar=bar and f">= {bar}", command=COMMAND,
        )  # fmt: skip


def rows(data: Path, tasks: list[str], megabytes: float, more: float, folder: Path) -> list[Row]:
    few = folder / "few"
    peers_inputs.write(data, few, int(megabytes * 1e6))
    bench = Bench(few)
    found = [Row("peers: our kernels, loaded or compiled", _round(peers_ours.warm()), "CPU s", 1, command=COMMAND)]
    work = {
        "heuristics": _heuristics, "dolma": _dolma, "signatures": _signatures, "lines": _lines,
        "language": _language, "tokens": _tokens, "all": _all, "extraction": _extraction,
    }  # fmt: skip
    for task in tasks:
        if task == "many tokens":
            found += _many_tokens(data, folder / "many", more)
        else:
            found += work[task](bench)
    return found


def _heuristics(bench: Bench) -> list[Row]:
    ours = peers_ours.seconds(lambda: peers_ours.heuristics(bench.batches))
    each = [
        bench.against(f"all heuristics against {part} alone", ours, "datatrove_filters", part)
        for part in bench.theirs("datatrove_filters")["seconds"]
    ]
    return [
        bench.against("heuristics against the chain of four", ours, "datatrove_chain", None, BARS["heuristics"]),
        bench.against("heuristics against the four on every document", ours, "datatrove_filters"),
        *each,
    ]


def _dolma(bench: Bench) -> list[Row]:
    try:
        peers_venv.python("dolma")
    except subprocess.CalledProcessError:  # the other peers go on
        print("peers: dolma, which wants Python below 3.13 and a C++ compiler, could not be installed: left out")
        return []
    found = []
    for tagger, families in DOLMA.items():
        ours = peers_ours.seconds(lambda families=families: peers_ours.heuristics(bench.batches, families))
        found.append(bench.against(f"{' and '.join(families)} against dolma's {tagger}", ours, "dolma_taggers", tagger))
    return found


def _signatures(bench: Bench) -> list[Row]:
    ours = peers_ours.seconds(lambda: peers_ours.signatures(bench.batches))
    name = "MinHash signatures, 14 bands of 8"
    return [
        bench.against(name, ours, "datatrove_signatures", None, BARS["signatures"]),
        bench.against(f"{name}, in bulk", ours, "datasketch"),
    ]


def _lines(bench: Bench) -> list[Row]:
    ours = peers_ours.seconds(lambda: peers_ours.lines(bench.batches))
    return [
        bench.against(f"line hashes against spans of three {part}", ours, "datatrove_sentences", part)
        for part in ("sentences", "lines")
    ]


def _language(bench: Bench) -> list[Row]:
    ours = peers_ours.seconds(lambda: peers_ours.languages(bench.batches), 3)
    return [bench.against("language identification", ours, "datatrove_language")]


def _tokens(bench: Bench) -> list[Row]:
    tokens = peers_ours.Tokens()
    again = peers_ours.seconds(lambda: tokens(bench.batches), 3)
    first = peers_ours.seconds(lambda: tokens(bench.batches), 3, tokens.renew)
    return [
        bench.against("tokens, a new engine", first, "tiktoken", "tokens"),
        bench.against("tokens, words met before", again, "tiktoken", "tokens"),
        bench.against("tokens, a new engine, against datatrove", first, "datatrove_tokens"),
        _same_ids(bench, tokens),
    ]


def _many_tokens(data: Path, folder: Path, megabytes: float) -> list[Row]:
    """Enough text for the engine to meet its words, as in a worker: one pass from a new engine."""
    peers_inputs.write(data, folder, int(megabytes * 1e6))
    bench, tokens = Bench(folder, 1), peers_ours.Tokens()
    ours = peers_ours.seconds(lambda: tokens(bench.batches), 0)
    name = f"tokens of {bench.megabytes:.0f} MB, a new engine"
    return [bench.against(name, ours, "tiktoken", "tokens", BARS["tokens"]), _same_ids(bench, tokens)]


def _same_ids(bench: Bench, tokens: peers_ours.Tokens) -> Row:
    same = tokens.ids() == bench.theirs("tiktoken")["digest"]
    name = f"peers: ids of {bench.megabytes:.0f} MB equal to tiktoken's"
    return Row(name, float(same), "share", len(bench.texts), bar="= 1", command=COMMAND)


def _all(bench: Bench) -> list[Row]:
    tokens = peers_ours.Tokens()
    everything = peers_ours.everything(tokens)
    again = peers_ours.seconds(lambda: everything(bench.batches), 3)
    first = peers_ours.seconds(lambda: everything(bench.batches), 3, tokens.renew)
    theirs = 0.0
    for task in STAGES:
        spent = bench.theirs(task)["seconds"]
        theirs += spent["sentences"] if task == "datatrove_sentences" else sum(spent.values())
    peer = f"datatrove {bench.theirs(STAGES[0])['version']}"
    chain = theirs - sum(bench.theirs("datatrove_filters")["seconds"].values())
    chain += bench.theirs("datatrove_chain")["seconds"]["chain"]
    return [
        bench.row("all text stages, a new token engine", first, theirs, peer, BARS["all"]),
        bench.row("all text stages, words met before", again, theirs, peer),
        bench.row("all text stages, words met before, its filters as a chain", again, chain, peer),
    ]


def _extraction(bench: Bench) -> list[Row]:
    pages = pq.read_table(bench.folder / "pages.parquet")["text"]
    if not len(pages):
        return []
    array = pa.concat_arrays(pages.chunks)
    ours = peers_ours.seconds(lambda: peers_ours.extraction(array), 1)
    megabytes = array.nbytes / 1e6
    found = []
    for peer in ("trafilatura", "resiliparse"):
        told = bench.theirs(peer)
        spent = told["seconds"]["extraction"]
        beside = f"{peer} {told['version']}: {_round(spent / len(pages) * 1e3)} ms a page, ours "
        beside += f"{_round(ours / len(pages) * 1e3)} ms, on {megabytes:.1f} MB"
        name = f"peers: extraction beside {peer}"
        found.append(Row(name, _round(spent / ours), "times", len(pages), reference=beside, command=COMMAND))
    return found


def _round(value: float) -> float:
    return float(f"{value:.3g}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tasks", nargs="*", metavar="TASK", help=f"of {', '.join(TASKS)}; all if none is named")
    parser.add_argument("--data", type=Path, default=Path(".data"))
    parser.add_argument("--megabytes", type=float, default=4, help="of documents that every peer reads")
    parser.add_argument("--more", type=float, default=100, help="megabytes for `many tokens`")
    parser.add_argument("--folder", type=Path, help="where the inputs stay, to be used again")
    parser.add_argument("--save", action="store_true", help="write the rows to results.json also if TASKs are named")
    options = parser.parse_args()
    if unknown := set(options.tasks) - set(TASKS):
        parser.error(f"there is no task {', '.join(sorted(unknown))}; there are {', '.join(TASKS)}")
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch)
        found = rows(options.data, options.tasks or list(TASKS), options.megabytes, options.more, folder)
    if options.save or not options.tasks:
        results.merge(found)
    print(table(found))


if __name__ == "__main__":
    main()
