"""fastText's files: what is in them, and that a damaged one is one sentence."""

import struct

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.fasttext_model import HIERARCHICAL, SOFTMAX, read
from curate.kernels.fasttext import predict
from curate.kernels.fasttext_tables import classifier
from tests.oracles.fasttext_models import make
from tests.oracles.plain_language import MODEL, binding

KINDS = ("bigrams", "pruned")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return {kind: make(kind, tmp_path_factory.mktemp("files")).read_bytes() for kind in KINDS}


def test_the_language_model_is_read_whole() -> None:
    model, theirs = read(str(MODEL)), binding(str(MODEL))
    assert model.input.shape == (50_000, 16)
    assert (len(model.words), len(model.labels), model.loss) == (7_235, 176, HIERARCHICAL)
    assert (model.shortest, model.longest, model.word_ngrams, model.buckets) == (2, 4, 1, 2_000_000)
    assert [name.decode() for name in model.words] == theirs.getVocab("replace")[0]
    assert model.kept is not None and len(model.words) + len(model.kept) == len(model.input)


def test_a_dense_model_is_read_whole(files, tmp_path) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(files["bigrams"])
    model = read(str(path))
    assert (model.loss, model.kept, model.word_ngrams) == (SOFTMAX, None, 2)
    assert model.input.shape == (len(model.words) + 3_001, 10)
    assert model.output.shape == (5, 10)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "does not begin as one"),
        (b"PK\x03\x04" + bytes(60), "does not begin as one"),
        (struct.pack("<2i", 793712314, 11), "only version 12"),
        (struct.pack("<2i", 793712314, 12), "cut off"),
        (struct.pack("<14id", 793712314, 12, 10, 5, 5, 1, 5, 1, 3, 2, 9, 0, 0, 0, 0.0), "no classifier"),
        (struct.pack("<14id", 793712314, 12, 10, 5, 5, 1, 5, 1, 4, 3, 9, 0, 0, 0, 0.0), "neither softmax"),
        (struct.pack("<14id", 793712314, 12, 10, 5, 5, 1, 5, 2, 3, 3, 0, 0, 0, 0, 0.0), "no buckets"),
    ],
)
def test_what_is_no_such_model_is_refused_by_name(tmp_path, content, why) -> None:
    path = tmp_path / "foreign.bin"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=rf"foreign.bin: not a fastText model that can be used: .*{why}"):
        read(str(path))


def test_a_file_with_more_behind_it_is_refused(files, tmp_path) -> None:
    path = tmp_path / "long.bin"
    path.write_bytes(files["bigrams"] + b"\0")
    with pytest.raises(ValueError, match="more follows"):
        read(str(path))


@pytest.mark.parametrize("kind", KINDS)
@given(part=st.floats(0, 1, exclude_max=True))
def test_a_file_that_is_cut_off_is_refused(files, tmp_path_factory, kind, part) -> None:
    path = tmp_path_factory.mktemp("cut") / "cut.bin"
    path.write_bytes(files[kind][: int(part * len(files[kind]))])
    with pytest.raises(ValueError, match=r"cut.bin: not a fastText model"):
        read(str(path))


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_a_damaged_file_is_refused_or_predicts_within_its_bounds(files, tmp_path_factory, kind, data) -> None:
    content = bytearray(files[kind])
    head = st.integers(0, min(2_500, len(content) - 5))
    for at in data.draw(st.lists(st.one_of(head, st.integers(0, len(content) - 5)), min_size=1, max_size=4)):
        content[at : at + 4] = data.draw(st.binary(min_size=1, max_size=4)).ljust(4, b"\xff")
    path = tmp_path_factory.mktemp("damaged") / "damaged.bin"
    path.write_bytes(content)
    try:
        model = read(str(path))
    except ValueError as error:
        assert "damaged.bin: not a fastText model" in str(error)
        return
    labels, _ = predict(classifier(model), pa.array(["", "bané stri unheard", "中elж </s>"]))
    assert all(-1 <= label < len(model.labels) for label in labels)
