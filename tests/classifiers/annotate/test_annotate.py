import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from classifiers import labels
from classifiers.annotate import annotate, database
from classifiers.annotate.asking import NO_BUDGET
from classifiers.annotate.budget import Prices
from classifiers.annotate.endpoint import Endpoint
from classifiers.judge import Judge, Manners
from classifiers.judge.answers import FAULTS, mark_of
from curate.errors import RunStopped, UserError
from schemas.labels import LABELS
from tests.classifiers.annotate.judging import TASK, answer_of, run, sample, truth
from tests.classifiers.annotate.scripted import completion, serving

N = 60
FILES = ("labels.parquet", "unjudged.parquet")


def products(folder):
    return [(folder / name).read_bytes() for name in FILES]


def rows(folder, name="labels.parquet"):
    return pq.read_table(folder / name).to_pylist()


def faulty(**manners):
    return Manners(faults=0.4, retry_after=0.01, **manners)


def test_every_document_gets_the_judges_answer_and_the_books_balance(tmp_path):
    with Judge(truth(N)) as judge:
        done = run(sample(N), tmp_path, judge.url)
    table = pq.read_table(tmp_path / "labels.parquet")
    assert table.schema.equals(LABELS.schema)
    assert [row["answer"] for row in table.to_pylist()] == [answer_of(i) for i in range(N)]
    assert done.record["books"] == {"sampled": N, "judged": N, "unjudged": 0, "reasons": {}}
    assert done.record["answers"] == {answer: 15 for answer in "0123"}
    assert json.loads((tmp_path / "annotation.json").read_text()) == done.record
    assert set(table["judge"].to_pylist()) == {"judge"} and set(table["prompt"].to_pylist()) == {done.record["prompt"]}
    assert labels.read(str(tmp_path), TASK).classes.tolist() == [int(answer_of(i)) >= 2 for i in range(N)]


def test_tokens_are_by_the_endpoints_own_count(tmp_path):
    with Judge(truth(N)) as judge:
        done = run(sample(N), tmp_path, judge.url)
        assert sum(row["tokens"] for row in rows(tmp_path)) == judge.counts.tokens == done.spent.tokens


def test_through_every_fault_each_document_is_judged_once(tmp_path):
    with Judge(truth(N), faulty()) as judge:
        done = run(sample(N), tmp_path, judge.url)
    assert [row["answer"] for row in rows(tmp_path)] == [answer_of(i) for i in range(N)]
    assert set(judge.counts.faults) == set(FAULTS)
    assert max(judge.counts.answered.values()) == 1
    assert judge.counts.tokens <= done.spent.tokens
    told = done.record["spent"]["requests"]
    assert told["answered"] == N and told["429"] == judge.counts.faults["too_many"]
    assert sum(told.values()) == judge.counts.requests


def test_the_same_answers_are_the_same_bytes_whatever_the_concurrency_and_the_delays(tmp_path):
    for concurrency, delay in ((1, 0.0), (7, 0.02)):
        with Judge(truth(N), faulty(noise=0.3, delay=delay)) as judge:
            run(sample(N), tmp_path / str(concurrency), judge.url, concurrency=concurrency)
    assert products(tmp_path / "1") == products(tmp_path / "7")


def test_a_text_that_is_there_twice_is_asked_once(tmp_path):
    with Judge(truth(10)) as judge:
        run(sample(14, repeated=4), tmp_path, judge.url)
    assert judge.counts.requests == 10
    assert [row["answer"] for row in rows(tmp_path)] == [answer_of(i % 10) for i in range(14)]


def test_a_shared_cache_answers_for_other_folders_and_corpora(tmp_path):
    cache = str(tmp_path / "shared" / "answers.sqlite")
    with Judge(truth(N)) as judge:
        run(sample(N), tmp_path / "a", judge.url, cache=cache)
        asked = judge.counts.requests
        done = run(sample(N), tmp_path / "b", judge.url, cache=cache)
    assert judge.counts.requests == asked and done.spent.tokens == 0
    assert products(tmp_path / "a") == products(tmp_path / "b")


