"""The shipped recipes against the signals that there are: each rule removes a page made for it and no good page."""

import gzip
import json
import random

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from curate import rules, signals
from curate.code_language import detect
from curate.language import identify
from curate.line_rules import taken_lines
from curate.recipe import load, shipped

NAMES = [name for name, _ in shipped()]
WORDS = [
    *("the", "of", "and", "river", "stone", "window", "because", "market"),
    *("slowly", "yellow", "teacher", "bridge", "carried", "winter", "under", "letters"),
]


@pytest.fixture(autouse=True, name="signals")
def real_signals():
    """Here the real ones, not those of conftest.py."""


def prose(sentences: int, seed: int = 0) -> str:
    """English enough for the rules, and without repetition."""
    draw = random.Random(seed)
    return "\n".join(" ".join(draw.choices(WORDS, k=14)).capitalize() + "." for _ in range(sentences))


GOOD = prose(12)
FRENCH = "\nPersonne dans le village ne fut surpris que le renard ait sauté par-dessus le chien paresseux hier."
SHORT = "Far too short a page to keep."
BAD = {
    "short": SHORT,
    "long": "word other " * 50_001,
    "short words": "a b of to " * 40 + GOOD[:40],
    "long words": " ".join(f"extraordinarily{n}hyperlong" for n in range(80)),
    "hashes": GOOD.replace(" ", " # "),
    "ellipses": GOOD.replace(" ", " ... "),
    "bullets": GOOD.replace("\n", "\n- ").join(["- ", ""]),
    "ellipsis lines": GOOD.replace(".\n", "...\n"),
    "numbers": " ".join(str(n) for n in range(1000, 1200)),
    "no stop words": " ".join(w for w in prose(30, 7).lower().split() if w not in ("the", "of", "and")),
    "twice": "\n\n".join([prose(3, 1)] * 4),
    "one pair": " ".join(f"{word} same pair" for word in prose(6, 2).split()),
    "same three": " ".join(f"{word} same three words" for word in prose(6, 3).split()),
    "same four": " ".join(f"{word} same four words here" for word in prose(6, 4).split()),
    "braces": GOOD + " { }",
    "lorem": GOOD + "\nLorem ipsum dolor sit amet consectetur adipiscing elit.",
    "no ends": GOOD.replace(".", ""),
    "short lines": GOOD.replace(" ", "\n"),
    "huge": "Many words. " * 20_000,
    "two languages": GOOD + FRENCH * 8,
    "one sentence": GOOD.replace(".\n", " "),
    "dirty": None,  # filled by the test: its words are in no file of this repository
}
SOURCE = "import os\n\n\ndef main(name):\n    return os.path.join(name, 'x')\n"
CODE = {  # by the name of the file; the last one is good
    "long_line.py": f"{SOURCE}x = '{'y ' * 600}'\n" + "a = 1\n" * 50,
    "long_lines.py": f"x = '{'y ' * 90}'\n" * 20,
    "signs.py": "+ - * / ( ) [ ] { } = =\n" * 20,
    "data.py": "x = '" + "QmFzZTY0aXM1" * 50 + "'\n" + SOURCE,
    "x.pb.go": "package x\n",
    "x.min.js": "var x = 1;\n",
    "Cargo.lock": "version = 3\n",
    "good.py": SOURCE,
}
LINES = ["x" * 1001 + " is one long word here.", "no end to this line at all", "Few words.",
         "Please turn on JavaScript to read on.", "Here is our long and winding Privacy Policy."]  # fmt: skip


@pytest.fixture(scope="module")
def pages():
    from curate.signals.adult import words

    dirty = " ".join(f"{w} {d}" for w, d in zip(GOOD.split(), words("en")[100:300], strict=False))
    bad = [text or dirty for text in BAD.values()]
    texts = [GOOD, *bad, *bad, "extraordinairement" * 200, GOOD, "字" * 20, GOOD]
    english = ["en"] * (len(bad) + 1)
    table = pa.table({"text": texts, "language": [*english, *["fr"] * (len(bad) + 1), "en", "zh", "en"]})
    scores = pa.array([*[0.995] * (len(texts) - 3), 0.5, 0.4, 0.995], pa.float32())
    measured = pa.Table.from_batches([signals.compute(table)])
    measured = measured.append_column("group", pa.array(["web"] * len(texts)))
    measured = measured.append_column("language", table["language"]).append_column("language_score", scores)
    measured = measured.append_column("code_language", pa.nulls(len(texts), pa.string()))
    return measured.append_column("chars", pa.array([len(t) for t in texts], pa.int32()))


