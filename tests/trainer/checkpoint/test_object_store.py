"""The same in an object store: a stand-in that speaks S3 on 127.0.0.1."""

import pytest

from tests import object_store
from tests.trainer.checkpoint.tensors import empty, same, state
from trainer import events
from trainer.checkpoint.checkpoints import Checkpoints
from trainer.checkpoint.verify import verify
from trainer.errors import TrainingError


@pytest.fixture(scope="module")
def bucket():
    with object_store.bucket("bucket") as store:
        yield store


def test_checkpoints_are_saved_kept_checked_and_loaded_in_a_bucket(bucket, tmp_path):
    url = "s3://bucket/run/checkpoints"
    made = Checkpoints(url, 2, {"dim": 1}, run=tmp_path)
    assert made.load(empty()) is None
    for step in (1, 2, 3):
        made.save(step, state(step), {"step": step})
    made.wait()
    there = [path.removeprefix("bucket/run/checkpoints/") for path in bucket.find("bucket/run")]
    files = ("0-rank-00000.safetensors", "0-tensors.json", "complete.json")
    assert there == [f"step-0000000{step}/{name}" for step in (2, 3) for name in files]
    found = empty()
    assert made.load(found) == {"step": 3} and same(found, state(3))

    path = "bucket/run/checkpoints/step-00000003/0-rank-00000.safetensors"
    content = bytearray(bucket.cat_file(path))
    content[-1] ^= 1
    bucket.pipe_file(path, bytes(content))
    assert "is not as it was written" in verify(url, 3)
    assert made.load(found) == {"step": 2} and same(found, state(2))
    (event,) = [event for event in events.read(tmp_path) if event["kind"] == "checkpoint_passed_over"]
    assert event["step"] == 3
    made.save(3, state(33), {"step": 3})
    assert made.load(found) == {"step": 3} and same(found, state(33))
    assert sorted({path.split("/")[3] for path in bucket.find("bucket/run")}) == ["step-00000002", "step-00000003"]


def test_a_bucket_that_is_not_there_is_refused_in_one_sentence(bucket):
    with pytest.raises(TrainingError, match="s3://nowhere/x/writable: ") as caught:
        Checkpoints("s3://nowhere/x", 1, {})
    assert "\n" not in str(caught.value)
