"""How fast languages are told, beside fastText's C++ library on the same openings: `python -m benchmarks.language`.

CPU seconds of one thread in one process, medians of five (the library: one pass), kernels loaded before. Documents are
those of benchmarks.peers: half real where the development data is at hand, half generated. Real texts have more
distinct words, so both halves are printed; of whole documents, what they would cost and how often they agree.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pyarrow as pa

from benchmarks.generate import generate
from benchmarks.near_duplicates import seconds
from benchmarks.peers_inputs import real
from curate import language
from curate.kernels.fasttext import predict
from tests.oracles import plain_language


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(".data"))
    parser.add_argument("--megabytes", type=float, default=4, help="of each half")
    options = parser.parse_args()
    size = int(options.megabytes * 1e6)
    _told("real", real(options.data, size))
    _told("generated", [text for batch in generate(size) for text in batch["text"].to_pylist()])


def _told(name: str, texts: list[str]) -> None:
    if not texts:
        return
    array = pa.array(texts, pa.large_string())
    read = sum(len(text[:2_000].encode()) for text in texts) / 1e6
    labels = language.identify(array)[0].to_pylist()
    plain: list[str] = []
    ours = seconds(lambda: language.identify(array))
    theirs = seconds(lambda: plain.extend(plain_language.language(text)[0] for text in texts), 1)
    same = sum(a == b for a, b in zip(labels, plain, strict=False))
    print(f"{name}: {len(texts):,} documents, {array.nbytes / 1e6:.1f} MB, of which {read:.1f} MB are openings")
    for who, spent in (("ours", ours), ("fastText", theirs)):
        print(f"  {who:10}{spent / len(texts) * 1e6:8.1f} us a document {read / spent:8.1f} MB/s of openings")
    print(f"  ratio {theirs / ours:.1f}; the same label for {same:,}")
    names, model = language._model()
    spent = seconds(lambda: predict(model, array))
    agree = sum(names[int(k)].as_py() == label for k, label in zip(predict(model, array)[0], labels, strict=True))
    print(f"  whole     {spent / len(texts) * 1e6:8.1f} us a document {array.nbytes / 1e6 / spent:8.1f} MB/s", end="; ")
    print(f"agree on {agree:,}")


if __name__ == "__main__":
    main()
