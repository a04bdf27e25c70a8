"""One idea a file: past 300 lines, look for the second idea."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ("curate", "pipelines", "schemas", "classifiers", "trainer", "tests", "benchmarks")
MOST_LINES = 300


def test_no_file_has_more_than_300_lines():
    files = [file for room in ROOMS for file in sorted((ROOT / room).rglob("*.py"))]
    assert files
    lengths = {str(file.relative_to(ROOT)): len(file.read_text().splitlines()) for file in files}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}
