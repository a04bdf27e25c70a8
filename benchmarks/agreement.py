"""Do we measure and decide as peers do, and where not, why? `python -m benchmarks.agreement > docs/agreement.md`.

On 489 pages of C4 that dolma 1.2.1 measured and datatrove 0.10.1 judged (.data/peers/reference_decisions.jsonl.gz),
and on the assertions of DCLM's unit tests that concern our families (.data/peers/cases.jsonl.gz). "Explained" is the
share of all texts on which the peer's own definition, written down in `agreement_theirs`, gives what the peer gave.
Both shares go into evaluation.json too.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from benchmarks import agreement_cases, agreement_rows, agreement_theirs, results
from benchmarks.evaluate import OUT
from curate import rules, signals
from curate.recipe import Rule, load

DATA = Path(".data")
REPEAT = "dolma counts every occurrence, overlaps as often as they overlap; the paper counts a character once"
TOP = REPEAT + ", and no n-gram that occurs once"
SPACELESS = "dolma's words have spaces between; ours are cut where writing has none, as on two of these pages"
DOLMA = {
    "word_count": ("gopher.words", SPACELESS),
    "median_word_length": ("gopher.mean_word_length", "dolma takes the median, the paper says mean"),
    "symbol_to_word_ratio": (
        "gopher.hash_word_ratio",
        "dolma counts words with # or …; the paper counts each symbol, ours # and ellipses (... too) apart",
    ),
    "fraction_of_words_with_alpha_character": ("gopher.alpha_word_ratio", SPACELESS),
    "required_word_count": (
        "gopher.stop_words",
        "dolma counts every occurrence, in small letters only; the paper asks for two of the eight words",
    ),
    "fraction_of_lines_starting_with_bullet_point": (
        "gopher.bullet_line_ratio",
        "dolma knows * and -, not • and its kin, and only without white space before",
    ),
    "fraction_of_lines_ending_with_ellipsis": ("gopher.ellipsis_line_ratio", ""),
    "fraction_of_duplicate_lines": ("repetition.dup_line_fraction", ""),
    "fraction_of_characters_in_duplicate_lines": ("repetition.dup_line_char_fraction", ""),
    **{
        f"fraction_of_characters_in_most_common_{n}grams": (f"repetition.top_{n}gram_char_fraction", TOP)
        for n in (2, 3, 4)
    },
    **{
        f"fraction_of_characters_in_duplicate_{n}grams": (
            f"repetition.dup_{n}gram_char_fraction",
            "dolma counts the first occurrence too, and a character once for each n-gram that covers it",
        )
        for n in range(5, 11)
    },
}
DATATROVE = {
    "gopher_quality": (
        "gopher.",
        "its words are spaCy's: a punctuation mark is a word, without a letter, so pages fail the 80 % with letters",
    ),
    "gopher_repetition": (
        "repetition.",
        "its most frequent n-gram counts once for each occurrence, even for one only, with the spaces between",
    ),
    "c4_quality": ("c4.", "its sentences are punkt's, trained on abbreviations; ours know initials, not `Dr.`"),
    "fineweb_quality": (
        "fineweb.",
        "it has 0.01 for duplicated lines (the paper 0.1), a rule on newlines, and fewer marks at ends of lines",
    ),
}


class Row(NamedTuple):
    peer: str
    theirs: str
    ours: str
    n: int
    same: float
    explained: float
    why: str


def rows() -> list[Row]:
    """One row a signal of dolma's and a decision of datatrove's."""
    references, texts = read()
    measured = pa.Table.from_batches([signals.compute(pa.table({"text": texts}))])
    plain = [agreement_theirs.dolma(text) for text in texts]
    found = []
    for name, (ours, why) in DOLMA.items():
        theirs = np.array([r["dolma_gopher"].get(name, 0) for r in references])
        rebuilt = np.array([values[name] for values in plain])
        same = np.isclose(measured[ours].to_numpy(), theirs, rtol=2e-6, atol=2e-6)
        explained = np.isclose(rebuilt, theirs, rtol=0, atol=1e-6)
        found.append(Row("dolma", name, ours, len(texts), same.mean(), explained.mean(), why))
    for name, (ours, why) in DATATROVE.items():
        theirs = np.array([r[name][0] for r in references])
        rebuilt = np.array([getattr(agreement_theirs, name)(text) for text in texts])
        same = kept(name, measured) == theirs
        found.append(Row("datatrove", name, ours + "*", len(texts), same.mean(), (rebuilt == theirs).mean(), why))
    return found


def kept(name: str, measured: pa.Table) -> np.ndarray:
    """bool[n]: what our rules keep, by the recipe of the paper, without the marks that spare code and formulas."""
    if name == "c4_quality":  # as datatrove was run: no rule on closing punctuation, 5 sentences
        pages = [Rule(signal=f"c4.{name}", max=0) for name in ("curly_brackets", "lorem_ipsum_lines")]
        chosen = [Rule(signal="c4.sentences", min=5), *pages]
    elif name == "fineweb_quality":
        lines = "repetition.dup_line_char_fraction"
        chosen = [
            r for r in load("fineweb").rules if r.signal.startswith("fineweb.") or (r.signal, r.max) == (lines, 0.1)
        ]
    else:
        chosen = [r for r in load("gopher").rules if r.signal.startswith(DATATROVE[name][0])]
    n = measured.num_rows
    table = measured.append_column("group", pa.array(["web"] * n)).append_column("language", pa.array(["en"] * n))
    return rules.apply([r.model_copy(update={"unless": []}) for r in chosen], table).rule_index < 0


def read() -> tuple[list[dict], list[str]]:
    """(peers' answers, their texts)"""
    by_digest = {hashlib.sha256(d["text"].encode()).hexdigest(): d["text"] for d in _lines("labels/c4_sample.jsonl.gz")}
    references = _lines("peers/reference_decisions.jsonl.gz")
    return references, [by_digest[r["text_sha256"]] for r in references]


def cases() -> list[agreement_cases.Case]:
    return agreement_cases.judge(_lines("peers/cases.jsonl.gz"))


def _lines(path: str) -> list[dict]:
    with gzip.open(DATA / path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


HEAD = """# Agreement with peers

Made by `python -m benchmarks.agreement > docs/agreement.md`; a test holds the page to what that prints. Where papers
and peers differ, Curate follows the paper.

## Measures and decisions on 489 pages of C4

"Same": we give what the peer gives (decisions: both keep or both remove). "Explained": the peer's own definition,
rebuilt in `benchmarks/agreement_theirs.py`, gives what the peer gave (datatrove's words and sentences come from models
of spaCy and NLTK, so there the rebuilt definition is near, not equal).

| peer | theirs | ours | n | same | explained | what differs |
|---|---|---|---|---|---|---|
"""
CASES = """
## Assertions of DCLM's unit tests

Filters as rules on our signals with the same bounds, modifiers as line rules; equal assertions count once.

| test | n | same | what differs |
|---|---|---|---|
"""


def page(found: list[Row], judged: list[agreement_cases.Case]) -> str:
    """docs/agreement.md"""
    told = [
        f"| {r.peer} | `{r.theirs}` | `{r.ours}` | {r.n} | {r.same:.1%} | {r.explained:.1%} | {r.why or '-'} |"
        for r in found
    ]
    lines = []
    for test in sorted({case.test for case in judged}):
        mine = [case for case in judged if case.test == test]
        whys = sorted({case.why for case in mine if not case.same})
        lines.append(f"| `{test}` | {len(mine)} | {sum(c.same for c in mine)} | {'; '.join(whys) or '-'} |")
    same = sum(case.same for case in judged)
    lines.append(f"| all | {len(judged)} | {same} ({same / len(judged):.1%}) | |")
    return HEAD + "\n".join(told) + "\n" + CASES + "\n".join(lines) + "\n"


def main() -> None:
    found, judged = rows(), cases()
    results.merge(agreement_rows.figures(found, judged), OUT)
    print(page(found, judged), end="")


if __name__ == "__main__":
    main()
