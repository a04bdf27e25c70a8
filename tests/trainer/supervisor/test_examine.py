import numpy
import pytest

from trainer.supervisor import examine
from trainer.supervisor.examine import look


@pytest.mark.parametrize("size", [64, 512])
def test_the_known_answer_is_that_of_the_whole_product_and_fits_bfloat16(size):
    left, right, vector, answer = examine._matrices(size)
    product = left.astype(numpy.int64) @ right.astype(numpy.int64)
    assert abs(product).max() <= 64
    assert (product @ vector.astype(numpy.int64) == answer).all()


def test_the_product_in_bfloat16_is_exact_and_its_check_sees_one_wrong_bit(monkeypatch):
    import torch

    assert examine._by_torch(torch.device("cpu"), 256, 1)[1]
    left, right, vector, answer = examine._matrices(256)
    right = right.copy()
    right[7, 9] += 1
    monkeypatch.setattr(examine, "_matrices", lambda size: (left, right, vector, answer))
    assert not examine._by_torch(torch.device("cpu"), 256, 1)[1]


def test_one_wrong_element_of_the_product_is_seen(tmp_path, monkeypatch):
    matrices = examine._matrices

    def flipped(size):
        left, right, vector, answer = matrices(size)
        left = left.copy()
        left[3, 5] += 1  # as a device would that adds up wrongly in one place
        return left, right, vector, answer

    monkeypatch.setattr(examine, "_matrices", flipped)
    assert look(tmp_path, 1, 1.5)["why"] == "cpu:0 gave a wrong matrix product; have the device looked at"


def test_a_full_disk_little_memory_and_a_folder_that_cannot_be_written_to_are_named(tmp_path, monkeypatch):
    monkeypatch.setattr(examine, "_LEAST_DISK", 1 << 60)
    assert "MB of disk are free" in look(tmp_path, 1, 1.5)["why"]
    monkeypatch.setattr(examine, "_LEAST_DISK", 0)
    monkeypatch.setattr(examine, "_LEAST_MEMORY", 1 << 50)
    assert "and 3 ranks need" in look(tmp_path, 3, 1.5)["why"]
    monkeypatch.setattr(examine, "_LEAST_MEMORY", 0)

    def read_only(**_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(examine.tempfile, "NamedTemporaryFile", read_only)
    assert look(tmp_path, 1, 1.5)["why"] == f"{tmp_path}: cannot be written to (Permission denied); name another folder"


def test_fewer_gpus_than_ranks_and_a_slow_or_broken_gpu_keep_a_node_out(tmp_path, monkeypatch):
    monkeypatch.setattr(examine, "_devices", lambda: (4, "cuda"))
    assert "8 ranks need as many GPUs, and there are 4" in look(tmp_path, 8, 1.5)["why"]
    monkeypatch.setattr(examine, "_on_gpu", lambda index: (300.0 if index == 2 else 700.0, True))
    assert look(tmp_path, 4, 1.5)["why"] == "device 2 computes at 300 TFLOP/s where the median one has 700"
    assert look(tmp_path, 4, 3.0)["why"] == ""
    monkeypatch.setattr(examine, "_on_gpu", lambda index: (700.0, index != 1))
    assert look(tmp_path, 4, 1.5)["why"].startswith("cuda:1 gave a wrong matrix product")
