import shutil
import subprocess
import sys

import pytest

import curate
from curate.errors import UserError
from tests.corpus import made_run


def test_datasets_hold_every_row_and_the_columns_of_the_contracts(run_folder):
    corpus = curate.open(run_folder)
    assert corpus.documents().count_rows() == 21 and corpus.signals().count_rows() == 21
    assert corpus.ledger().count_rows() == 16
    assert corpus.text().to_table().group_by("category").aggregate([("id", "count")]).to_pylist() == [
        {"category": "general", "id_count": 9},
        {"category": "math", "id_count": 3},
    ]
    assert corpus.tokens().count_rows() == 6 and corpus.tokens(length=made_run.LENGTH).count_rows() == 6


def test_a_folder_that_is_no_corpus_is_named_in_the_message(tmp_path):
    with pytest.raises(UserError, match="not a corpus"):
        curate.open(tmp_path)


def test_importing_curate_imports_nothing_heavy():
    code = "import sys, curate; print([m for m in ('pyarrow', 'numpy', 'numba', 'apache_beam') if m in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def test_a_shard_of_six_digits_is_itself(tmp_path):
    made_run.write(tmp_path)
    folder = tmp_path / "work" / "extract-k"
    for shard in (100_000, 99_999):
        shutil.copy(folder / "documents-00000.parquet", folder / f"documents-{shard:05d}.parquet")
    files = curate.open(tmp_path).files("extract", "documents")
    assert list(files) == [0, 1, 2, 99_999, 100_000]
    assert files[100_000].endswith("documents-100000.parquet")
