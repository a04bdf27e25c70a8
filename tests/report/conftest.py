import pytest

from tests.corpus import made_run


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory):
    return made_run.write(tmp_path_factory.mktemp("run"))
