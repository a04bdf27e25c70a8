"""Which values of a recipe are paths, and where a relative one starts: at the folder of the file that names it.

Works on the tree as read, before validation, because a base recipe's paths start at another folder.
"""

import glob
import os

# section -> key of a mapping that holds a path or a list of them; None for a section that is itself such a list
PATHS = {"plugins": None, "sources": "paths", "urls": "blocklists", "adult": "lists", "tokenizer": "file"}


def anchor(tree: dict, folder: str) -> dict:
    """`tree` with every relative path made absolute. What has the wrong type is left for validation to refuse."""
    anchored = dict(tree)
    for section, key in PATHS.items():
        if section in anchored:
            anchored[section] = _inside(anchored[section], key, folder)
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


def _inside(value: object, key: str | None, folder: str) -> object:
    if isinstance(value, list):
        return [_inside(item, key, folder) for item in value]
    if key is None:
        return absolute(value, folder) if isinstance(value, str) and value.strip() else value
    if isinstance(value, dict) and key in value:
        return {**value, key: _inside(value[key], None, folder)}
    return value
