"""What an older corpus holds already is told plainly, and what could not be looked for is not told as a zero."""

from types import SimpleNamespace

import pyarrow as pa
import pyarrow.dataset as ds
import pytest

from curate import report
from curate.report import page, receipt
from curate.report.against import against

OLDER = 1 << 55  # the first id of the first older corpus


def corpus(removed: dict[str, int], urls: bool) -> SimpleNamespace:
    """With removals by phase in favour of the older corpus, and documents with or without URLs."""
    phases = [phase for phase, many in removed.items() for _ in range(many)]
    keepers = pa.array([OLDER + n for n in range(len(phases))], pa.int64())
    ledger = pa.table({"keeper": keepers, "phase": pa.array(phases, pa.string())})
    documents = pa.table({"url": pa.array(["https://a.example/" if urls else None], pa.string())})
    return SimpleNamespace(ledger=lambda: ds.dataset(ledger), documents=lambda: ds.dataset(documents))


@pytest.mark.parametrize(
    ("removed", "urls", "near", "said"),
    [
        ({"urls": 1}, True, {}, "1 document, 1 by their URL or payload, near duplicates are off."),
        ({}, True, {"bands": 14}, "0 documents, 0 by their URL or payload, 0 as near duplicates."),
        (
            {"near_duplicates": 2},
            False,
            {"bands": 14},
            "2 documents, none by URL (no document has one), 2 as near duplicates.",
        ),
        ({"urls": 1}, False, {"bands": 14}, "1 document, 1 by their URL or payload, 0 as near duplicates."),
    ],
)
def test_what_could_not_be_looked_for_is_not_a_zero(removed, urls, near, said):
    found = against(corpus(removed, urls), {"against": ["corpora/2024/"], "near_duplicates": near or None})
    assert found == [f"Removed in favour of the older corpus 2024: {said}"]


def test_it_is_no_alarm_on_the_page_nor_on_the_receipt(run_folder):
    audited = {**report.audit(run_folder), "against": ["Removed in favour of the older corpus 2024: 1 document."]}
    assert "<p>Removed in favour of the older corpus 2024" in page.render(audited)
    assert "\nRemoved in favour of the older corpus 2024" in receipt(audited)


def test_the_report_bears_the_name_of_the_recipe(run_folder):
    audited = report.audit(run_folder)
    assert audited["name"] == "made"
    assert "<title>made: report of a corpus</title>" in page.render(audited)
    assert "<title>Report of a corpus</title>" in page.render({**audited, "name": None})
