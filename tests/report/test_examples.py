"""The kept example beside a threshold, from a made-up file of scores."""

from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from curate.report import examples


@pytest.mark.parametrize(
    ("scores", "removed", "nearest"),
    [
        ([0.7, 0.613, 0.612], 0.5, (1, 0.613)),  # float32(0.613) is below 0.613
        ([0.7, 0.35, 0.2], 0.3, (1, 0.35)),
        ([0.7, 0.61, 0.65], 0.68, (1, 0.61)),  # a limit from above
    ],
)
def test_a_kept_document_exactly_at_the_limit_is_the_example(scores, removed, nearest, tmp_path, monkeypatch):
    limit = nearest[1]
    name, path = "classifier.quality", str(tmp_path / "scores-00000.parquet")
    pq.write_table(pa.table({"row": [0, 1, 2], name: pa.array(scores, pa.float32())}), path)
    monkeypatch.setattr(examples, "_signal_files", lambda corpus, signal: {0: path})
    monkeypatch.setattr(examples, "concerned", lambda *_: True)
    corpus = SimpleNamespace(text=lambda: SimpleNamespace(to_table=lambda columns: pa.table({"id": [0, 1, 2]})))
    row = {"keeper": None, "rule": "r", "signal": name, "threshold": limit, "value": removed}
    kept = examples._kept(corpus, row)
    assert (kept["id"], kept["value"]) == nearest
