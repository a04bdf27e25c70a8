import json
import shutil

import pytest

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


@pytest.mark.parametrize(
    ("scope", "kept"),
    [
        ("", 54),
        ("languages: [de]", 57),
        ("except_languages: [en]", 57),
        ("groups: [books]", None),
        ("unless: [{signal: gopher.mean_word_length, min: 4}]", None),
    ],
)
def test_the_kept_document_beside_a_threshold_is_one_that_the_rule_concerns(run_folder, tmp_path, scope, kept):
    shutil.copytree(run_folder, tmp_path / "run")
    rule = "{signal: gopher.words, min: 50}"
    text = made_run.RECIPE.replace(rule, rule[:-1] + (f", {scope}" if scope else "") + "}")
    (tmp_path / "run" / "recipe.yaml").write_text(text)
    (rule,) = [r for r in report.audit(tmp_path / "run")["rules"] if r["rule"] == made_run.RULE]
    assert (rule["kept"] and rule["kept"]["value"]) == kept


def test_a_document_in_an_archive_is_named_by_file_and_member(run_folder, tmp_path):
    folder = made_run.without_urls(run_folder, tmp_path / "run")
    audited = report.audit(folder)
    assert audited["largest_clusters"][0]["where"].endswith(".warc.gz/src/4.py")
    assert all(r["removed"]["where"].endswith(".py") for r in audited["rules"] if r["rule"] == made_run.RULE)