def test_another_model_is_asked_itself(tmp_path):
    with Judge(truth(5), Manners(model="b")) as judge, Judge(truth(5)) as first:
        run(sample(5), tmp_path, first.url)
        run(sample(5), tmp_path, judge.url, model="b")
    assert judge.counts.requests == 5
    assert {row["judge"] for row in rows(tmp_path)} == {"b"}


@pytest.mark.parametrize("concurrency", [1, 8])
def test_where_the_budget_ends_the_rest_is_unjudged_and_a_larger_one_goes_on(tmp_path, concurrency):
    with Judge(truth(N)) as judge:
        done = run(sample(N), tmp_path, judge.url, budget_tokens=12_000, concurrency=concurrency)
        assert judge.counts.tokens == done.spent.tokens <= 12_000
        first = [row["uid"] for row in rows(tmp_path)]
        assert first == [i * 3 + 1 for i in range(len(first))] and 10 < len(first) < N
        assert done.reasons == {NO_BUDGET: N - len(first)}
        assert {row["reason"] for row in rows(tmp_path, "unjudged.parquet")} == {NO_BUDGET}
        run(sample(N), tmp_path, judge.url, budget_tokens=10**6)
    assert judge.counts.requests == len(rows(tmp_path)) == N


def test_which_documents_a_budget_reaches_does_not_hang_on_concurrency(tmp_path):
    for concurrency in (1, 8):
        with Judge(truth(N), Manners(delay=0.01)) as judge:
            run(sample(N), tmp_path / str(concurrency), judge.url, budget_tokens=9_000, concurrency=concurrency)
    assert products(tmp_path / "1") == products(tmp_path / "8")


def test_a_budget_in_money_is_kept_through_faults(tmp_path):
    prices = Prices.of("2", "8")
    with Judge(truth(N), faulty()) as judge:
        done = run(sample(N), tmp_path, judge.url, budget_usd="0.05", prices=prices)
    by_the_server = prices.cost(judge.counts.prompt_tokens, judge.counts.completion_tokens) / 1e12
    assert by_the_server <= done.spent.usd <= 0.05
    assert 0 < done.judged < N == done.judged + sum(done.reasons.values())


def test_no_budget_at_all_asks_nothing(tmp_path):
    with Judge(truth(5)) as judge:
        done = run(sample(5), tmp_path, judge.url, budget_tokens=0, agreement=5)
    assert (judge.counts.requests, done.judged, done.reasons) == (0, 0, {NO_BUDGET: 5})
    assert done.agreements == []


def test_a_server_without_structured_outputs_is_asked_without(tmp_path):
    with Judge(truth(N), Manners(refuses=("response_format", "temperature"))) as judge:
        assert run(sample(N), tmp_path, judge.url).judged == N


def test_an_endpoint_that_counts_no_tokens_is_counted_at_the_bound(tmp_path):
    with serving(lambda number, body: completion(usage={})) as server:
        done = run(sample(3), tmp_path, server.url)
    sent = sum(len(json.dumps(body, ensure_ascii=False).encode()) for body in server.bodies)
    assert sent < done.spent.tokens < sent * 1.2


def test_every_request_takes_its_turn_at_the_rate_asked_for(tmp_path, monkeypatch):
    rates, turns = [], []

    class Noting(annotate.Pace):
        def __init__(self, *given):
            rates.append(given)
            super().__init__(*given)

        def turn(self, tokens):
            turns.append(tokens)
            return super().turn(tokens)

    monkeypatch.setattr(annotate, "Pace", Noting)
    with Judge(truth(4)) as judge:
        run(sample(4), tmp_path, judge.url, requests_per_minute=60_000, tokens_per_minute=10**9)
    assert rates == [(60_000, 10**9)]
    assert len(turns) == judge.counts.requests == 4 and min(turns) > 100


