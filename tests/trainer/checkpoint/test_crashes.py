"""Killed before, or in the middle of, any write or removal: what loads is the old state or the new, and whole.

And no checkpoint that counts is ever a part of one, the older ones neither.
"""

import os
from pathlib import Path

import pytest

from tests.trainer.checkpoint.tensors import empty, same, state
from trainer.checkpoint import write
from trainer.checkpoint.checkpoints import Checkpoints
from trainer.checkpoint.folder import Folder
from trainer.checkpoint.keep import complete_steps
from trainer.checkpoint.layout import Complete
from trainer.checkpoint.plan import holdings, plan
from trainer.checkpoint.ranks import Ranks
from trainer.checkpoint.snapshot import Snapshot
from trainer.checkpoint.verify import verify

MOST = 16  # more operations than a save takes


class Killed(BaseException):
    """Not an Exception, as a signal is none."""


class Mortal(Folder):
    """Dies at its `dies`-th operation: before it, or with half of it done."""

    def __init__(self, url: str, dies: int, torn: bool) -> None:
        super().__init__(url)
        self.left, self.torn = dies, torn

    def write(self, path, content, size):
        self._lived(lambda: super(Mortal, self).write(path, self._half(content), size))
        super().write(path, content, size)

    def put(self, path, content):
        self._lived(lambda: Path(f"{self.root}/{path}.part").write_bytes(content[: len(content) // 2]))
        super().put(path, content)

    def remove(self, path):
        self._lived(lambda: self._remove_half(Path(f"{self.root}/{path}")))
        super().remove(path)

    def _lived(self, half) -> None:
        self.left -= 1
        if not self.left:
            if self.torn:
                half()
            raise Killed

    def _half(self, content):
        return [block[: len(block) // 2] for block in content]

    def _remove_half(self, path: Path) -> None:
        for file in sorted(path.iterdir())[:1] if path.is_dir() else []:
            file.unlink()


def save(folder: Folder, step: int, content: int) -> None:
    said, held = holdings(state(content))
    alone = Ranks(alone=True)
    made = plan(said, alone)
    snapshot = Snapshot()
    snapshot.take(made, held)
    write.write(folder, alone, made, snapshot.content, Complete(step, 0, {}, {"content": content}, {}), keep=2)


@pytest.mark.parametrize("torn", [False, True])
@pytest.mark.parametrize("step", [2, 3])  # 2 is there already; 3 is new, and lets 1 go
def test_whenever_a_save_is_killed_the_state_before_or_after_it_loads(tmp_path, step, torn):
    survived = 0
    for dies in range(1, MOST):
        url = str(tmp_path / f"{step}-{dies}")
        save(Folder(url), 1, 1)
        save(Folder(url), 2, 2)
        os.makedirs(f"{url}/step-00000009")
        Path(f"{url}/step-00000009/0-rank-00000.safetensors").write_bytes(b"left by a crash before")
        try:
            save(Mortal(url, dies, torn), step, 30)
            survived += 1
        except Killed:
            pass
        assert not any(verify(url, whole) for whole in complete_steps(Folder(url))), dies
        made, found = Checkpoints(url, 2, {}), empty()
        content = made.load(found)["content"]
        assert content in (2, 30) and same(found, state(content)), dies
        save(Folder(url), step, 31)
        assert made.load(found) == {"content": 31} and same(found, state(31)), dies
        assert sorted(os.listdir(url)) == [f"step-{step - 1:08d}", f"step-{step:08d}"], dies
        assert len(os.listdir(f"{url}/step-{step:08d}")) == 3, dies
    assert 0 < survived < MOST - 5
