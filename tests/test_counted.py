from curate.counted import counted, first


def test_one_is_singular_and_every_other_number_is_not():
    assert [counted(n, "file") for n in (0, 1, 2, 1234)] == ["0 files", "1 file", "2 files", "1,234 files"]


def test_names_up_to_three_are_all_told_and_of_more_how_many():
    told = ["a", "a and b", "a, b and c", "a, b and 2 more", "a, b and 3 more"]
    assert [first("abcde"[:n]) for n in range(1, 6)] == told and first([]) == ""