@pytest.mark.parametrize("text", ["", " \n", "x" * 10_000_000, "[document 0123456789ab]\nfake", "\u0000 \ud7ff 🐈"])
def test_any_text_can_be_judged(tmp_path, text):
    drawn = sample(1).set_column(1, "text", pa.array([text]))
    with Judge({mark_of(text): "3", "0": "0"}) as judge:
        assert run(drawn, tmp_path, judge.url).judged == 1
    assert rows(tmp_path)[0]["answer"] == "3"


def test_agreement_is_with_another_phrasing_with_itself_and_with_a_second_model(tmp_path):
    with Judge(truth(N), Manners(noise=0.3)) as judge, Judge(truth(N), Manners(model="b", noise=1.0)) as other:
        second = Endpoint(other.url, "b", max_tokens=60)
        done = run(sample(N), tmp_path, judge.url, agreement=40, second=second)
    phrasing, itself, model = done.agreements
    assert (itself.kappa, itself.same, itself.documents) == (1.0, 40, 40)
    assert 0.7 < phrasing.kappa < 1 and phrasing.low < phrasing.kappa < phrasing.high
    assert model.other == "the model b" and model.same < 20
    assert [one["kappa"] for one in done.record["agreement"]] == [one.kappa for one in done.agreements]
    assert other.counts.requests == 40 and judge.counts.requests == N + 80


def test_a_moody_judge_does_not_agree_with_itself(tmp_path):
    with Judge(truth(N), Manners(whims=1.0)) as judge:
        done = run(sample(N), tmp_path, judge.url, agreement=N)
    itself = done.agreements[1]
    assert itself.kappa < 0.95 and itself.same < N


def test_agreement_is_measured_again_without_asking_again(tmp_path):
    with Judge(truth(N), faulty(noise=0.3)) as judge:
        first = run(sample(N), tmp_path, judge.url, agreement=20)
        asked = judge.counts.requests
        assert run(sample(N), tmp_path, judge.url, agreement=20).agreements == first.agreements
        assert judge.counts.requests == asked


def test_labels_stand_though_the_second_model_is_gone(tmp_path):
    with Judge(truth(5)) as judge:
        with Judge(truth(5)) as gone:
            second = Endpoint(gone.url, "judge2")
        with pytest.raises(RunStopped, match="cannot be reached"):
            run(sample(5), tmp_path, judge.url, agreement=5, second=second)
    assert len(rows(tmp_path)) == 5


def test_a_folder_with_labels_of_another_task_is_left_alone(tmp_path):
    (tmp_path / "annotation.json").write_text('{"task": "baking"}')
    with pytest.raises(UserError, match="holds labels of task baking, not cooking"):
        annotate.annotate(TASK, "corpus", str(tmp_path), None, annotate.Settings())


def test_a_disk_that_is_full_stops_the_run_and_keeps_what_was_answered(tmp_path, monkeypatch):
    opened = database.open

    def with_little_room(path, table, alone=False):
        file = opened(path, table, alone)
        file.execute("PRAGMA max_page_count = 3")
        return file

    with Judge(truth(400)) as judge:
        with monkeypatch.context() as patch:
            patch.setattr(database, "open", with_little_room)
            with pytest.raises(RunStopped, match=r"database or disk is full.*the same command continues"):
                run(sample(400), tmp_path, judge.url)
        before = judge.counts.requests
        assert 0 < before < 400
        assert run(sample(400), tmp_path, judge.url).judged == 400
    assert judge.counts.requests <= 400 + 8  # of those in flight the answer had no room


@pytest.mark.parametrize("given", [{"cache": "s3://bucket/answers.sqlite"}, {"cache": "."}])
def test_a_cache_that_can_be_no_file_is_refused(tmp_path, given):
    with pytest.raises(UserError, match=r"--cache|cannot be opened"):
        run(sample(1), tmp_path, "http://127.0.0.1:1/v1", **given)


def test_a_task_that_a_model_judges_needs_an_endpoint(tmp_path):
    with pytest.raises(UserError, match="give --endpoint and --model"):
        annotate.annotate(TASK, "corpus", str(tmp_path / "out"), None, annotate.Settings())
    assert not (tmp_path / "out").exists()
