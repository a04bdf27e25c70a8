"""What a recipe may compare, each phase has at hand: columns of documents as well as signals."""

import json

import curate as package
from curate.recipe import Recipe
from pipelines.run import Options, curate

WORDS = ["stone", "house", "river", "morning", "water", "garden", "window", "letter", "captain", "road"]


def _page(lines: int, seed: int) -> str:
    return "\n".join(
        ["and so", *(" ".join(WORDS[(n * seed + k * k) % 10] for k in range(9)) + f" {seed}" for n in range(lines))]
    )


def test_exemptions_of_lines_and_categories_compare_columns_of_documents(tmp_path):
    pages = [
        {"text": _page(2 if n % 2 else 12, n), "date": f"20{10 + n}-01-01", "url": f"https://a.org/{n}"}
        for n in range(8)
    ]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(page) + "\n" for page in pages))
    recipe = Recipe(
        name="columns",
        sources=[{"paths": [str(tmp_path / "a.jsonl")], "group": "web"}],
        line_rules=[{"signal": "line.words", "min": 3, "unless": [{"signal": "chars", "min": 300}]}],
        categories=[
            {"category": "late", "signal": "date", "min": 1_400_000_000},
            {"category": "sure", "signal": "language_score", "min": 0},
        ],
        pack={"lengths": [64]},
    )
    curate(recipe, str(tmp_path / "corpus"), Options(workers=1))
    rows = package.open(str(tmp_path / "corpus")).text().to_table().to_pylist()
    assert len(rows) == len(pages)
    for row in rows:
        assert ("and so" in row["text"]) == (len(row["text"]) >= 300)
    assert {row["url"] for row in rows if row["date"].year > 2014} == {f"https://a.org/{n}" for n in range(5, 8)}
    folders = {p.name for p in (tmp_path / "corpus" / "text").iterdir()}
    assert folders == {"category=late", "category=sure"}
