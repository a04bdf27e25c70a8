"""Judges that lie, refuse, break or are not there."""

import pyarrow.parquet as pq
import pytest

from classifiers.annotate.patience import Patience
from classifiers.judge import Judge, Manners
from curate.errors import RunStopped
from tests.classifiers.annotate.judging import run, sample, text_of, truth
from tests.classifiers.annotate.scripted import completion, refusal, serving

N = 60


def rows(folder, name="labels.parquet"):
    return pq.read_table(folder / name).to_pylist()


def faulty(**manners):
    return Manners(faults=0.4, retry_after=0.01, **manners)


def test_a_judge_that_lies_to_the_end_leaves_the_document_unjudged_and_is_not_paid_for_it_twice(tmp_path):
    with Judge(truth(4), Manners(faults=1.0, kinds=("off_scale",))) as judge:
        done = run(sample(4), tmp_path, judge.url)
        assert judge.counts.requests == 12
        (reason,) = done.reasons
        assert reason.startswith("3 answers, none valid; the last: the answer") and "none of 0, 1, 2, 3" in reason
        run(sample(4), tmp_path, judge.url)
        assert judge.counts.requests == 12
    with Judge(truth(4)) as honest:
        assert run(sample(4), tmp_path, honest.url, ask_again=True).judged == 4


def test_a_judge_is_told_what_was_wrong_with_its_answer(tmp_path):
    replies = [completion('{"reason": "r", "answer": 9}'), completion('{"reason": "r", "answer": 2}')]
    with serving(lambda number, body: replies[number]) as server:
        run(sample(1), tmp_path, server.url)
    assert [message["role"] for message in server.bodies[1]["messages"][-2:]] == ["assistant", "user"]
    assert "9" in server.bodies[1]["messages"][-1]["content"] and "none of 0, 1, 2, 3" in str(server.bodies[1])
    assert rows(tmp_path)[0]["answer"] == "2"


def test_an_answer_that_was_cut_is_told_as_such(tmp_path):
    with serving(lambda number, body: completion('{"reason": "and', finish="length")) as server:
        done = run(sample(1), tmp_path, server.url)
    assert list(done.reasons) == ["3 answers, none valid; the last: it was cut off at its limit of tokens"]


def test_a_document_that_the_endpoint_refuses_is_unjudged_with_its_words_and_tried_again_by_the_next_run(tmp_path):
    def picky(number, body):
        return refusal(413, "too long") if text_of(1) in str(body) else completion()

    with serving(picky) as server:
        done = run(sample(4), tmp_path, server.url, concurrency=1)
        assert (done.judged, done.reasons) == (3, {"the endpoint refuses it: 413: too long": 1})
        asked = len(server.bodies)
        run(sample(4), tmp_path, server.url)
        assert len(server.bodies) == asked + 1


def test_documents_that_are_refused_for_ever_stop_no_later_run(tmp_path):
    def picky(number, body):
        refused = any(f"Page {i}. " in str(body["messages"][-1]) for i in range(0, N, 2))
        return refusal(400, "content_filter") if refused else completion()

    patience = Patience(failures_in_a_row=5, backoff=0.001)
    with serving(picky) as server:
        for _ in range(2):  # the second has nothing else to ask about
            done = run(sample(N), tmp_path, server.url, concurrency=1, patience=patience)
            assert (done.judged, sum(done.reasons.values())) == (N // 2, N // 2)


def test_a_document_that_breaks_the_server_does_not_stop_the_others(tmp_path):
    def fragile(number, body):
        return refusal(500) if text_of(1) in str(body) else completion()

    with serving(fragile) as server:
        done = run(sample(6), tmp_path, server.url, patience=Patience(tries=3, backoff=0.001))
    assert (done.judged, done.reasons) == (5, {"the endpoint failed 3 times, the last by '500'": 1})


def test_a_document_that_is_always_too_many_does_not_hold_up_the_others_for_ever(tmp_path):
    def limited(number, body):
        return refusal(429, "Request too large", retry_after="0") if text_of(1) in str(body) else completion()

    with serving(limited) as server:
        done = run(sample(40), tmp_path, server.url, patience=Patience(busy=10, backoff=0.001), concurrency=2)
    assert (done.judged, done.reasons) == (39, {"the endpoint failed 10 times, the last by '429'": 1})


def test_an_endpoint_that_dies_stops_the_run_and_another_takes_over(tmp_path):
    def dying(number, body):
        return completion() if number < 10 else refusal(502)

    with serving(dying) as server, pytest.raises(RunStopped, match="5 requests in a row failed, the last by '502'"):
        patience = Patience(failures_in_a_row=5, tries=100, backoff=0.001, longest_backoff=0.01)
        run(sample(N), tmp_path, server.url, patience=patience)
    assert not (tmp_path / "annotation.json").exists()
    with Judge(truth(N)) as judge:
        run(sample(N), tmp_path, judge.url)
    assert judge.counts.requests == N - 10 == len(rows(tmp_path)) - 10


def test_an_endpoint_that_is_not_there_stops_at_once(tmp_path):
    with Judge(truth(1)) as gone:
        url = gone.url
    with pytest.raises(RunStopped, match="cannot be reached"):
        run(sample(N), tmp_path, url, patience=Patience())


@pytest.mark.parametrize(
    ("model", "key", "said"),
    [("judge", "sk-wrong-key", "refuses the key"), ("other", "sk-right-key", "It has: judge")],
)
def test_a_wrong_key_or_model_stops_at_once(tmp_path, model, key, said):
    with Judge(truth(N), Manners(key="sk-right-key")) as judge, pytest.raises(RunStopped, match=said) as stopped:
        run(sample(N), tmp_path, judge.url, model=model, key=key)
    assert judge.counts.requests == 0 and key not in str(stopped.value)


def test_the_key_is_in_no_file(tmp_path):
    with Judge(truth(N), faulty(key="sk-right-key")) as judge:
        run(sample(N), tmp_path, judge.url, key="sk-right-key", agreement=5)
    written = [file for file in sorted(tmp_path.rglob("*")) if file.is_file()]
    assert len(written) >= 5 and not any(b"sk-right-key" in file.read_bytes() for file in written)
