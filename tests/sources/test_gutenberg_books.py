"""Real books: a floor of what `python -m benchmarks.evaluate gutenberg` measures."""

from benchmarks import evaluate_gutenberg
from benchmarks.corpora import Corpora


def test_nothing_of_the_licence_is_left_in_any_book_and_nothing_of_the_book_is_lost(data, tmp_path):
    rows = evaluate_gutenberg.rows(Corpora(data, tmp_path))
    assert [row.name for row in rows if row.holds is not True] == []
    assert rows[0].n == 49
