import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from classifiers.judge import Judge, Manners
from classifiers.judge import __main__ as command

ROOT = Path(__file__).parents[3]
ASKED = {"model": "judge", "messages": [{"role": "user", "content": "[document 0123456789ab]\nx\n"}]}
TRUTH = {"0123456789ab": "2", "000000000000": "0"}


def post(url, body=None, **headers):
    return httpx2.post(f"{url}/chat/completions", json=ASKED if body is None else body, headers=headers, timeout=10)


def test_it_answers_as_a_chat_server_does():
    with Judge(TRUTH) as judge:
        said = post(judge.url).json()
        assert httpx2.get(f"{judge.url}/models").json()["data"][0]["id"] == "judge"
        counts = httpx2.get(judge.url.replace("/v1", "/counts")).json()
    assert json.loads(said["choices"][0]["message"]["content"])["answer"] == 2
    assert said["usage"]["total_tokens"] == counts["tokens"] == judge.counts.tokens
    assert counts["requests"] == counts["questions"] == 1


@pytest.mark.parametrize(
    ("manners", "body", "status"),
    [
        (Manners(key="k"), None, 401),
        (Manners(model="other"), None, 404),
        (Manners(refuses=("temperature",)), {**ASKED, "temperature": 0}, 400),
        (Manners(), {"model": "judge"}, 400),
        (Manners(), {"model": "judge", "messages": []}, 400),
        (Manners(), [1], 400),
        (Manners(faults=1.0, kinds=("too_many",), retry_after=3), None, 429),
        (Manners(faults=1.0, kinds=("server_error",)), None, 500),
    ],
)
def test_refusals_have_their_status_and_a_message(manners, body, status):
    with Judge(TRUTH, manners) as judge:
        said = post(judge.url, body)
    assert said.status_code == status and said.json()["error"]["message"]
    assert status != 429 or said.headers["Retry-After"] == "3"


@pytest.mark.parametrize("kind", ["dropped", "cut"])
def test_a_connection_breaks_before_or_in_the_middle_of_an_answer(kind):
    with Judge(TRUTH, Manners(faults=1.0, kinds=(kind,))) as judge, pytest.raises(httpx2.RemoteProtocolError):
        post(judge.url)
    assert judge.counts.faults == {kind: 1} and judge.counts.tokens > 0


def test_an_answer_that_is_no_json_is_a_page():
    with Judge(TRUTH, Manners(faults=1.0, kinds=("no_json",))) as judge:
        assert post(judge.url).text.startswith("<html>")


def test_it_runs_as_a_process_that_says_where_it_is(tmp_path):
    (tmp_path / "truth.jsonl").write_text('{"text": "a", "answer": 1}\n')
    command = [
        sys.executable,
        "-m",
        "classifiers.judge",
        "--truth",
        str(tmp_path / "truth.jsonl"),
        "--key-env",
        "THEIRS",
    ]
    settings = {**os.environ, "THEIRS": "sk-abc"}
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=settings)
    try:
        url = process.stdout.readline().strip()
        assert post(url).status_code == 401
        assert post(url, Authorization="Bearer sk-abc").status_code == 200
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


def test_a_truth_that_cannot_be_read_ends_in_a_sentence(tmp_path):
    command = [sys.executable, "-m", "classifiers.judge", "--truth", str(tmp_path / "none")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2 and "No such file" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(("option", "value"), [("--noise", "7"), ("--delay", "-1"), ("--port", "99999")])
def test_options_of_nonsense_end_in_a_sentence(tmp_path, monkeypatch, capsys, option, value):
    (tmp_path / "truth.jsonl").write_text('{"text": "x", "answer": 1}\n')
    monkeypatch.setattr(sys, "argv", ["judge", "--truth", str(tmp_path / "truth.jsonl"), option, value])
    with pytest.raises(SystemExit) as ended:
        command.main()
    assert ended.value.code == 2 and option in capsys.readouterr().err
