import pytest

from curate import demo


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """A small demonstration input: (folder, truth)."""
    folder = tmp_path_factory.mktemp("demo")
    return folder, demo.make(folder, scale=0.3)
