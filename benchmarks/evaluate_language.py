"""Languages: fastText's answers, truth by language, rules where writing has no spaces, second languages in a page.

Truth of the last: pages mixed of two languages of the Declaration, and the share of lines of a help page that were
never translated. Rules: the Declaration says the same in each language, so a rule that keeps its pieces in English
should keep them in every other. Speed is in `python -m benchmarks.language`.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from benchmarks.corpora import Corpora
from benchmarks.language_texts import DECLARATIONS, declarations, help_pages, mixes, pieces
from benchmarks.rows import Row, share

UNSPACED = {"cmn_hans": "zh", "cmn_hant": "zh", "jpn": "ja", "tha": "th", "lao": "lo", "khm": "km", "mya": "my"}
SEEDS = range(5)
RECIPES = ("default", "llama3", "multilingual")


def rows(corpora: Corpora) -> list[Row]:
    data = corpora.data
    return [*_as_fasttext(data), *_against_truth(data), *_kept(data), *_second(data), *_untranslated(data)]


def _as_fasttext(data: Path) -> list[Row]:
    from curate.language import identify
    from tests.oracles.plain_language import language

    texts = [page["text"] for page in help_pages(data)] + list(declarations(data).values())
    labels, scores = (column.to_pylist() for column in identify(pa.array(texts, pa.large_string())))
    told = [language(text) for text in texts]
    apart = max(abs(score - min(theirs, 1)) for score, (_, theirs) in zip(scores, told, strict=True))
    differing = sum(label != theirs for label, (theirs, _) in zip(labels, told, strict=True))
    name = "language, .data/multilingual: "
    return [
        Row(f"{name}labels that differ from fastText's", differing, "labels", len(texts), bar="= 0"),
        Row(f"{name}greatest difference of scores", round(apart, 5), "score", len(texts), bar="<= 0.001"),
    ]


def _against_truth(data: Path) -> list[Row]:
    translated = [page for page in help_pages(data) if page["untranslated_share"] < 0.2 or page["lang"] == "en"]
    truth = [page["lang"].split("_")[0].split("-")[0] for page in translated]
    found = [_is(a, b) for a, b in zip(_labels([page["text"] for page in translated]), truth, strict=True)]
    most = Counter(truth).most_common(1)[0][1]
    baseline = f"the most frequent: {most / len(truth):.3f}"
    listed = [share("language, help pages told rightly", sum(found), len(found), reference=baseline, bar=">= 0.98")]
    for language, n in sorted(Counter(truth).items()):
        if n >= 30:
            right = sum(ok for ok, one in zip(found, truth, strict=True) if one == language)
            listed.append(share(f"language, help pages told rightly: {language}", right, n))
    known = {name: text for name, text in declarations(data).items() if name in DECLARATIONS}
    right = sum(_is(a, DECLARATIONS[name]) for a, name in zip(_labels(list(known.values())), known, strict=True))
    return [*listed, share("language, declarations told rightly", right, len(known), bar=">= 0.95")]


def _is(label: str, truth: str) -> bool:
    """Croatian and Serbian in Latin letters are one language to the model's training data, as both are to `sh`."""
    return label == truth or {label, truth} <= {"sr", "hr", "bs", "sh"}


def _labels(texts: Sequence[str]) -> list[str]:
    from curate.language import identify

    return identify(pa.array(texts, pa.large_string()))[0].to_pylist()


def _kept(data: Path) -> list[Row]:
    known = declarations(data)
    listed = []
    for recipe in RECIPES:
        english = pieces(known["eng"])
        kept = _kept_of(recipe, english, "en")
        listed.append(share(f"rules of {recipe}, English declaration: pieces kept", kept, len(english)))
        whole = f"English: {kept / len(english):.3f}"
        found = {name: pieces(known[name]) for name in UNSPACED}
        counts = {name: _kept_of(recipe, found[name], UNSPACED[name]) for name in UNSPACED}
        for name, count in counts.items():
            listed.append(share(f"rules of {recipe}, {name}: pieces kept", count, len(found[name]), reference=whole))
    return listed


def _kept_of(recipe: str, texts: Sequence[str], language: str) -> int:
    from curate import rules, signals
    from curate.recipe import load

    loaded = load(recipe)
    table = pa.table({"text": texts, "language": [language] * len(texts), "group": ["web"] * len(texts)})
    families = {rule.signal.split(".")[0] for rule in loaded.rules if "." in rule.signal} | {"code", "math"}
    measured = pa.table(signals.compute(table, sorted(families)))
    for name, column in (("language", table["language"]), ("group", table["group"])):
        measured = measured.append_column(name, column)
    measured = measured.append_column("chars", pa.compute.utf8_length(table["text"]))
    measured = measured.append_column("language_score", pa.array([1.0] * len(texts)))
    return int((rules.apply(loaded.rules, measured).rule_index < 0).sum())


def _second(data: Path) -> list[Row]:
    made = [mixes(data, seed) for seed in SEEDS]
    lines = _second_row("mixed declarations", made, "<= 0.05")
    joined = [[(" ".join(text.split("\n")), share) for text, share in listed] for listed in made]
    return [lines, _second_row("mixed declarations in one line", joined, "<= 0.05")]


def _second_row(texts: str, made: list[list[tuple[str, float]]], bar: str) -> Row:
    errors = []
    for listed in made:
        found = second_fractions([text for text, _ in listed])
        errors.append(statistics.mean(abs(a - b) for a, (_, b) in zip(found, listed, strict=True)))
    always = f"always 0: {statistics.mean(share for listed in made for _, share in listed):.4f}"
    spread = (round(min(errors), 4), round(max(errors), 4))
    name = f"language.second_fraction, {texts}: mean absolute error (all seeds)"
    n, value = sum(map(len, made)), round(statistics.mean(errors), 4)
    return Row(name, value, "share", n, spread, seeds=len(SEEDS), reference=always, bar=bar)


def _untranslated(data: Path) -> list[Row]:
    told = [page for page in help_pages(data) if page["lang"] != "en"]
    truth = [min(page["untranslated_share"], 1 - page["untranslated_share"]) for page in told]
    found = second_fractions([page["text"] for page in told])
    error = statistics.mean(abs(a - b) for a, b in zip(found, truth, strict=True))
    name = "language.second_fraction, help pages: mean absolute error to the share of lines not translated"
    return [Row(name, round(error, 4), "share", len(told), reference=f"always 0: {statistics.mean(truth):.4f}")]


def second_fractions(texts: Sequence[str]) -> list[float]:
    from curate import signals

    measured = signals.compute(pa.table({"text": pa.array(texts, pa.large_string())}), ["language"])
    return measured["language.second_fraction"].to_pylist()
