"""Quality against the development data, every figure with its bar: `make evaluate`, `python -m benchmarks.evaluate`.

Writes evaluation.json and the tables of docs/benchmarks.md, and prints the rows; exit code 1 if a bar is missed. One
curated corpus serves most topics; each topic is a file beside this one. Half an hour or so of one core, most of it for
classifiers.

    python -m benchmarks.evaluate [TOPIC ...] [--data .data] [--keep FOLDER] [--out FILE]

`--keep` leaves the corpora where they can be looked at. With TOPICs only those are computed and nothing is written
unless `--out` says where.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks import (
    evaluate_arxiv,
    evaluate_classifiers,
    evaluate_code,
    evaluate_contamination,
    evaluate_damaged,
    evaluate_demo,
    evaluate_encodings,
    evaluate_epub,
    evaluate_extraction,
    evaluate_gutenberg,
    evaluate_kept,
    evaluate_language,
    evaluate_near_duplicates,
    evaluate_pii,
    evaluate_records,
    evaluate_stackexchange,
    evaluate_urls,
    evaluate_wikipedia,
    page,
    rows,
)
from benchmarks.corpora import Corpora

TOPICS = {
    "records": evaluate_records.rows,
    "urls": evaluate_urls.rows,
    "near_duplicates": evaluate_near_duplicates.rows,
    "contamination": evaluate_contamination.rows,
    "code": evaluate_code.rows,
    "demo": evaluate_demo.rows,
    "encodings": evaluate_encodings.rows,
    "extraction": evaluate_extraction.rows,
    "stackexchange": evaluate_stackexchange.rows,
    "epub": evaluate_epub.rows,
    "arxiv": evaluate_arxiv.rows,
    "language": evaluate_language.rows,
    "wikipedia": evaluate_wikipedia.rows,
    "gutenberg": evaluate_gutenberg.rows,
    "pii": evaluate_pii.rows,
    "classifiers": evaluate_classifiers.rows,
    "damaged": evaluate_damaged.evaluated,
    "kept": evaluate_kept.rows,
}
OUT = Path(__file__).parent / "evaluation.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("topics", nargs="*", metavar="TOPIC", help=f"of {', '.join(TOPICS)}; all if none is named")
    parser.add_argument("--data", type=Path, default=Path(".data"))
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    if unknown := set(options.topics) - set(TOPICS):
        parser.error(f"there is no topic {', '.join(sorted(unknown))}; there are {', '.join(TOPICS)}")
    if not options.data.exists():
        parser.error(f"{options.data}: no such folder. python ../shared/unpack.py .data makes it.")
    with tempfile.TemporaryDirectory() as scratch:
        corpora = Corpora(options.data, options.keep or Path(scratch))
        found = [row for topic in options.topics or TOPICS for row in TOPICS[topic](corpora)]
    if options.out or not options.topics:
        rows.write(found, options.out or OUT)
        page.write()
    print(rows.table(found))
    sys.exit(any(row.holds is False for row in found))


if __name__ == "__main__":
    main()
