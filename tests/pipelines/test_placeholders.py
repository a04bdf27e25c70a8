"""A run whose recipe has typed tokens put in place of personal data: the values are in none of its products."""

import json

import pyarrow.parquet as pq
import pytest

import curate
from curate.pii import TOKENS
from curate.recipe import load
from curate.tokenizer import load as vocabulary
from pipelines.options import Options
from pipelines.run import curate as run

VALUES = {
    "email": "maria.lopez@posteo.net", "ip": "81.169.145.77", "phone": "+49 30 901820", "card": "4111 1111 1111 1111",
    "iban": "DE89 3704 0044 0532 0130 00", "key": "ghp_" + "a1B2" * 9,
}  # fmt: skip
STAYS = "root@example.com on 127.0.0.1, ISBN 978-3-16-148410-0"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("personal")
    lines = []
    for n in range(8):
        told = " and ".join(VALUES.values()) if n % 2 else "no one"
        words = " ".join(f"word{n}x{k} of the" for k in range(40))
        lines.append(json.dumps({"text": f"Written to {told} today.\n{STAYS}\n{words}.", "id": n}))
    (folder / "a.jsonl").write_text("\n".join(lines))
    recipe = folder / "recipe.yaml"
    recipe.write_text(
        "base: null\nname: personal\nsources: [{paths: [a.jsonl], group: web}]\n"
        "rules: [{signal: gopher.words, min: 20}]\nselect: [{signal: pii.emails, max: 1}]\n"
        f"pii: {{replace: [{', '.join(TOKENS)}]}}\npack: {{lengths: [64]}}\n"
    )
    run(load(str(recipe)), str(folder / "out"), Options(workers=1))
    return folder / "out"


def test_each_value_is_a_token_in_text_and_in_tokens(made):
    texts = curate.open(made).text().to_table()["text"].to_pylist()
    assert len(texts) == 8
    for text in texts:
        assert STAYS in text
        assert not any(value in text for value in VALUES.values())
    assert sum(all(token in text for token in TOKENS.values()) for text in texts) == 4
    tokenizer = vocabulary({"name": "cl100k"})
    packed = curate.open(made).tokens(64).to_table()["tokens"].to_pylist()
    decoded = tokenizer.decode([token for row in packed for token in row])
    assert all(decoded.count(token) == 4 for token in TOKENS.values())
    assert not any(value in decoded for value in VALUES.values())


def test_the_ledger_says_how_many_of_which_kind_and_the_books_balance(made):
    rows = [r for r in curate.open(made).ledger().to_table().to_pylist() if r["action"] == "edit"]
    assert sorted({r["rule"] for r in rows}) == sorted(f"pii.{kind}" for kind in TOKENS)
    assert len(rows) == 4 * len(TOKENS)
    for row in rows:
        kind = row["rule"].removeprefix("pii.")
        assert (row["phase"], row["signal"], row["value"]) == ("clean", f"pii.{kind}s", 1.0)
        assert row["chars_before"] - row["chars_after"] == len(VALUES[kind]) - len(TOKENS[kind])


def test_no_value_is_in_the_ledger_the_report_or_what_is_shown(made):
    corpus = curate.open(made)
    said = [(made / "report" / name).read_text() for name in ("index.html", "audit.json")]
    said += [str(pq.read_table(path).to_pylist()) for path in sorted((made / "ledger").glob("*.parquet"))]
    uid = corpus.text().to_table(["uid"])["uid"].to_pylist()
    said += [str(corpus.show(n=8)), *(str(corpus.explain(one)) for one in uid)]
    assert any("<EMAIL>" in one for one in said)
    for value in VALUES.values():
        assert not any(value in one for one in said), value


def test_signals_of_the_cleaned_text_are_measured_on_the_tokens(made):
    assert max(curate.open(made).clean().to_table()["pii.emails"].to_pylist()) == 1  # root@example.com


def test_a_recipe_without_the_section_changes_nothing(made, tmp_path):
    recipe = made.parent / "without.yaml"
    recipe.write_text((made.parent / "recipe.yaml").read_text().replace("pii: {", "# {").replace("max: 1", "max: 2"))
    run(load(str(recipe)), str(tmp_path / "out"), Options(workers=1))
    texts = curate.open(tmp_path / "out").text().to_table()["text"].to_pylist()
    assert sum(all(value in text for value in VALUES.values()) for text in texts) == 4
    report = (tmp_path / "out" / "report" / "index.html").read_text()
    assert not any(value in report for value in VALUES.values())
