"""python -m trainer.evaluate bpb|needle|export: what a trained model is worth.

python -m trainer.evaluate bpb run --corpus held-out --length 8192
python -m trainer.evaluate needle run --corpus held-out --lengths 1024,4096,8192
python -m trainer.evaluate export run -o folder          (lm_eval --model hf --model_args pretrained=folder)
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from trainer import vocabulary
from trainer.data.footers import Source
from trainer.data.shards import Shards, open_corpora
from trainer.errors import TrainingError
from trainer.evaluate import intervals
from trainer.evaluate.export import export
from trainer.evaluate.needle import DEPTHS, haystack, needles
from trainer.evaluate.scores import score
from trainer.hf import tokenizer
from trainer.trained import Trained, device, open_trained
from trainer.vocabulary import Vocabulary

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}


def main(arguments: list[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    commands: dict[str, Callable[[argparse.Namespace, Trained], None]] = {"bpb": _bpb, "needle": _needle}
    try:
        trained = open_trained(asked.run, asked.step)
        commands.get(asked.command, _export)(asked, trained)
    except TrainingError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def _bpb(asked: argparse.Namespace, trained: Trained) -> None:
    shards, known, source = _held_out(asked, trained)
    model = trained.model(asked.device, DTYPES[asked.precision])
    model.set_longest(max(model.longest, shards.length))
    found = score(model, shards, known.bytes_of, source, rows=asked.rows, seed=asked.seed, batch=asked.batch)
    rows = []
    for name, scores in found.items():
        interval = intervals.bits_per_byte(scores, asked.seed)
        sizes = {"tokens": int(scores.tokens.sum()), "bytes": int(scores.bytes.sum())}
        rows.append({"category": name, **asdict(interval), **sizes})
    if not any(row["bytes"] for row in rows):
        raise TrainingError("bpb: no document of the corpus has two tokens, so there is nothing to score")
    print(f"{'category':24} {'bits/byte':>9} {'95 %':>17} {'documents':>9} {'tokens':>11} {'bytes':>12}")
    for row in rows:
        spread = f"{row['low']:.4f} - {row['high']:.4f}"
        counts = f"{row['documents']:>9,} {row['tokens']:>11,} {row['bytes']:>12,}"
        print(f"{row['category']:24} {row['value']:>9.4f} {spread:>17} {counts}")
    _written(asked, trained, {"length": shards.length, "bits_per_byte": rows})


def _needle(asked: argparse.Namespace, trained: Trained) -> None:
    shards, known, source = _held_out(asked, trained)
    lengths = [_count(length, "--lengths") for length in (asked.lengths or str(trained.longest)).split(",")]
    hay = haystack(shards, known, 4 * max(lengths), source)
    model = trained.model(asked.device, DTYPES[asked.precision])
    cells = needles(model, known, hay, lengths, DEPTHS, asked.trials, asked.seed)
    print(f"{'length':>8} {'depth':>6} {'exact':>6} {'rank':>9} {'lift, nats a token':>19}  95 %")
    for cell in cells:
        lift = f"{cell.lift:>19.3f}  {cell.low:.3f} - {cell.high:.3f}"
        print(f"{cell.length:>8,} {cell.depth:>6.2f} {cell.exact:>6.0%} {cell.rank:>9.1f} {lift}")
    _written(asked, trained, {"needle": [asdict(cell) for cell in cells]})


def _export(asked: argparse.Namespace, trained: Trained) -> None:
    export(trained, asked.output, DTYPES[asked.precision], asked.corpus)
    print(f"{asked.output}: lm_eval --model hf --model_args pretrained={asked.output} --tasks ...")


def _held_out(asked: argparse.Namespace, trained: Trained) -> tuple[Shards, Vocabulary, Source]:
    """The shards to look at, whose vocabulary is that of the model's own corpora."""
    corpora = {_name(asked.corpus): asked.corpus} if asked.corpus else trained.corpora
    if not corpora:
        trained.vocabulary()
    shards = open_corpora(corpora, asked.length or trained.longest, asked.cache)
    known = vocabulary.read(next(iter(corpora.values())))
    if trained.corpora and known.digest != (own := trained.vocabulary()).digest:
        raise TrainingError(
            f"--corpus: {asked.corpus} has another vocabulary ({known.digest[:12]}) than the model was trained with "
            f"({own.digest[:12]}); pack the held-out text with the same `tokenizer`"
        )
    if not trained.corpora and tokenizer.other_ids(asked.run, known):
        raise TrainingError(
            f"--corpus: {asked.corpus} gives other ids than {asked.run}/tokenizer.json; "
            "pack the held-out text with that file as its `tokenizer`"
        )
    if known.size > trained.config.vocab_size:
        raise TrainingError(
            f"--corpus: its vocabulary has {known.size:,} ids, and the model {trained.config.vocab_size:,}; "
            "name a corpus with the model's vocabulary"
        )
    return shards, known, Source.of(corpora, asked.cache)


