"""`curate classifier annotate`, as a user meets it, against a judge on this machine."""

import json
import re
import signal
import time

import pyarrow.parquet as pq
import pytest

from classifiers.annotate.asking import NO_BUDGET
from classifiers.judge import Judge, Manners
from classifiers.judge.answers import mark_of
from curate.cli.classifier.annotate import tell
from tests.classifiers.annotate.made_corpus import Doc, write
from tests.cli.ran import ran
from tests.faults.command import start

OF = {n: f"Document {n} shows how to fold it gently." for n in range(40)}
TASK = """
name: cooking
question: How useful is this page to someone who wants to learn to cook?
scale: {0: nothing, 1: food, 2: a recipe, 3: a recipe that explains}
positive: 2
sampling: {per_host: 100}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with `corpus` and `cooking.yaml`."""
    made = tmp_path_factory.mktemp("annotate")
    (made / "cooking.yaml").write_text(TASK)
    write(made / "corpus", [[Doc(text, f"https://h{n % 9}.example/{n}") for n, text in OF.items()]])
    return made


@pytest.fixture
def truth():
    return {mark_of(f"{text} (clean)"): str(n % 4) for n, text in OF.items()}


@pytest.fixture(autouse=True)
def no_key(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


def said(capsys, *arguments):
    code, out, err = ran(capsys, "classifier", "annotate", *arguments)
    return code, " ".join(out.split()), " ".join(err.split())


def test_a_corpus_is_judged_and_told_with_books_costs_and_agreement(folder, truth, tmp_path, capsys):
    options = ["-o", tmp_path / "labels", "--budget-usd", "1", "--price-in", "2", "--price-out", "8", "--agreement", 30]
    with Judge(truth, Manners(noise=0.1)) as judge:
        asked = ["--endpoint", judge.url, "--model", "judge", "--concurrency", 4]
        code, out, err = said(capsys, folder / "cooking.yaml", folder / "corpus", *options, *asked)
    # Four answer at once, so that the first line past a tenth may tell of five or six.
    assert code == 0 and re.match(r"cooking: 0 of 40 asked \(0%\), 0 tokens cooking: [4-7] of 40 asked \(1\d%\), ", err)
    assert "cooking: 40 of 40 asked (100%), " in err and "agreement: another phrasing: 30 of 30 asked (100%)" in err
    assert f"{tmp_path}/labels: 40 documents judged of 40 sampled" in out
    assert "agreement with another phrasing: kappa" in out and "agreement with itself, asked again: kappa 1.00" in out
    assert f"spent {judge.counts.tokens:,} tokens, $" in out
    rows = pq.read_table(tmp_path / "labels" / "labels.parquet").to_pylist()
    right = sum(row["answer"] == truth[mark_of(row["text"])] for row in rows)
    assert len(rows) == 40 and 30 <= right < 40
    assert json.loads((tmp_path / "labels" / "annotation.json").read_text())["books"]["judged"] == 40


def test_a_spent_budget_is_told_and_a_larger_one_continues(folder, truth, tmp_path, capsys):
    task = folder / "cooking.yaml", folder / "corpus", "-o", tmp_path / "labels", "--agreement", 0
    with Judge(truth) as judge:
        asked = ["--endpoint", judge.url, "--model", "judge", "--budget-tokens"]
        code, out, _ = said(capsys, *task, *asked, 6000)
        first, spent = int(re.search(r"labels: (\d+) documents", out)[1]), judge.counts.tokens
        assert code == 0 and f": {NO_BUDGET}" in out
        left, most = re.search(
            r"the budget: ([\d,]+) tokens left, and a request may cost up to ([\d,]+);", out
        ).groups()
        assert int(left.replace(",", "")) == 6000 - spent < int(most.replace(",", ""))
        record = json.loads((tmp_path / "labels" / "annotation.json").read_text())
        assert record["spent"]["short"].startswith(f"{left} tokens left")
        code, out, err = said(capsys, *task, *asked, 10**6)
        assert code == 0 and "40 documents judged of 40 sampled" in out and "unjudged" not in out
        assert "the budget: " not in out and err.startswith(f"cooking: {first} of 40 were answered before ")
    assert judge.counts.requests == 40


def test_links_need_no_endpoint(tmp_path, capsys):
    links = tuple(f"https://a.example/{n}" for n in range(5))
    article = Doc("An article", "https://en.wikipedia.org/wiki/X", "en", "reference", "wikipedia", links=links)
    pages = [Doc(f"Page {n}", f"https://a.example/{n}") for n in range(20)]
    write(tmp_path / "corpus", [pages, [article]])
    code, out, err = said(capsys, "cited", tmp_path / "corpus", "-o", tmp_path / "labels")
    assert (code, err) == (0, "") and "10 documents judged of 10 sampled random 5 cited 5" in out
    assert json.loads((tmp_path / "labels" / "annotation.json").read_text())["judge"] == "links, by url"


def test_the_key_comes_from_the_environment(folder, truth, tmp_path, capsys, monkeypatch):
    task = folder / "cooking.yaml", folder / "corpus", "-o", tmp_path / "labels", "--documents", 4, "--agreement", 0
    with Judge(truth, Manners(key="sk-abc")) as judge:
        asked = ["--endpoint", judge.url, "--model", "judge"]
        assert said(capsys, *task, *asked)[0] == 3
        monkeypatch.setenv("OPENAI_API_KEY", "sk-no")
        monkeypatch.setenv("MINE", "sk-abc\n")
        code, _, err = said(capsys, *task, *asked)
        assert code == 3 and "refuses the key" in err and "sk-no" not in err
        assert said(capsys, *task, *asked, "--key-env", "MINE")[0] == 0


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ([], "give --endpoint and --model"),
        (["--endpoint", "http://127.0.0.1:1/v1"], "--endpoint and --model go together"),
        (["--endpoint", "nowhere", "--model", "m"], "write an address such as"),
        (["--endpoint", "http://h/v1", "--model", "m", "--key-env", "NO_SUCH_KEY"], "--key-env NO_SUCH_KEY: the env"),
        (["--endpoint", "http://h/v1", "--model", "m", "--budget-usd", "1"], "--budget-usd needs --price-in"),
        (["--endpoint", "http://h/v1", "--model", "m", "--price-in", "cheap"], "--price-in cheap: write dollars"),
        (["--endpoint", "http://h/v1", "--model", "m", "--second-endpoint", "http://i"], "with --second-model"),
        (["--endpoint", "http://h/v1", "--model", "m", "--second-model", "m"], "has the name of the first"),
    ],
)
def test_wrong_usage_is_told_in_a_sentence(folder, tmp_path, capsys, options, sentence):
    code, out, err = said(capsys, folder / "cooking.yaml", folder / "corpus", "-o", tmp_path / "labels", *options)
    assert (code, out) == (2, "") and sentence in err and err.count("curate:") == 1


