"""Which values of a recipe are paths, and where a relative one starts: at the folder of the file that names it.

Works on the tree as read, before validation, because a base recipe's paths start at another folder.
"""

import glob
import os

# section -> the keys, one in the other, under which there is a path; each step may be a list
PATHS: dict[str, tuple[str, ...]] = {
    "plugins": (),
    "sources": ("paths",),
    "against": (),
    "exclude": (),
    "urls": ("blocklists",),
    "adult": ("lists",),
    "contamination": ("benchmarks", "path"),
    "classifiers": ("model",),
    "tokenizer": ("file",),
}


def anchor(tree: dict, folder: str) -> dict:
    """`tree` with every relative path made absolute. What has the wrong type is left for validation to refuse."""
    anchored = dict(tree)
    for section, keys in PATHS.items():
        if section in anchored:
            anchored[section] = _inside(anchored[section], keys, folder)
    base = anchored.get("base")
    if isinstance(base, str) and (os.sep in base or base.endswith((".yaml", ".yml"))):
        anchored["base"] = absolute(base, folder)
    return anchored


def absolute(path: str, folder: str) -> str:
    """`path` from `folder`, normalised; an address (`s3://...`) as it is."""
    return path if "://" in path else os.path.normpath(os.path.join(folder, os.path.expanduser(path)))


def missing(path: str) -> bool:
    """Whether nothing is at a local path or pattern. Addresses are believed until they are opened."""
    if "://" in path or os.path.exists(path):
        return False
    return not (glob.has_magic(path) and next(glob.iglob(path, recursive=True), None))


def _inside(value: object, keys: tuple[str, ...], folder: str) -> object:
    if isinstance(value, list):
        return [_inside(item, keys, folder) for item in value]
    if not keys:
        return absolute(value, folder) if isinstance(value, str) and value.strip() else value
    if isinstance(value, dict) and keys[0] in value:
        return {**value, keys[0]: _inside(value[keys[0]], keys[1:], folder)}
    return value