def _name(corpus: str) -> str:
    """Of the run's folder, also where its tokens/ is given."""
    parts = [part for part in corpus.split("/") if part]
    return parts[-2] if parts[-1:] == ["tokens"] and len(parts) > 1 else Path(corpus.rstrip("/")).name


def _count(text: str, option: str) -> int:
    if not text.strip().isdecimal() or not int(text):
        raise TrainingError(f"{option}: {text!r} is no number of tokens; write for example 1024,4096")
    return int(text)


def _written(asked: argparse.Namespace, trained: Trained, found: dict[str, Any]) -> None:
    if asked.json:
        said = {"model": asked.run, "step": trained.step, **found}
        try:
            Path(asked.json).write_text(json.dumps(_finite(said), indent=2) + "\n", "utf-8")
        except OSError as error:
            raise TrainingError(f"--json: {asked.json}: {error.strerror}; name another file") from None


def _finite(said: Any) -> Any:
    """NaN, the figure of a category without any, is null in JSON."""
    if isinstance(said, dict):
        return {name: _finite(value) for name, value in said.items()}
    if isinstance(said, list):
        return [_finite(value) for value in said]
    return None if isinstance(said, float) and math.isnan(said) else said


def _file(text: str) -> str:
    """Better told now than when all is evaluated."""
    if not Path(text).parent.is_dir() or Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"{text}: no file can be written there; name another")
    return text


def _positive(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m trainer.evaluate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    bpb = commands.add_parser("bpb", help="bits per byte by category on held-out shards, with 95 %% intervals")
    needle = commands.add_parser("needle", help="a needle in a haystack, by length and depth")
    out = commands.add_parser("export", help="a Hugging Face folder with tokenizer, for lm-eval-harness")
    for command in (bpb, needle, out):
        command.add_argument("run", help="a run's folder, or a Hugging Face checkpoint's")
        command.add_argument("--step", help="a checkpoint's, or `averaged`; the newest where absent")
        command.add_argument("--corpus", help="held-out corpus; the run's own where absent (then it is no test)")
        command.add_argument("--precision", choices=sorted(DTYPES), default="fp32")
    for command in (bpb, needle):
        command.add_argument("--length", type=_positive, help="tokens of the rows read; the run's longest where absent")
        command.add_argument("--seed", type=int, default=0)
        command.add_argument("--cache", help="folder for shards of a remote corpus")
        command.add_argument("--json", metavar="FILE", type=_file, help="also write what was found there")
        command.add_argument("--device", type=device, default="cuda" if torch.cuda.is_available() else "cpu")
    bpb.add_argument("--rows", type=_positive, help="so many rows of each category, drawn by seed; all where absent")
    bpb.add_argument("--batch", type=_positive, default=1, help="rows at once")
    needle.add_argument("--lengths", help="tokens of the haystacks, as in 1024,4096; the run's longest where absent")
    needle.add_argument("--trials", type=_positive, default=20, help="rows for each length and depth")
    out.add_argument("-o", "--output", required=True, help="the folder to write")
    return parser


if __name__ == "__main__":
    sys.exit(main())