def test_an_endpoint_that_is_down_can_be_continued(folder, truth, tmp_path, capsys):
    with Judge(truth) as gone:
        url = gone.url
    task = folder / "cooking.yaml", folder / "corpus", "-o", tmp_path / "labels"
    code, _, err = said(capsys, *task, "--endpoint", url, "--model", "judge")
    assert code == 3 and err.endswith("Start the endpoint; the same command continues.")


def test_an_interrupt_keeps_what_was_answered(folder, truth, tmp_path):
    arguments = ["classifier", "annotate", "cooking.yaml", "corpus", "-o", str(tmp_path / "labels"), "--agreement", "0"]
    with Judge(truth, Manners(delay=0.1)) as judge:
        asked = ["--endpoint", judge.url, "--model", "judge", "--concurrency", "2"]
        process = start(*arguments, *asked, folder=folder)
        while judge.counts.requests < 8 and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        assert process.returncode == 130 and "the same command continues" in err and "Traceback" not in err
        before = judge.counts.requests
        assert before < 40
        again = start(*arguments, *asked, folder=folder)
        out, err = again.communicate(timeout=60)
        assert again.returncode == 0 and "40 documents judged of 40" in out
        assert " of 40 were answered before" in err.splitlines()[0]
    assert judge.counts.requests == 40


def test_many_reasons_are_told_in_a_few_lines(capsys):
    from classifiers.annotate.annotate import Annotation
    from classifiers.annotate.budget import Spent

    tell(Annotation("labels", 300, 0, {f"it said {n}": 300 - n for n in range(30)}, Spent(), [], {"answers": {}}))
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "  unjudged 300: it said 0" and len(lines) == 12
    assert lines[-1].startswith(f"  unjudged {sum(300 - n for n in range(10, 30)):,} for 20 other reasons")


def test_a_seed_below_zero_is_refused(folder, tmp_path, capsys):
    code, out, err = said(capsys, folder / "cooking.yaml", folder / "corpus", "-o", tmp_path / "labels", "--seed", -1)
    assert (code, out) == (2, "") and "--seed" in err


def test_a_kappa_below_the_target_is_said_plainly(capsys):
    from classifiers.annotate.agreement import Agreement
    from classifiers.annotate.annotate import Annotation
    from classifiers.annotate.budget import Spent

    poor = Agreement("another phrasing", 200, 0, 90, 0.41, 0.3, 0.52, 0.6)
    tell(Annotation("labels", 200, 200, {}, Spent(), [poor], {"answers": {}}))
    assert "kappa 0.41 (0.30 to 0.52) on 200 documents" in (out := capsys.readouterr().out)
    assert "NOT the 0.60 that the task asks for" in out
