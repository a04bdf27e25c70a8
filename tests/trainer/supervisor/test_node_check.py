import subprocess
import sys

from trainer.supervisor import node_check
from trainer.supervisor.node_check import check


def test_a_sound_node_joins_and_tells_what_it_has(tmp_path):
    checked = check(tmp_path / "run", 2, 1.5)
    assert checked.why == ""
    assert checked.device == "cpu" and len(checked.speeds) == 1 and checked.speeds[0] > 0
    assert checked.memory > 0 and checked.disk > 0 and checked.seconds > 0


def test_a_check_that_hangs_or_breaks_keeps_a_node_out(tmp_path, monkeypatch):
    monkeypatch.setattr(node_check, "LIMIT", 0.01)
    assert "did not end within 0.01 seconds" in check(tmp_path, 1, 1.5).why
    broken = [sys.executable, "-c", "raise OSError('no driver')"]
    run = subprocess.run
    monkeypatch.setattr(node_check.subprocess, "run", lambda _, **given: run(broken, **{**given, "timeout": 60}))
    assert check(tmp_path, 1, 1.5).why == "its check failed: OSError: no driver"


def test_a_node_that_is_not_fit_does_not_join(supervised):
    code, _, err = supervised.end(unfit="device 3 gave a wrong matrix product")
    assert code == 3
    assert "does not join: device 3 gave a wrong matrix product" in err
    assert supervised.told("node_check")[0]["why"] == "device 3 gave a wrong matrix product"
    assert not supervised.told("attempt")
