import gzip
import socket
import threading

import pytest

from classifiers.annotate import client as client_module
from classifiers.annotate.client import AskOtherwise, Client, Failed, Refused
from classifiers.annotate.endpoint import Endpoint
from curate.errors import RunStopped, UserError
from tests.classifiers.annotate.scripted import completion, dripping, refusal, serving

MESSAGES = [{"role": "user", "content": "judge this"}]


def asked(url, answers=None, **endpoint):
    client = Client(Endpoint(url, "m", **{"timeout": 5.0, **endpoint}), {"type": "object"}, "cooking")
    try:
        return client.ask(client.body(MESSAGES))
    finally:
        client.close()


def served(answer, **endpoint):
    with serving(lambda number, body: answer) as server:
        return asked(server.url, **endpoint)


def test_a_reply_comes_with_its_tokens():
    reply = served(completion("hello"))
    assert (reply.content, reply.prompt_tokens, reply.completion_tokens, reply.cut) == ("hello", 100, 10, False)


def test_a_request_has_structured_outputs_temperature_zero_and_a_limit():
    with serving(lambda number, body: completion()) as server:
        asked(server.url, max_tokens=77)
    (body,) = server.bodies
    assert (body["temperature"], body["max_tokens"], body["model"]) == (0, 77, "m")
    assert body["response_format"]["json_schema"] == {"name": "cooking", "strict": True, "schema": {"type": "object"}}


def test_the_key_is_sent_as_a_bearer_token_and_none_without_one():
    with serving(lambda number, body: completion()) as server:
        asked(server.url, key="sk-secret")
        asked(server.url)
    assert server.headers[0]["Authorization"] == "Bearer sk-secret"
    assert "Authorization" not in server.headers[1]


@pytest.mark.parametrize(
    ("given", "base"),
    [
        ("http://h:8000", "http://h:8000/v1"),
        ("http://h:8000/", "http://h:8000/v1"),
        ("http://h:8000/v1/", "http://h:8000/v1"),
        ("https://h/api/v3/chat/completions", "https://h/api/v3"),
    ],
)
def test_an_address_may_be_given_with_or_without_its_end(given, base):
    assert Endpoint(given, "m").base == base


@pytest.mark.parametrize("url", ["", "localhost:8000", "ftp://h/v1", "http://", "http://[::1", "http://h:99999/v1"])
def test_what_is_no_address_is_refused_with_an_example(url):
    with pytest.raises(UserError, match="write an address such as"):
        Endpoint(url, "m")


def test_a_password_in_the_address_is_never_shown():
    assert "secret" not in Endpoint("http://me:secret@h/v1?key=secret", "m").shown


@pytest.mark.parametrize(
    ("status", "said"),
    [(401, "refuses the key"), (403, "refuses the key"), (402, "account there is spent")],
)
def test_what_no_request_will_fare_better_with_stops_the_run(status, said):
    with pytest.raises(RunStopped, match=said):
        served(refusal(status, "sorry"))


def test_a_spent_quota_stops_the_run_though_it_comes_as_too_many_requests():
    with pytest.raises(RunStopped, match="account there is spent"):
        served(refusal(429, "You exceeded your current quota"))


def test_an_unknown_model_is_told_with_those_there_are():
    with pytest.raises(RunStopped, match=r"knows no model 'm'.*It has: aardvark, zebra\."):
        served(refusal(404, "no such model"))


def test_a_redirect_names_the_address_to_give():
    with pytest.raises(RunStopped, match="'https://elsewhere/v1'"):
        served(refusal(308, "moved", location="https://elsewhere/v1"))


def test_a_message_that_repeats_the_key_is_masked():
    with pytest.raises(RunStopped) as stopped:
        served(refusal(401, "wrong key: sk-secret-12"), key="sk-secret-12")
    assert "sk-secret-12" not in str(stopped.value) and "***" in str(stopped.value)


def test_too_many_requests_is_patience_that_costs_nothing():
    with pytest.raises(Failed) as failed:
        served(refusal(429, "slow down", retry_after="7"))
    assert (failed.value.busy, failed.value.wait, failed.value.costs) == (True, 7.0, False)


@pytest.mark.parametrize("retry_after", ["Wed, 21 Oct 2015 07:28:00 GMT", "-1", "nan", "inf", ""])
def test_a_retry_after_that_is_no_number_is_as_none(retry_after):
    with pytest.raises(Failed) as failed:
        served(refusal(503, "later", retry_after=retry_after))
    assert failed.value.wait is None


@pytest.mark.parametrize(("status", "costs"), [(500, False), (503, False), (502, True), (504, True), (520, True)])
def test_a_server_error_is_tried_again_and_counts_where_the_model_may_have_answered(status, costs):
    with pytest.raises(Failed) as failed:
        served(refusal(status))
    assert failed.value.costs is costs


def test_a_refusal_of_one_request_says_what_the_endpoint_said():
    with pytest.raises(Refused, match="413: the prompt is too long"):
        served(refusal(413, "the prompt\n is too long"))


@pytest.mark.parametrize(
    "body",
    [b"<html>", b"", b"[]", b'{"choices": []}', b'{"choices": [{"message": null}]}', b'"x"', b"[" * 100_000, b"\xff"],
)
def test_a_body_that_is_no_completion_is_a_failure_that_costs(body):
    with pytest.raises(Failed, match="no chat completion") as failed:
        served((200, {}, body))
    assert failed.value.costs


