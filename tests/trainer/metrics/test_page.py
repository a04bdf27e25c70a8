"""The page of a run: what it says, and that hostile text stays text."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from trainer import events
from trainer.errors import TrainingError
from trainer.metrics import lines, tables
from trainer.metrics.__main__ import main
from trainer.metrics.history import read
from trainer.metrics.page import publish

EVIL = '</pre><script>alert("x")</script><img src=x onerror=alert(1)>\u202etxt.exe\x1b[31m\ud800'


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run of 30 steps with a restart, a spike, samples and lost time."""
    file = os.open(tmp_path / lines.FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for step in range(1, 31):
        by = {"corpus/web": (20.0 / step, 10, 40), f"corpus/{EVIL[:20]}": (30.0 / step, 5, 10)}
        work = {"causal": 2e12, "palm": 3e12, "exact": 1e12}
        figures = {"loss": 3.0 / step, "weight": 15.0, "grad_norm": 1.0, "lr": 1e-3, "seconds": 2.0, "data_wait": 0.1}
        mfu = {name: flops / 2.0 / 1e13 for name, flops in work.items()}
        given = {
            "step": step,
            "tokens": 16,
            "tokens_per_second": 8.0,
            "loss_by": by,
            "flops": work,
            "mfu": mfu,
            **figures,
        }
        lines.append(file, {**given, "memory": {"allocated": 2_000_000_000}, "joules": 100.0})
    os.close(file)
    told = [
        ("session", {"host": "node-1", "ranks": 1}),
        ("measured", {"device": "Test 100", "world": 1, "peak_flops": 1e13, "energy": "", "parameters": 5_000_000}),
        ("started", {"step": 0}),
        ("checkpoint", {"step": 10, "bytes": 4_000_000, "blocked": 0.25, "seconds": 2.0}),
        ("fault", {"attempt": 0, "why": "rank 0 was killed by SIGKILL"}),
        (
            "lost",
            {
                "attempt": 0,
                "seconds": {"detection": 1.0, "restart": 5.0, "load": 2.0, "recomputation": 4.0},
                "steps": 2,
            },
        ),
        ("started", {"step": 10}),
        (
            "spike",
            {"step": 20, "reason": EVIL, "policy": "skip", "documents": [{"uid": EVIL, "stream": "w", "loss": None}]},
        ),
        ("session_end", {"host": "node-1", "code": 0}),
    ]
    with (tmp_path / events.FILE).open("w") as out:
        for at, (kind, said) in enumerate(told):
            out.write(json.dumps({"time": 1000.0 + 10 * at, "kind": kind, **said}) + "\n")
    (tmp_path / "samples.jsonl").write_text(json.dumps({"step": 30, "prompt": "Say", "text": EVIL}) + "\nbroken\n")
    (tmp_path / "recipe.yaml").write_text(
        "corpus: c\nmodel: proxy-1m\nname: my run\nstages: [{tokens: 4M, batch: 8192}]\n"
    )
    return tmp_path


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        self.text += " "
        if tag not in ("meta", "rect", "path", "circle", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.text += " "
        if tag not in ("rect", "path", "circle"):
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def parsed(run: Path) -> Tags:
    tags = Tags()
    tags.feed(publish(run).read_text("utf-8"))
    assert tags.open == []
    return tags


def test_hostile_text_stays_text(run: Path) -> None:
    tags = parsed(run)
    assert not {"script", "img", "link", "iframe", "object", "form", "base"} & {tag for tag, _ in tags.seen}
    names = {name for _, attributes in tags.seen for name in attributes}
    assert not {name for name in names if name.startswith("on")} and not {"src", "href", "style"} & names
    assert '<script>alert("x")</script>' in tags.text and "[U+202E]txt.exe[U+001B][31m[U+D800]" in tags.text
    assert "http" not in re.sub("http-equiv", "", publish(run).read_text("utf-8"))


def test_only_the_pages_own_style_is_allowed(run: Path) -> None:
    page = publish(run).read_text("utf-8")
    style = re.search("<style>(.*)</style>", page, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in page


def test_it_says_what_a_person_asks_of_a_run(run: Path) -> None:
    text = " ".join(parsed(run).text.split())
    for said in (
        "my run",
        "5M parameters, 1 × Test 100",
        "30 steps of 489",
        "0.194 nats a token, last 30 steps",
        "2 starts ",
        "Bits per byte by stream",
        "75.0% effective training time; 1 fault, 2 steps done again",
        "1 checkpoint of 4MB; in the median, training stood still for 250 ms",
        "causal 6 N + 12 L H D · S/2 125 1 10.0% 10.0%",
        "palm 6 N + 12 L H D · S 187.5 1.5 15.0% 15.0%",
        "exact 6 N + 12 L H D · a 62.5 0.5 5.0% 5.0%",
        "no driver here tells it",
        "no number",
    ):
        assert said in text, said


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ([("finished", {}), ("session_end", {"code": 0, "why": ""})], "finished"),
        ([("drained", {}), ("session_end", {"code": 75, "why": "asked to leave"})], "drained, to be continued"),
        ([("session_end", {"code": 3, "why": "no room"})], "ended with code 3: no room"),
        ([("session_end", {"code": 3, "why": "it is slow", "node": 1})], "running when last heard of"),
        ([("session_end", {"code": 3, "why": "no room"}), ("started", {"step": 10})], "running when last heard of"),
    ],
)
def test_it_says_where_the_run_stands(run: Path, told: list, state: str) -> None:
    for kind, said in [("started", {"step": 10}), *told]:
        events.append(run, kind, **said)
    assert f", {state} " in " ".join(parsed(run).text.split())


def test_losses_by_stream_are_sums_over_sums(run: Path) -> None:
    web, other = tables.by_stream(read(run))
    assert web["name"] == "web" and web["tokens"] == 300 and web["share"] == 2 / 3
    first = sum(20.0 / step for step in (1, 2, 3))
    assert web["first"] == pytest.approx((first / 30, first / 120 / 0.6931471805599453))
    assert other["last"][0] == pytest.approx(sum(30.0 / step for step in (28, 29, 30)) / 15)


def test_a_run_that_has_not_begun_has_a_page_too(tmp_path: Path) -> None:
    events.append(tmp_path, "session", host="node-1", ranks=1)
    (tmp_path / events.FILE).open("a").write('"no event"\n{"kind": 3}\n{"time": 5}\n')
    assert "No step is recorded yet." in parsed(tmp_path).text


def test_a_recipe_that_cannot_be_read_is_shown_as_it_is(run: Path) -> None:
    (run / "recipe.yaml").write_text("name: [<b>")
    assert "name: [<b>" in parsed(run).text


def test_a_folder_without_a_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"holds no metrics.jsonl; name the folder of a training run"):
        publish(tmp_path / "none")


def test_the_command_makes_the_page_without_torch(run: Path) -> None:
    code = (
        "import runpy, sys; sys.argv[1:] = sys.argv[1:]\n"
        "try: runpy.run_module('trainer.metrics', run_name='__main__')\n"
        "finally: assert 'torch' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code, str(run)], capture_output=True, text=True, check=True)
    assert done.stdout == f"{run}/index.html\n" and not list(run.glob(".*"))


def test_a_wrong_folder_ends_the_command_with_one_sentence(tmp_path: Path, capsys, monkeypatch) -> None:
    monkeypatch.setattr(sys, "argv", ["trainer.metrics", str(tmp_path)])
    assert main() == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_durations_are_told_as_people_do() -> None:
    told = [tables.duration(seconds) for seconds in (0.21, 5.24, 65, 3 * 3600 + 1200, 200_000, float("inf"))]
    assert told == ["210 ms", "5.2 s", "1 min 05 s", "3 h 20 min", "2 d 7 h", "?"]
