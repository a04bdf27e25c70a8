import json
import shutil

from curate import report
from curate.report import page
from tests.corpus import made_run


def test_counts_of_the_shards_add_up_phase_by_phase(run_folder):
    funnel = {row["phase"]: row for row in report.audit(run_folder)["funnel"]}
    assert list(funnel)[:3] == ["shards", "urls", "extract"] and "frequent_lines" not in funnel
    assert (
        funnel["filter"]["documents_in"],
        funnel["filter"]["documents_kept"],
        funnel["filter"]["chars_removed"],
    ) == (18, 15, 90)
    assert report.audit(run_folder)["notes"] == []


def test_a_rule_shows_the_removed_and_the_kept_document_nearest_to_its_threshold(run_folder):
    (rule,) = [r for r in report.audit(run_folder)["rules"] if r["rule"] == made_run.RULE]
    assert rule["documents"] == 3 and rule["removed"]["value"] == 10 and rule["kept"]["value"] == 54


def test_a_copy_shows_its_keeper(run_folder):
    (rule,) = [r for r in report.audit(run_folder)["rules"] if r["rule"] == made_run.NEAR]
    assert rule["kept"]["where"].endswith("/4") and rule["kept"]["value"] == 0.875


def test_the_largest_clusters_name_the_document_that_stays(run_folder):
    largest = report.audit(run_folder)["largest_clusters"]
    assert [row["documents"] for row in largest] == [2, 2, 2] and largest[0]["where"].startswith("https://")
    assert all(len(row["uid"]) == 16 and row["where"] in page.render(report.audit(run_folder)) for row in largest)


def test_bands_too_hot_to_compare_all_of_are_a_remark(run_folder, tmp_path):
    folder = shutil.copytree(run_folder, tmp_path / "copy")
    found = {"hot_band_count": 1, "hot_bands": [[1234, 7]], "not_compared_in_hot_bands": 99}
    (path,) = (folder / "work").glob("near_duplicates-*")
    (path / "hot-00000.json").write_text(json.dumps(found))
    (remark,) = report.audit(folder)["remarks"]
    assert "each: 1, the largest of 1,234 documents; at most 99 pairs" in remark


def test_categories_count_text_once_and_the_mix_counts_copies(run_folder):
    audited = report.audit(run_folder)
    assert {c["name"]: (c["documents"], c["tokens"]) for c in audited["categories"]} == {
        "general": (9, 27),
        "math": (3, 9),
    }
    assert {c["name"]: c["tokens"] for c in audited["packed"]} == {"general": 36, "math": 9}
    assert audited["clusters"] == [[2, 3]] and audited["thresholds"] == {"gopher.words": [50.0]}
    assert sum(audited["histograms"]["gopher.words"].values()) == 18
