"""Documents a second through a network of DistilRoBERTa's size: `python -m benchmarks.transformer_speed`.

Weights are random, which costs what trained ones cost; the vocabulary is learnt here. CPU seconds of one thread in one
process, the best of three for windows, one pass for pages. Pages are C4's where the development data is at hand, with
their real mix of lengths, and generated otherwise.

A score must not depend on what stands beside a text. So pages are also read together and each alone, in batches of
fixed shape as `score` has them and in plain ones (rows as they come, padded to the longest), with a head whose scores
spread over 0 to 1; and the same together with two threads. Counted are scores of which a bit, or the thousandth that is
kept, came out differently.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from benchmarks import results
from benchmarks.generate import generate
from benchmarks.rows import Row, table
from classifiers.calibrate import thousandths
from classifiers.distilroberta import batches, network, scratch, settings
from classifiers.distilroberta.base import Base
from classifiers.distilroberta.reader import Reader, specials

COMMAND = "python -m benchmarks.transformer_speed"
DISTILROBERTA = {"layers": 6, "hidden": 768, "heads": 12, "max_tokens": 512, "overlap": 64, "vocabulary": 50_265}
PLAIN = 16  # rows of a batch as it is usually made
SPREAD = 2.0  # standard deviation of the difference of logits
Windows = list[list[np.ndarray]]


def rows(data: Path, documents: int) -> list[Row]:
    texts = pages(data, documents)
    fp32 = reader(texts)
    bf16 = replace(fp32, bf16=True)
    windows = [fp32.windows_of(text) for text in texts]
    return [*of_windows(fp32, bf16), *of_pages(fp32, bf16, windows), *alone(fp32, windows[: len(windows) // 2])]


def of_windows(fp32: Reader, bf16: Reader) -> list[Row]:
    full = [[np.arange(510, dtype=np.int32) % 20_000 + 5]] * 4
    plain, fast = (min(seconds(lambda r=r: r.of_windows(full)) for _ in range(3)) / 4 for r in (fp32, bf16))
    return [
        row("windows of 512 tokens, fp32", 1 / plain, "1/s", 4),
        row("windows of 512 tokens, bf16", 1 / fast, "1/s", 4, "fp32", plain / fast),
    ]


def of_pages(fp32: Reader, bf16: Reader, windows: Windows) -> list[Row]:
    by_length = {r.bf16: seconds(lambda r=r: r.of_windows(windows)) for r in (fp32, bf16)}
    padded = seconds(lambda: whole_length(bf16, windows))
    n = len(windows)
    return [
        row("pages, fp32, batches by length", n / by_length[False], "1/s", n),
        row(
            "pages, bf16, batches by length", n / by_length[True], "1/s", n, "fp32", by_length[False] / by_length[True]
        ),
        row("pages, bf16, padded to 512", n / padded, "1/s", n, "batches by length", by_length[True] / padded),
    ]


def alone(reader: Reader, windows: Windows) -> list[Row]:
    """In fp32; bf16 rounds most differences away."""
    found = []
    for name, read in (("batches of fixed shape", probabilities), ("plain batches", plain_batches)):
        together, one_by_one = read(reader, windows), np.concatenate([read(reader, [own]) for own in windows])
        found += _differing(f"read alone, {name}", together, one_by_one)
    together = probabilities(reader, windows)
    torch.set_num_threads(2)
    found += _differing("with two threads, batches of fixed shape", together, probabilities(reader, windows))
    torch.set_num_threads(1)
    return found


def _differing(what: str, one: np.ndarray, other: np.ndarray) -> list[Row]:
    bits, kept = int((one != other).sum()), int((thousandths(one) != thousandths(other)).sum())
    return [
        row(f"pages whose score differs in a bit, {what}", bits, "pages", len(one)),
        row(f"pages whose score differs as it is kept, {what}", kept, "pages", len(one)),
    ]


def probabilities(reader: Reader, windows: Windows) -> np.ndarray:
    return reader.of_windows(windows)[:, 1]


def plain_batches(reader: Reader, windows: Windows) -> np.ndarray:
    """First windows, sixteen a batch in order of length, padded to the longest and no further."""
    order = np.argsort([len(own[0]) for own in windows], kind="stable")
    found = np.zeros(len(windows), np.float32)
    for start in range(0, len(order), PLAIN):
        index = order[start : start + PLAIN]
        firsts = [windows[k][0] for k in index.tolist()]
        found[index] = _run(reader, firsts, max(map(len, firsts)) + 2)
    return found


def whole_length(reader: Reader, windows: Windows) -> None:
    """Every window padded to 512, one a batch: a row of 512 is all that a core's products need."""
    for own in windows:
        for window in own:
            _run(reader, [window], 512)


def _run(reader: Reader, windows: list[np.ndarray], length: int) -> np.ndarray:
    ids, mask = map(torch.from_numpy, batches.padded(windows, reader.specials, length, len(windows)))
    with torch.inference_mode():
        return torch.softmax(network.logits(reader.model, ids, mask, reader.bf16).double(), 1)[:, 1].float().numpy()


def reader(texts: list[str]) -> Reader:
    """A network of random weights, its head set so that the scores of these texts spread over 0 to 1."""
    chosen = settings.of(DISTILROBERTA, scratch=True)
    tokenizer = scratch.vocabulary(texts, chosen.vocabulary)
    config = scratch.config(chosen, chosen.vocabulary)
    model = network.build(Base("random", "", None, "", config, tokenizer, None), ("no", "yes"), 0.0, seed=0).eval()
    made = Reader(
        model, tokenizer, specials(config), 512, 64, 8, torch.device("cpu"), bf16=False, classes=2, positive=1
    )
    sample = probabilities(made, [made.windows_of(text)[:1] for text in texts[:16]]).astype(np.float64)
    logit = np.log(sample / (1 - sample))
    head = model.classifier.out_proj
    head.weight.data *= SPREAD / logit.std()
    head.bias.data[1] -= float(logit.mean() * SPREAD / logit.std())
    return made


def pages(data: Path, documents: int) -> list[str]:
    path = data / "labels" / "c4_sample.jsonl.gz"
    if not path.exists():
        return [text for batch in generate(documents * 2000) for text in batch["text"].to_pylist()][:documents]
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines][:documents]


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def row(what: str, value: float, unit: str, n: int, reference: str | None = None, ratio: float | None = None) -> Row:
    ratio = float(f"{ratio:.3g}") if ratio else None
    return Row(
        f"transformer: {what}", float(f"{value:.3g}"), unit, n, reference=reference, ratio=ratio, command=COMMAND
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(".data"))
    parser.add_argument("--documents", type=int, default=40)
    options = parser.parse_args()
    torch.set_num_threads(1)
    found = rows(options.data, options.documents)
    results.merge(found)
    print(table(found))


if __name__ == "__main__":
    main()
