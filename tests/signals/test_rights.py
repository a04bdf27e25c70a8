"""Rights as numbers."""

import pyarrow as pa
import pytest

from curate import signals
from curate.licenses.stated import RESERVED

NAMES = ("noai", "noindex", "tdm", "licensed", "open", "noncommercial", "noderivatives", "reserved")


@pytest.mark.parametrize(
    ("rights", "licence", "set_"),
    [
        ([], None, set()),
        (["noai", "tdm"], None, {"noai", "tdm"}),
        (["noimageai"], "CC-BY-4.0", {"licensed", "open"}),
        (["noindex"], "CC-BY-NC-SA-3.0-DE", {"noindex", "licensed", "noncommercial"}),
        ([], "CC-BY-ND-4.0", {"licensed", "noderivatives"}),
        ([], "CC-BY-SA-3.0, CC-BY-SA-4.0", {"licensed", "open"}),
        ([], "MIT OR Apache-2.0", {"licensed", "open"}),
        ([], "(MIT OR Apache-2.0) AND BSD-3-Clause", {"licensed", "open"}),
        ([], RESERVED, {"reserved"}),
        ([], "/terms", {"licensed"}),
    ],
)
def test_what_is_reserved_and_allowed(rights, licence, set_):
    columns = {"rights": pa.array([rights], pa.list_(pa.string())), "license": pa.array([licence], pa.string())}
    made = signals.compute(pa.table({"text": ["x"], **columns}), ["rights"]).to_pylist()[0]
    assert {name for name in NAMES if made[f"rights.{name}"]} == set_


def test_a_source_without_the_columns_reserves_nothing():
    made = signals.compute(pa.table({"text": ["x", ""]}), ["rights"]).to_pydict()
    assert all(made[f"rights.{name}"] == [0, 0] for name in NAMES)
