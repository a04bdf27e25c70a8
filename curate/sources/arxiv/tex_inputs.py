r"""Which file of a paper is its main one, and that file with all that it inputs.

The main file is found as arXiv does: what `00README` calls toplevel; else the files with `\documentclass` (or
`\documentstyle`) and a document in them that no other file inputs, the usual names first, then the one that joins to
most; else plain TeX, by its commands. `\input`, `\include`, `\subfile`, `\import` and its kin are joined, outside of
comments and verbatim text. Names are matched as authors write them: without the ending, in the wrong case, from
another folder. Local packages are joined as well where they are small, for the macros in them. Nesting, files and bytes
are bounded, so that files which input each other, or each other twice, end.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

_MOST_NESTED = 16
_MOST_FILES = 2_000
_LARGEST_PACKAGE = 1 << 15
_LONGEST_LINE = 300
_COMPARED = 1 << 24  # characters looked at, over all files that may be the main one
_FILE_COST, _INPUT_COST = 8, 1 << 10  # what a file's name, and an input, take as long as
_USUAL = ("ms", "main", "paper", "article", "arxiv", "manuscript", "print")

# Every alternative begins with one of two characters, so that the search passes over all others at once.
_VERBATIM = r"begin\s*\{(?P<verbatim>verbatim\*?|lstlisting|minted|Verbatim|comment|filecontents\*?)\}"
_INPUT = (
    r"(?:input|include|subfile|subfileinclude|InputIfFileExists|@input)\s*"
    r"(?:\{\s*(?P<braced>[^{}%\\]{1,300})\}|(?P<bare>[\w./+-]{1,300}))"
)
_IMPORT = (
    r"(?:sub)?(?:import|inputfrom|includefrom)\*?\s*"
    r"\{(?P<folder>[^{}%\\]{0,300})\}\s*\{(?P<imported>[^{}%\\]{1,300})\}"
)
_PACKAGE = r"(?:usepackage|RequirePackage)\s*+(?:\[[^\[\]]{0,500}\]\s*+)?\{(?P<packages>[^{}\\]{1,300})\}"
_END = r"(?P<end>endinput)\b"
_COMMAND = re.compile(rf"%[^\n]*|\\(?:[\\%]|{_VERBATIM}|{_INPUT}|{_IMPORT}|{_PACKAGE}|{_END})")
_CLASS = re.compile(r"\\document(?:class|style)\b")
_DOCUMENT = re.compile(r"\\begin\s*\{document\}")
_BODY_END = re.compile(r"\\end\s*\{document\}")
_PLAIN = re.compile(r"\\(?:bye|end|magnification|input\s+(?:amstex|harvmac|phyzzx)|document)\b(?!\s*\{)")


def main_file(files: Mapping[str, str]) -> str | None:
    tex = {name: text for name, text in files.items() if not name.lower().endswith((".sty", ".json", ".xxx", ".txt"))}
    stated = next((name for name in _toplevel(files) if name in tex), None)
    if stated is not None:
        return stated
    classed = [name for name, text in tex.items() if _stands(_CLASS, text)]
    for among in (
        [name for name in classed if _stands(_DOCUMENT, tex[name])],
        classed,
        [name for name, text in tex.items() if _stands(_DOCUMENT, text)],
        [name for name, text in tex.items() if _stands(_PLAIN, text)],
        list(tex) if len(tex) == 1 else [],
    ):
        if among:
            return _best(among, files)
    return None


def joined(files: Mapping[str, str], main: str, limit: int) -> str:
    """The main file with its inputs in place; longer than `limit` only where that was exceeded."""
    return _Join(files, limit).text(main)


def _stands(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The first match that no comment holds."""
    for found in pattern.finditer(text):
        if "%" not in _before(text, found.start()).replace("\\%", ""):
            return found
    return None


def _before(text: str, at: int) -> str:
    """The line up to here, no more of it than a comment is worth looking for."""
    line = text.rfind("\n", max(at - _LONGEST_LINE, 0), at)
    return text[max(line + 1, at - _LONGEST_LINE, 0) : at]


def _toplevel(files: Mapping[str, str]) -> Iterator[str]:
    """Files that `00README`, old (lines) or new (JSON), calls the ones to begin with."""
    for name, text in files.items():
        if not name.rsplit("/", 1)[-1].lower().startswith("00readme"):
            continue
        try:
            listed = json.loads(text)
            sources = listed.get("sources", []) if isinstance(listed, dict) else []
            entries = [(one.get("filename"), one.get("usage")) for one in sources if isinstance(one, dict)]
        except (ValueError, RecursionError):
            entries = [(words[0], words[1]) for words in map(str.split, text.splitlines()) if len(words) == 2]
        yield from (str(file) for file, usage in entries if usage == "toplevel" or usage == "toplevelfile")


