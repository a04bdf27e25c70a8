"""docs/benchmarks.md: its tables are its rows."""

import json

from benchmarks import page
from benchmarks.rows import Row


def test_the_tables_of_the_page_are_the_rows_measured():
    text = page.PAGE.read_text("utf-8")
    assert text.count("<!-- rows ") == text.count("<!-- end -->") == len(page.BLOCK.findall(text)) > 0
    assert page.rendered(text) == text, "run `python -m benchmarks.page`"


def test_a_table_is_made_anew_and_the_prose_around_it_stays(tmp_path):
    listed = [{"name": f"a: {n}", "value": 1.5, "unit": "s", "n": 2, "holds": None} for n in "xy"]
    (tmp_path / "some.json").write_text(json.dumps([*listed, {**listed[0], "name": "b: z"}]))
    text = "before\n<!-- rows some.json a: -->\nold\n<!-- end -->\nafter\n"
    made = page.rendered(text, tmp_path)
    assert made.startswith("before\n<!-- rows some.json a: -->\n|") and made.endswith("<!-- end -->\nafter\n")
    assert "| x | 1.5 s | 2 |" in made and "| y |" in made and "z" not in made and "old" not in made
    assert page.rendered(made, tmp_path) == made


def test_a_missed_bar_stands_out_and_columns_that_nothing_fills_are_left_out():
    table = page.markdown([Row("found", 0.8, "share", 10, (0.5, 0.9), bar=">= 0.9"), Row("lost", 2, "lines", 3)])
    assert "| found | 0.8 | 10 | 0.5 to 0.9 | >= 0.9 | **no** |" in table
    assert "| lost | 2 lines | 3 |  |  |  |" in table
    assert "beside" not in table