@pytest.fixture(scope="module")
def files():
    n = len(CODE)
    columns = {"text": list(CODE.values()), "member": list(CODE), "group": ["code"] * n, "language": ["en"] * n}
    table = pa.table(columns | {"code_language": [detect(name, text) for name, text in CODE.items()]})
    return pa.concat_tables([pa.Table.from_batches([signals.compute(table)])]).append_column(
        "group", table["group"]).append_column("language", table["language"]).append_column(
        "code_language", table["code_language"])  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_each_rule_of_a_shipped_recipe_removes_a_page_and_none_a_good_page(name, pages):
    recipe = load(name)
    assert recipe.name == name
    for rule in [rule for rule in [*recipe.rules, *recipe.select] if rule.groups != ["code"]]:
        here = {"en", "fr"} & {*(rule.languages or ["en", "fr"])} - {*rule.except_languages}
        seen = pages if here else told(pages, (rule.languages or ["eu"])[0])
        removed = rules.apply([rule], seen).rule_index >= 0
        assert removed.any(), f"{rule.name} removes nothing"
        assert seen is not pages or (not removed[0] and not removed[-1]), f"{rule.name} removes good prose"


def told(pages: pa.Table, language: str) -> pa.Table:
    """The pages as if they were in that language."""
    at = pages.schema.get_field_index("language")
    return pages.set_column(at, "language", pa.array([language] * pages.num_rows))


@pytest.mark.parametrize("name", NAMES)
def test_each_rule_on_code_removes_a_file_and_none_a_good_file(name, files):
    of_code = [rule for rule in load(name).rules if rule.groups == ["code"]]
    for rule in of_code:
        removed = rules.apply([rule], files).rule_index >= 0
        assert removed.any() and not removed[-1], rule.name
    if of_code:
        kept = rules.apply(of_code, files).rule_index < 0
        assert kept.tolist() == [False] * (len(CODE) - 1) + [True]


@pytest.mark.parametrize("name", NAMES)
def test_each_line_rule_takes_a_line_and_none_a_good_line(name):
    recipe = load(name)
    texts = pa.array(["\n".join(LINES), GOOD])
    columns = {"group": ["web"] * 2, "language": ["en"] * 2, "code.score": [0.0] * 2, "math.score": [0.0] * 2}
    named, offsets = taken_lines(recipe.line_rules, texts, pa.table(columns))
    for rule, lines in named:
        assert lines[: offsets[1]].any(), f"{rule} takes nothing"
        assert not lines[offsets[1] :].any(), f"{rule} takes a good line"


@pytest.mark.parametrize("name", NAMES)
def test_what_a_shipped_recipe_says_of_prose_concerns_neither_code_nor_books(name):
    recipe = load(name)
    sections = [e for e in (recipe.frequent_lines, recipe.repeated_lines, recipe.divergence) if e]
    of_prose = [rule for rule in recipe.rules if rule.signal.split(".")[0] not in ("code", "file")]
    every = [*of_prose, *recipe.hosts, *recipe.select, *recipe.line_rules, *sections]
    named = [part.groups for part in every]
    assert all(groups == ["web"] for groups in named)


def test_english_of_c4_passes_the_bound_that_its_recipe_has_for_our_model(data):
    with gzip.open(data / "labels" / "c4_sample.jsonl.gz", "rt", encoding="utf-8") as file:
        labels, scores = identify(pa.array([json.loads(line)["text"] for line in file]))
    bound = next(rule.min for rule in load("c4").rules if rule.signal == "language_score" and rule.min)
    passes = pc.and_(pc.equal(labels, "en"), pc.greater_equal(scores, bound))
    assert pc.mean(passes.cast(pa.float32())).as_py() > 0.95  # langdetect's 0.99 would keep 4 %
