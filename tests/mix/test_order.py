"""Hashes that decide order and sampling."""

import numpy as np

from curate.mix.order import ORDER, SAMPLING, order_hash, splitmix64, stream_hash

UIDS = np.arange(4096, dtype=np.uint64)


def test_splitmix64_is_the_published_function():
    # The first outputs of the reference implementation with seed 0: state 0, then one increment.
    assert splitmix64(np.array([0, 0x9E3779B97F4A7C15], np.uint64)).tolist() == [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4]


def test_order_is_a_fixed_function_of_seed_uid_and_copy():
    assert order_hash(0, np.array([1, 2**64 - 1], np.uint64)).tolist() == order_hash(0, [1, 2**64 - 1]).tolist()
    assert order_hash(0, UIDS, 1)[5] == order_hash(0, UIDS[5:6], np.array([1]))[0]


def test_copies_seeds_and_streams_do_not_follow_each_other():
    first = order_hash(0, UIDS)
    second, seeded = order_hash(0, UIDS, 1), order_hash(1, UIDS)
    for other in (second, seeded, stream_hash(0, SAMPLING, UIDS), stream_hash(0, ORDER, UIDS)):
        assert len(set(first.tolist()) | set(other.tolist())) == 2 * len(UIDS)
        assert abs(np.corrcoef(np.argsort(np.argsort(first)), np.argsort(np.argsort(other)))[0, 1]) < 0.06
