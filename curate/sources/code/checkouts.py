"""Which folders below a path of `kind: code` are repositories, so that their files are read together, not one by one.

A folder that holds `.git` is one; one inside another (a submodule) is one of its own. Where none does, so is the
uppermost folder that holds a file which is no archive: `repositories/OWNER/NAME/README.md` makes a repository of
`repositories/OWNER/NAME`. Archives in between stay files: each is a repository. No folder is one where the recipe does
not say so: data sets lie in git repositories, too.
"""

from __future__ import annotations

from collections.abc import Container, Sequence

ARCHIVES = (".tar", ".tgz", ".tbz2", ".txz", ".zip", ".crate")
ROOT = "."


def checkouts(paths: Sequence[str]) -> list[str]:
    """The folders, `.` for the root itself, in order. `paths` are files relative to the root."""
    roots = with_git(paths)
    if ROOT not in roots:
        rest = [path for path in paths if inside(path, roots) is None and not _hidden(path)]
        roots |= _uppermost(rest)
    return sorted(roots)


def with_git(paths: Sequence[str]) -> set[str]:
    """The folders that hold `.git`: a folder of a checkout, a file of a submodule."""
    found = set()
    for path in paths:
        at = f"/{path}/".find("/.git/")
        if at >= 0:
            found.add(path[: at - 1] if at > 0 else ROOT)
    return found


def inside(path: str, roots: Container[str]) -> str | None:
    """The innermost of `roots` that the file `path` lies in."""
    folder = path.rpartition("/")[0]
    while folder:
        if folder in roots:
            return folder
        folder = folder.rpartition("/")[0]
    return ROOT if ROOT in roots else None


def is_archive(path: str) -> bool:
    name = path.lower()
    for suffix in (".gz", ".zst", ".bz2", ".xz"):
        name = name.removesuffix(suffix)
    return name.endswith(ARCHIVES)


def _hidden(path: str) -> bool:
    return path.rpartition("/")[2].startswith(".")


def _uppermost(paths: list[str]) -> set[str]:
    """Folders that hold a file directly and lie in no other such."""
    holding = {path.rpartition("/")[0] or ROOT for path in paths if not is_archive(path)}
    found: set[str] = set()
    for folder in sorted(holding, key=lambda folder: (-1 if folder == ROOT else folder.count("/"), folder)):
        if inside(f"{folder}/.", found) is None:
            found.add(folder)
    return found
