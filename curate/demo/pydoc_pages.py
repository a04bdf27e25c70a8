"""The raw material: what every Python installation carries, rendered by pydoc. Runs as a script of its own.

`python -S -s -P pydoc_pages.py SHARE` imports the standard library's modules and prints one JSON line a piece:
{"kind": page | article | topic | code, "name", "html" or "text"}. It is a process of its own because it imports
hundreds of modules, and because only a fresh interpreter with a fixed hash seed renders the same bytes twice. Values
of data are left out (environment, paths, platform), memory addresses and the installation's path are replaced.
"""

from __future__ import annotations

import hashlib
import importlib
import inspect
import json
import pydoc
import re
import sys
import sysconfig
import types
import warnings
from collections.abc import Iterator
from pathlib import Path

# What opens a window or a browser, prints when imported, or is not on every system.
LEFT_OUT = {
    "antigravity",
    "this",
    "idlelib",
    "tkinter",
    "turtle",
    "turtledemo",
    "lib2to3",
    "msilib",
    "msvcrt",
    "nt",
    "winreg",
    "winsound",
    "posix",
    "site",
    "sysconfig",
    "ensurepip",
    "venv",
    "distutils",
    "readline",
    "cgi",
}
LARGEST_PAGE, LARGEST_FILE, FEWEST_WORDS = 40_000, 30_000, 55


def main(share: float) -> None:
    warnings.simplefilter("ignore")
    names = sorted((n for n in sys.stdlib_module_names if not n.startswith("_") and n not in LEFT_OUT), key=_shuffled)
    seen: set[str] = set()
    for name in sorted(names[: max(8, round(share * len(names)))]):
        for kind, title, content in _of_module(name):
            if content not in seen:
                seen.add(content)
                print(json.dumps({"kind": kind, "name": title, "content": content}))
    from pydoc_data.topics import topics

    for title in sorted(sorted(topics, key=_shuffled)[: max(4, round(share * len(topics)))]):
        print(json.dumps({"kind": "topic", "name": title, "content": topics[title]}))


def _of_module(name: str) -> Iterator[tuple[str, str, str]]:
    try:
        module = importlib.import_module(name)
    except ImportError:
        return
    yield from _of_object(module, name)
    for key, member in sorted(vars(module).items()):
        if not key.startswith("_") and getattr(member, "__module__", None) == name:
            yield from _of_object(member, f"{name}.{key}")
            if inspect.isclass(member):
                for method, function in sorted(vars(member).items()):
                    if isinstance(function, types.FunctionType) and not method.startswith("_"):
                        yield from _article(function, f"{name}.{key}.{method}")
    source = Path(sysconfig.get_path("stdlib"), f"{name}.py")
    if source.exists() and source.stat().st_size <= LARGEST_FILE:
        yield "code", name, source.read_text("utf-8")


def _of_object(thing: object, name: str) -> Iterator[tuple[str, str, str]]:
    if inspect.isclass(thing) or inspect.ismodule(thing):
        page = _normal(_Pages().page(name, _Pages().document(thing, name.rsplit(".", 1)[-1])))
        if len(page) <= LARGEST_PAGE:
            yield "page", name, page
    yield from _article(thing, name)


def _article(thing: object, name: str) -> Iterator[tuple[str, str, str]]:
    text = _normal(inspect.getdoc(thing) or "")
    if len(text.split()) >= FEWEST_WORDS:
        yield "article", name, text


class _Pages(pydoc.HTMLDoc):
    """pydoc's pages without what depends on the machine: values of data, and where a module's file lies."""

    def docother(self, object: object, name: str | None = None, mod: object = None, *ignored: object) -> str:
        return f"<dl><dt><strong>{self.escape(name or '')}</strong></dt></dl>\n"

    def filelink(self, url: str, path: str) -> str:
        return ""

    def getdocloc(self, object: object, basedir: str = "") -> None:
        return None


def _normal(text: str) -> str:
    text = re.sub(r"\bat( |&nbsp;)0x[0-9A-Fa-f]+", r"at\g<1>0x0", text)
    for path, word in (
        (sys.executable, "/bin/python"),
        (sysconfig.get_path("stdlib"), "/lib/python"),
        (sys.prefix, "/python"),
    ):
        text = text.replace(path, word)
    return text


def _shuffled(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


if __name__ == "__main__":
    main(float(sys.argv[1]))
