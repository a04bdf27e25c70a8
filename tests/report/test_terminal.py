from curate import report
from curate.report import page
from tests.corpus import made_run


def test_the_receipt_names_what_came_in_each_rule_what_stayed_and_where_it_is(run_folder):
    text = report.receipt(report.audit(run_folder), "corpus/")
    assert text.splitlines()[0].split() == ["in", "24", "documents"]
    assert all(rule in text for rule in (made_run.URLS, made_run.RULE, made_run.NEAR, "frequent_lines"))
    assert "12 documents" in text and "corpus/report/index.html" in text and "in = kept + removed" in text
    assert max(map(len, text.splitlines())) <= 100


def test_many_rules_are_cut_to_a_screen_and_the_rest_is_counted(run_folder):
    audited = report.audit(run_folder)
    rule = audited["rules"][0]
    audited["rules"] = [{**rule, "rule": f"rule {n:02}", "documents": n, "chars": 0} for n in range(1, 41)]
    text = report.receipt(audited)
    assert "22 further rules" in text and f"{sum(range(1, 23)):,} documents" in text


def test_files_that_were_not_read_and_records_without_text_are_named(run_folder):
    text = report.receipt(report.audit(run_folder), "corpus/")
    assert "no text from 3 records: empty 3" in text
    assert "1 file not read\n  unknown kind: 1 (web/noise.bin)" in text
    assert "Files not read" in page.render(report.audit(run_folder))


def test_a_category_that_was_asked_for_and_got_nothing_has_its_row(run_folder):
    text = report.receipt({**report.audit(run_folder), "asked": {"poetry": 0.25}})
    (row,) = [line.split() for line in text.splitlines() if line.startswith("poetry")]
    assert row == ["poetry", "0", "0", "0", "0.0%", "25.0%"]


def test_shares_that_were_asked_for_stand_beside_those_that_came(run_folder):
    audited = report.audit(run_folder)
    name = audited["packed"][0]["name"]
    text = report.receipt({**audited, "asked": {name: 0.25}})
    assert "asked" in text and "25.0%" in text and "taken whole" in text
    assert "asked" not in report.receipt({**audited, "asked": {}})


def test_one_document_is_singular_and_columns_stay(run_folder):
    audited = report.audit(run_folder)
    rules = [{**audited["rules"][0], "rule": f"r{n}", "documents": n, "chars": 7} for n in (1, 2)]
    one, two = (line for line in report.receipt({**audited, "rules": rules}).splitlines() if "- r" in line)
    assert " 1 document " in one and " 2 documents " in two and len(one) == len(two)