def _best(names: list[str], files: Mapping[str, str]) -> str:
    """Not input by another one; of those a usual name, then near the root, then the longest when joined.

    All that are joined for that are joined within one budget; the others count as they are.
    """
    inputs = _Join(files, 0)
    named = {found for name in files for found in inputs.named(name) if found != name}
    free = [name for name in names if name not in named] or names
    nearest = min(map(_unusual, free))
    free = sorted(name for name in free if _unusual(name) == nearest)
    left, lengths = _COMPARED, dict[str, int]()
    for name in free if len(free) > 1 else []:
        join = _Join(files, left) if left > 0 else None
        lengths[name] = len(join.text(name)) if join else len(files[name])
        left -= join.cost if join else 0
    return max(free, key=lambda name: lengths.get(name, 0))


def _unusual(name: str) -> tuple[bool, int]:
    stem = name.rsplit("/", 1)[-1].rpartition(".")[0].lower()
    return stem not in _USUAL, name.count("/")


class _Join:
    """Joins files, and counts how many and how much."""

    def __init__(self, files: Mapping[str, str], limit: int) -> None:
        self._files, self._limit = files, limit
        self._by_lower = {name.lower(): name for name in reversed(list(files))}
        self._by_last = {name.lower().rsplit("/", 1)[-1]: name for name in reversed(list(files))}
        self._parts: list[str] = []
        self._length = self._inputs = 0
        self.cost = len(files) * _FILE_COST  # of what was looked at, as characters

    def text(self, main: str) -> str:
        self._add(main, [])
        return "".join(self._parts)

    def named(self, name: str) -> list[str]:
        """The files that one inputs itself."""
        found = [file for m in _COMMAND.finditer(self._files[name]) for file in self._meant(m, name, name)]
        return [file for file in found if not file.endswith(".sty")]

    def _add(self, name: str, above: list[str]) -> None:
        """`above`: the files that are being joined, the main one first."""
        text = self._files[name] if not above else _inside(self._files[name])
        self.cost += len(self._files[name]) + _INPUT_COST
        at = 0
        ends: dict[str, int] = {}
        for found in _commands(text, ends):
            if found["end"]:
                if _before(text, found.start()).strip():
                    continue  # in a condition, as packages have it
                break
            files = self._meant(found, name, (above or [name])[0]) if len(above) < _MOST_NESTED else []
            files = [file for file in files if file != name and file not in above]
            if not files or self._full():
                continue
            self._write(text[at : found.start()] + (found[0] if found["packages"] else ""))
            at = found.end()
            for file in files:
                self._inputs += 1
                style = file.endswith(".sty")
                self._write("\n\\makeatletter\n" if style else "")
                self._add(file, [*above, name])
                self._write("\n\\makeatother\n" if style else "\n")
        else:
            self._write(text[at:])
            return
        self._write(text[at : found.start()])

    def _full(self) -> bool:
        return self._inputs >= _MOST_FILES or self._length > self._limit

    def _write(self, text: str) -> None:
        if text and self._length <= self._limit:
            self._parts.append(text)
            self._length += len(text)

    def _meant(self, found: re.Match[str], inside: str, main: str) -> list[str]:
        """The files that a command names, those that there are."""
        if found["packages"]:
            names = [f"{package.strip()}.sty" for package in found["packages"].split(",")]
            files = [self._find(name, inside, main) for name in names]
            return [file for file in files if file and len(self._files[file]) <= _LARGEST_PACKAGE]
        stated = found["braced"] or found["bare"] or ""
        if found["imported"]:
            stated = f"{found['folder'].rstrip('/')}/{found['imported']}"
        file = self._find(stated.strip(), inside, main) if stated.strip() else None
        return [file] if file else []

    def _find(self, stated: str, inside: str, main: str) -> str | None:
        stated = stated.removeprefix("./").strip("\"' ").lower()
        folders = {inside.rpartition("/")[0].lower(), main.rpartition("/")[0].lower(), ""}
        for name in (f"{stated}.tex", stated):
            for folder in sorted(folders, reverse=True):
                if (path := f"{folder}/{name}" if folder else name) in self._by_lower:
                    return self._by_lower[path]
            if (last := name.rsplit("/", 1)[-1]) in self._by_last:
                return self._by_last[last]
        return None


def _commands(text: str, ends: dict[str, int]) -> Iterator[re.Match[str]]:
    """Commands outside comments and verbatim text. `ends` remembers endings that are not there, to look once."""
    at = 0
    while found := _COMMAND.search(text, at):
        at = found.end()
        if name := found["verbatim"]:
            end = -1 if ends.get(name) == -1 else text.find(f"\\end{{{name}}}", at)
            ends[name] = end
            at = end if end >= 0 else at
        elif found["braced"] or found["bare"] or found["imported"] or found["packages"] or found["end"]:
            yield found


def _inside(text: str) -> str:
    """Of a file with a document of its own, what stands in it."""
    if not (begin := _stands(_DOCUMENT, text)):
        return text
    end = _BODY_END.search(text, begin.end())
    return text[begin.end() : end.start() if end else len(text)]
