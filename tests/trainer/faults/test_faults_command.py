"""What `python -m trainer.faults` says: which policy reaches 95 %, and the picture in docs/."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from trainer.errors import TrainingError
from trainer.faults.__main__ import main, picture
from trainer.faults.assumptions import ASSUMPTIONS, values
from trainer.faults.compare import compare
from trainer.faults.tables import assumptions

DOCS = Path(__file__).parents[3] / "docs"


def test_the_best_policy_keeps_95_percent_in_nine_runs_of_ten() -> None:
    results = {result.policy.name: result for result in compare(values(), 20)}
    assert results["copies"].low >= 0.95
    assert results["elastic"].mean > results["copies"].mean > results["near"].mean
    assert results["near"].mean > results["spares"].mean > results["behind"].mean
    assert results["hourly"].mean < results["Young–Daly"].mean < results["behind"].mean


def test_asynchronous_checkpoints_and_heartbeats_reach_what_llama_3_reports() -> None:
    behind = next(result for result in compare(values(), 20) if result.policy.name == "behind")
    assert behind.low <= 0.92 and behind.high >= 0.90


def test_the_picture_in_docs_is_what_the_command_draws() -> None:
    drawn = picture(values())
    assert (DOCS / "faults.svg").read_text("utf-8") == drawn, "run: python -m trainer.faults --out docs/faults.svg"
    ElementTree.fromstring(drawn)


def test_every_assumption_has_a_source_and_stands_in_the_table() -> None:
    told = assumptions(values({"load": 60.0}))
    assert all(f"`{name}`" in told and each.source for name, each in ASSUMPTIONS.items())
    assert "set here, in place of 129.5" in told


def test_an_assumption_can_be_changed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seeds", "2", "--set", "faults=0", "--set", "planned=0"]) == 0
    assert "| elastic | replicas go on without the one that failed | 9" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--set", "lod=3"], "lod: is no assumption; there are gpus"),
        (["--set", "load"], "--set load: is not NAME=VALUE with a number"),
        (["--set", "gpus=0"], "gpus: must be above 0, not 0"),
        (["--set", "load=-1"], "load: must be a number from 0 on, not -1"),
        (["--set", "load=nan"], "load: must be a number from 0 on, not nan"),
        (["--set", "load=inf"], "load: must be a number from 0 on, not inf"),
        (["--set", "shape=0"], "shape: must be from 0.2 to 20, not 0"),
        (["--set", "faults=1e9"], "faults: 1e+09 are more than one a second"),
        (["--seeds", "1"], "--seeds: must be 2 or more"),
        (["--seeds", "2", "--out", "."], ".: cannot be written"),
        (["--seeds", "2", "--out", "/proc/none/faults.svg"], "/proc/none/faults.svg: cannot be written"),
    ],
)
def test_wrong_input_is_told_in_one_sentence(
    given: list[str], said: str, capsys: pytest.CaptureFixture[str], monkeypatch
) -> None:
    monkeypatch.setattr("trainer.faults.__main__.picture", lambda *_: "")
    assert main(given) == TrainingError.exit_code
    assert capsys.readouterr().err.startswith(said)