@pytest.mark.parametrize(
    "usage",
    [{}, {"prompt_tokens": "many"}, {"prompt_tokens": 10**30}, {"prompt_tokens": -5, "completion_tokens": True}],
)
def test_tokens_that_are_not_counted_are_not_known(usage):
    reply = served(completion("x", usage))
    assert (reply.prompt_tokens, reply.completion_tokens) == (None, None)


@pytest.mark.parametrize("content", [None, 7, ["text"]])
def test_content_that_is_no_text_is_an_empty_reply(content):
    assert served(completion(content)).content == ""


def test_an_answer_that_ends_at_the_limit_is_known_for_it():
    assert served(completion("{", finish="length")).cut


def test_an_answer_larger_than_any_judgement_is_not_read_to_its_end(monkeypatch):
    monkeypatch.setattr(client_module, "MOST_BYTES", 10_000)
    with pytest.raises(Failed, match="an answer of more than"):
        served(completion("x" * 20_000))


def test_nobody_at_the_address_is_a_dead_endpoint_that_costs_nothing():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and nobody listens
        with pytest.raises(Failed) as failed:
            asked(f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert failed.value.dead and not failed.value.costs


def test_an_endpoint_on_this_machine_is_asked_past_any_proxy(monkeypatch):
    for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert served(completion("hello")).content == "hello"


def test_an_answer_that_does_not_come_in_time_is_given_up():
    release = threading.Event()
    with (
        serving(lambda number, body: release.wait(10) and completion()) as server,
        pytest.raises(Failed, match=r"no answer in 0\.2 s") as failed,
    ):
        try:
            asked(server.url, timeout=0.2)
        finally:
            release.set()
    assert failed.value.costs


def test_an_answer_that_comes_byte_by_byte_is_given_up_as_a_whole():
    beginning = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
    with dripping(beginning, b" ") as url, pytest.raises(Failed, match=r"no answer in 0\.3 s"):
        asked(url, timeout=0.3)


def test_an_answer_that_comes_compressed_unasked_is_read_up_to_a_size():
    status, _, body = completion()
    encoded = {"Content-Encoding": "gzip"}
    with serving(lambda number, _: (status, encoded, gzip.compress(body))) as server:
        assert asked(server.url).prompt_tokens == 100
    bomb = gzip.compress(bytes(8 << 20))
    with serving(lambda number, _: (status, encoded, bomb)) as server, pytest.raises(Failed, match="more than 4 MB"):
        asked(server.url)
    with serving(lambda number, _: (status, encoded, b"no gzip")) as server, pytest.raises(Failed, match="'gzip'"):
        asked(server.url)


def test_a_message_cannot_write_to_the_terminal():
    with serving(lambda number, body: refusal(413, "no\x1b[2J\ud800 no")) as server, pytest.raises(Refused) as refused:
        asked(server.url)
    assert str(refused.value) == "413: no [2J  no"


def test_a_connection_that_breaks_costs():
    listener = socket.create_server(("127.0.0.1", 0))

    def drop() -> None:
        connection, _ = listener.accept()
        connection.recv(1 << 16)
        connection.close()

    threading.Thread(target=drop, daemon=True).start()
    with listener, pytest.raises(Failed, match="the connection broke") as failed:
        asked(f"http://127.0.0.1:{listener.getsockname()[1]}")
    assert failed.value.costs


@pytest.mark.parametrize(
    ("message", "gone", "instead"),
    [
        ("response_format is not supported", "response_format", None),
        ("Unsupported value: 'temperature'", "temperature", None),
        ("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens'", "max_tokens", "max_completion_tokens"),
    ],
)
def test_a_parameter_that_the_server_refuses_is_left_out_from_then_on(message, gone, instead):
    with serving(lambda number, body: refusal(400, message) if gone in body else completion()) as server:
        client = Client(Endpoint(server.url, "m"), {}, "cooking")
        with pytest.raises(AskOtherwise):
            client.ask(client.body(MESSAGES))
        for _ in range(2):
            client.ask(client.body(MESSAGES))
        client.close()
    assert [gone in body for body in server.bodies] == [True, False, False]
    assert instead is None or all(instead in body for body in server.bodies[1:])


def test_a_refusal_without_a_name_is_taken_for_structured_outputs_until_one_was_answered():
    answers = [refusal(400, "bad request"), completion(), refusal(400, "too long")]
    with serving(lambda number, body: answers[number]) as server:
        client = Client(Endpoint(server.url, "m"), {}, "cooking")
        with pytest.raises(AskOtherwise):
            client.ask(client.body(MESSAGES))
        client.ask(client.body(MESSAGES))
        with pytest.raises(Refused):
            client.ask(client.body(MESSAGES))
        client.close()


def test_once_structured_outputs_were_answered_a_refusal_is_of_the_document():
    answers = [completion(), refusal(400, "maximum context length is 4096; you asked 9000 with 400 in max_tokens")]
    with serving(lambda number, body: answers[number]) as server:
        client = Client(Endpoint(server.url, "m"), {}, "cooking")
        client.ask(client.body(MESSAGES))
        with pytest.raises(Refused, match="context length"):
            client.ask(client.body(MESSAGES))
        assert b"response_format" in client.body(MESSAGES)
        client.close()
