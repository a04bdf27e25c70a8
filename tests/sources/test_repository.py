"""Which licence holds for a file of a repository, by its folders."""

import pytest

from curate.sources.code.repository import Licences

NAMES = ("MIT", "ISC", "Zlib")


def stated(*paths: str) -> Licences:
    found = Licences()
    for name, path in zip(NAMES, paths, strict=False):
        found.see(path, f'{{"license": "{name}"}}'.encode())
    return found


@pytest.mark.parametrize(
    ("path", "at"),
    [
        ("a.py", 0), ("src/a.py", 0), ("lib/a.py", 1), ("lib/b/c/a.py", 2), ("lib/bc/a.py", 1), ("lib", 0),
        ("bil/a.py", 0), ("lib/b", 1),
    ],
)  # fmt: skip
def test_the_nearest_folder_above_a_file_counts(path: str, at: int) -> None:
    found = stated("package.json", "lib/package.json", "lib/b/package.json")
    assert found.of(path) == NAMES[at]


def test_without_a_folder_above_that_states_one_there_is_none() -> None:
    assert stated("lib/package.json").of("a.py") is None and stated().of("a/b.py") is None


def test_of_a_path_only_the_folders_with_a_licence_are_looked_at() -> None:
    found = stated("package.json", "a/" * 50_000 + "package.json")
    assert [found.of("a/" * 49_999 + f"{n}.py") for n in range(100)] == ["MIT"] * 100
