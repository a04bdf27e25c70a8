from curate.counted import counted


def test_one_is_singular_and_every_other_number_is_not():
    assert [counted(n, "file") for n in (0, 1, 2, 1234)] == ["0 files", "1 file", "2 files", "1,234 files"]
