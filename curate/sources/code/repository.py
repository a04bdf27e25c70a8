"""What belongs to a repository as a whole: the licence that holds for each of its folders, and its address.

Licences go by folder: a file has the licence of the nearest folder above it that states one, so that a vendored
package keeps its own. In a folder its metadata counts first (`license` of package.json, Cargo.toml ...), then the
plain LICENSE or COPYING, then files that are named by their licence (LICENSE-MIT beside LICENSE-APACHE is a choice, as
Rust's custom is). A folder LICENSES (REUSE) says what licences there are, not of what, and counts where it has but one.

An address is made only from what is stated: `OWNER__REPOSITORY@COMMIT` as the archive's name, or the commit that git
wrote into the archive together with an owner in its name. Else there is none.
"""

from __future__ import annotations

import re
from bisect import insort

from curate.licenses import METADATA, of_metadata, of_text
from curate.sources.record import Piece

_FILE = re.compile(r"(?P<plain>(?:un)?licen[sc]e|copying)(?P<more>[.\-_][\w.+-]+)?$", re.I)
_PLAIN_ENDINGS = ("", ".md", ".txt", ".rst", ".html", ".markdown")
_LONGEST = 1 << 18
_MOST = 10_000  # folders with a licence; thousands are a monorepo
_ARCHIVE = re.compile(r"(?P<owner>[A-Za-z0-9-]{1,39})__(?P<name>[\w.-]{1,100}?)(?:@(?P<commit>[0-9a-f]{7,40}))?$")
_SUFFIX = re.compile(r"\.(?:tar|tgz|tbz2|txz|zip|gz|zst|bz2|xz)$", re.I)
_COMMIT = re.compile(r"[0-9a-f]{40}$")
_AT_END = re.compile(r"-([0-9a-f]{7,40})/$")


class Licences:
    """The licences of folders, found as their files come by; `of` is asked when all have."""

    def __init__(self) -> None:
        self._found: dict[str, dict[str, str]] = {}  # folder -> file name, lower-case -> expression
        self._lengths: list[int] = []  # of those folders' names

    def see(self, path: str, body: bytes) -> None:
        """Looks at a file; only licences and metadata are read."""
        folder, _, name = path.rpartition("/")
        lower = name.lower()
        if len(body) > _LONGEST or (len(self._found) >= _MOST and folder not in self._found):
            return
        if lower in METADATA:
            found = of_metadata(lower, body.decode("utf-8", "replace"))
        elif _FILE.match(lower):
            found = of_text(body.decode("utf-8", "replace"))
        elif folder.rpartition("/")[2] == "LICENSES":
            folder, found = folder.rpartition("/")[0], of_text(body.decode("utf-8", "replace"))
            lower = f"licenses/{lower}"
        else:
            return
        if found:
            if len(folder) not in self._lengths:
                insort(self._lengths, len(folder))
            self._found.setdefault(folder, {})[lower] = found

    def of(self, path: str) -> str | None:
        """The licence of the nearest folder above `path` that states one."""
        for length in reversed(self._lengths):  # and not every slash: hostile paths have 100,000
            if path[length : length + 1] == "/" or (path and not length):
                folder = path[:length]
                if folder in self._found and (found := _of_folder(self._found[folder])):
                    return found
        return None


def _of_folder(found: dict[str, str]) -> str | None:
    stated = [found[name] for name in METADATA if name in found]
    if stated:
        return stated[0]
    plain = [found[name] for name in sorted(found) if _is_plain(name)]
    if "copying.lesser" in found:
        return found["copying.lesser"]
    if plain:
        return plain[0]
    named = sorted({found[name] for name in found if "/" not in name})
    reuse = sorted({found[name] for name in found if "/" in name})
    if named:
        return " OR ".join(named)
    return reuse[0] if len(reuse) == 1 else None


def _is_plain(name: str) -> bool:
    match = _FILE.match(name)
    return match is not None and (match["more"] or "") in _PLAIN_ENDINGS and match["plain"] != "unlicense"


def top_folder(paths: list[str]) -> str:
    """`name-commit/`, where every path begins with it; else nothing."""
    first = paths[0].split("/", 1) if paths else [""]
    top = first[0] + "/"
    return top if len(first) > 1 and all(path.startswith(top) for path in paths) else ""


def address(piece: Piece, top: str, comment: str | None) -> str | None:
    """`https://github.com/OWNER/REPOSITORY/blob/COMMIT/`, where archive or name state all three."""
    name = piece.path.rstrip("/").rsplit("/", 1)[-1]
    while _SUFFIX.search(name):
        name = _SUFFIX.sub("", name)
    stated = _ARCHIVE.match(name)
    if stated is None:
        return None
    short = stated["commit"] or ""
    at_end = _AT_END.search(top)
    longest = [comment if comment and _COMMIT.match(comment) else "", at_end[1] if at_end else "", short]
    commit = next((one for one in longest if one and one.startswith(short)), "")
    return f"https://github.com/{stated['owner']}/{stated['name']}/blob/{commit}/" if commit else None
