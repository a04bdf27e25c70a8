"""The licence that a package's own metadata states: package.json, Cargo.toml, pyproject.toml, setup.cfg and their kin.

Read as text, by patterns that look at one line: nothing of a repository is ever run, and a broken file says nothing. A
name that is no SPDX expression (`SEE LICENSE IN ...`, `BSD`) says nothing either.
"""

from __future__ import annotations

import json
import re
import tomllib

from curate.licenses.expressions import KNOWN, parse

METADATA = ("package.json", "cargo.toml", "pyproject.toml", "setup.cfg", "composer.json", "bower.json")
LONGEST = 1 << 18
_CLASSIFIERS = {
    "Apache Software License": "Apache-2.0",
    "MIT License": "MIT",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "GNU General Public License v3 (GPLv3)": "GPL-3.0",
    "GNU General Public License v3 or later (GPLv3+)": "GPL-3.0-or-later",
    "GNU General Public License v2 (GPLv2)": "GPL-2.0",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0",
    "The Unlicense (Unlicense)": "Unlicense",
    "Python Software Foundation License": "PSF-2.0",
}
_SETUP_CFG = re.compile(r"^license\s*=\s*(\S[^\n]*)$", re.M)
_CLASSIFIER = re.compile(r"License :: (?:OSI Approved :: )?([^\n\"',]+)")


def of_metadata(name: str, text: str) -> str | None:
    """The SPDX expression that the package file `name` states."""
    if len(text) > LONGEST:
        return None
    lower = name.lower()
    try:
        if lower.endswith(".json"):
            return _of_json(json.loads(text))
        if lower.endswith(".toml"):
            return _of_toml(tomllib.loads(text))
    except (ValueError, RecursionError):
        return None
    stated = _SETUP_CFG.search(text)
    return _known(stated[1]) if stated and _known(stated[1]) else _classified(_CLASSIFIER.findall(text))


def _of_json(stated: object) -> str | None:
    """`license` of a package, or the older `licenses: [{type: ...}]`."""
    if not isinstance(stated, dict):
        return None
    one = stated.get("license", stated.get("licenses"))
    names = one if isinstance(one, list) else [one]
    spelled = [_known(name.get("type") if isinstance(name, dict) else name) for name in names]
    return " OR ".join(name for name in spelled if name) if spelled and all(spelled) else None


def _of_toml(stated: dict[str, object]) -> str | None:
    """`[package]` of Cargo, `[project]` and `[tool.poetry]` of Python."""
    tool = stated.get("tool")
    poetry = tool.get("poetry") if isinstance(tool, dict) else None
    for part in (stated.get("package"), stated.get("project"), poetry):
        if not isinstance(part, dict):
            continue
        license = part.get("license")
        found = _known(license.get("text") if isinstance(license, dict) else license)
        classifiers = part.get("classifiers")
        listed = [str(c) for c in classifiers] if isinstance(classifiers, list) else []
        found = found or _classified([name for c in listed for name in _CLASSIFIER.findall(c)])
        if found:
            return found
    return None


def _classified(names: list[str]) -> str | None:
    """Of Python's trove classifiers, which have no way to say OR: several say nothing."""
    found = {_CLASSIFIERS[name.strip()] for name in names if name.strip() in _CLASSIFIERS}
    return found.pop() if len(found) == 1 else None


def _known(stated: object) -> str | None:
    """The expression, if every identifier in it is a known one."""
    spelled = parse(stated) if isinstance(stated, str) else None
    names = re.findall(r"[A-Za-z0-9.+:-]+", spelled or "")
    words = [name.rstrip("+") for name in names if name not in ("OR", "AND", "WITH")]
    return spelled if words and all(word in KNOWN or "exception" in word for word in words) else None
