"""Rows of takedown lists that match nothing, and lists that a recipe lacks, are named."""

import json

import pytest

import curate
from curate.cli.exclude import exclude as command
from curate.errors import UserError
from curate.recipe import load
from curate.report import receipt
from pipelines.exclude import exclude
from pipelines.options import Options
from pipelines.run import curate as run

RECIPE = "base: null\nname: t\nsources: [{paths: [a.jsonl]}]\n"
LIST = "url,host\nhttps://a.org/1,\nhttps://a.org/one,\n,B.org\n,c.org\n"


def result(folder, out, more="", name="r.yaml"):
    (folder / name).write_text(RECIPE + more)
    return run(load(str(folder / name)), str(folder / out), Options(workers=1))


@pytest.fixture
def folder(tmp_path):
    lines = [{"url": f"https://{h}.org/{n}", "text": f"Words of {h} {n}. " * 9} for h in "abd" for n in range(3)]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n")
    (tmp_path / "takedown.csv").write_text(LIST)
    return tmp_path


def test_the_report_of_a_run_names_rows_that_matched_nothing(folder):
    result(folder, "out", "exclude: [takedown.csv]\n")
    audited = json.loads((folder / "out" / "report" / "audit.json").read_text())
    [said] = [remark for remark in audited["remarks"] if "exclude" in remark]
    assert "4 rows" in said and "2 matched nothing" in said and said.endswith("takedown.csv:3, takedown.csv:5.")
    assert "takedown.csv:5" in receipt(audited)
    assert curate.open(folder / "out").text().count_rows() == 5


def test_a_run_whose_rows_all_match_says_nothing_of_them(folder):
    (folder / "takedown.csv").write_text("host\nb.org\n")
    result(folder, "out", "exclude: [takedown.csv]\n")
    assert json.loads((folder / "out" / "report" / "audit.json").read_text())["remarks"] == []


def test_the_command_names_ten_rows_that_matched_nothing(folder, capsys):
    result(folder, "out")
    (folder / "long.csv").write_text("host\nb.org\n" + "".join(f"x{n}.example\n" for n in range(12)))
    command(str(folder / "out"), [str(folder / "long.csv")])
    told = capsys.readouterr().out
    assert "excluded 3 documents" in told and "12 of 13 rows name nothing" in told
    assert "long.csv:3  x0.example" in told and "long.csv:12" in told and "and 2 more" in told
    assert "long.csv:13" not in told
    command(str(folder / "out"), [str(folder / "long.csv")])
    told = capsys.readouterr().out
    assert "nothing was taken out" in told and "12 of 13 rows" in told  # what went is still known


def test_what_the_recipe_took_out_before_is_no_typo(folder):
    result(folder, "out", "exclude: [takedown.csv]\n")
    done = exclude(str(folder / "out"), [str(folder / "takedown.csv")])
    assert done.documents == 0 and [entry.line for entry in done.unmatched] == [3, 5]


def test_a_run_that_lacks_a_list_is_told_which(folder):
    result(folder, "out", "exclude: [takedown.csv]\n")
    (folder / "td2.csv").write_text("host\nd.org\n")
    exclude(str(folder / "out"), [str(folder / "takedown.csv")])
    exclude(str(folder / "out"), [str(folder / "td2.csv")])
    more = "exclude: [takedown.csv]\nurls: {same_payload: false}\n"
    with pytest.raises(UserError, match=r"kept out of it by td2\.csv, which .* add to exclude: td2\.csv, or"):
        result(folder, "out", more)
    result(folder, "out", more.replace("[takedown.csv]", "[takedown.csv, td2.csv]"))
