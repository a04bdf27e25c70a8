"""docs/training.md's example of the kernels runs as it is written, and gives what it says."""

import re
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from trainer.kernels import choice

PAGE = (Path(__file__).parents[3] / "docs" / "training.md").read_text(encoding="utf-8")
(EXAMPLE,) = re.findall(r"^```python\n(.*?)^```", PAGE.split("## Kernels\n")[1].split("\n## ")[0], re.M | re.S)
CPU = torch.device("cpu")


def ran(source):
    torch.manual_seed(0)
    names = {}
    with choice.chosen("auto", CPU):  # and afterwards what was before
        exec(compile(source, "docs/training.md", "exec"), names)
    return names


@pytest.fixture(autouse=True)
def on_the_cpu(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)


def small(source):
    """Less of everything, and in a type that Triton's interpreter can compute."""
    for much, little in (
        ("500, 300, 200", "9, 7, 4"),
        ("1000", "20"),
        ("4096", "64"),
        ("!= 7", "% 2 != 1"),
        ("bfloat16", "float32"),
    ):
        assert much in source
        source = source.replace(much, little)
    return source


@pytest.mark.parametrize("way", ["auto", "triton"])
def test_the_example_gives_what_its_comments_say(way):
    found = ran(small(EXAMPLE).replace('"auto"', f'"{way}"'))
    assert found["starts"].tolist() == [[0] * 9 + [9] * 7 + [16] * 4]
    for at in (0, 9, 16):  # a document's first token sees itself alone
        alone = found["v"][0, at].repeat_interleave(4, 0)
        torch.testing.assert_close(found["mixed"][0, at], alone, rtol=1e-5, atol=1e-5)
    both = found["mixed"].flatten(2) + found["q"].flatten(2)
    torch.testing.assert_close(found["stream"], both)
    torch.testing.assert_close(found["normed"], F.rms_norm(both, (512,), eps=1e-5), rtol=1e-4, atol=1e-5)
    each = F.cross_entropy(found["normed"][0] @ found["weight"].T, found["targets"], reduction="none")
    learnt = found["targets"] % 2 == 0
    assert 0 < learnt.sum() < 20
    torch.testing.assert_close(found["loss"], each[learnt].mean(), rtol=1e-4, atol=1e-4)
    assert not found["nll"].requires_grad and found["nll"].shape == (20,)
    assert all(found[name].grad.abs().sum() > 0 for name in ("q", "k", "v", "weight"))


def test_the_example_runs_as_it_is_written(capsys):
    assert torch.isfinite(ran(EXAMPLE)["loss"])
    assert "'attention': 'reference'" in capsys.readouterr().out
