"""run.py is the table of contents of a run: it must read as one."""

from pathlib import Path

from pipelines import run
from pipelines.keys import name

ENTRANCE = ["shards", "urls", "extract"]
LOOK = ["measure", "filter", "near_duplicates", "frequent_lines", "clean", "score", "select"]
IN_ORDER = [*ENTRANCE, *LOOK, "mix", "pack", "report"]


def test_phases_are_those_of_the_design_in_order():
    assert [name(phase) for phase in run.PHASES] == IN_ORDER


def test_each_phase_has_a_version_settings_and_a_function_that_runs_it():
    for phase in run.PHASES:
        assert isinstance(phase.VERSION, int) and callable(phase.settings) and callable(phase.run)


def test_the_table_of_contents_fits_one_screen():
    assert len(Path(run.__file__).read_text().splitlines()) <= 110
