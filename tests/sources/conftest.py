"""Small inputs for the readers."""

from collections.abc import Callable
from pathlib import Path

import pytest

from curate.sources import Piece


@pytest.fixture
def piece(tmp_path: Path) -> Callable[..., Piece]:
    """A piece of a file that holds `content`."""

    def make(kind: str, content: bytes, name: str = "file", start: int = 0, end: int = -1) -> Piece:
        path = tmp_path / name
        path.write_bytes(content)
        return Piece(kind, 0, "web", str(path), name, start, end, len(content))

    return make
