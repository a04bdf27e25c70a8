"""Source code on `.data/code`: languages, licences, flags, notebooks, and that reading changes no letter.

Languages: linguist's samples, whose folder is the truth; the table of names was written with the list of their names at
hand, the rules on content before any was read, so the figure for content is out of sample and that for names is not.
Beside it the ending alone and pygments, which guesses by name and content too.

Flags: the index marks files by a search for words, so `generated` holds texts *about* generated files and lacks
snapshots. JUDGED are the files where we differ from it, read one by one: True where a program did make the file.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.corpora import Corpora
from benchmarks.rows import Row, share
from curate.code_language import detect
from curate.code_language.names import LANGUAGES, by_ending
from curate.extract.notebook import text as notebook_text
from curate.file_flags import FLAGS, HEAD, flags
from curate.sources import Piece, read

LICENCES = {  # as the repositories state them, looked up by hand
    "BurntSushi/ripgrep": "Unlicense OR MIT", "expressjs/express": "MIT", "gin-gonic/gin": "MIT",
    "immerjs/immer": "MIT", "karpathy/micrograd": "MIT",
    "lerocha/chinook-database": "MIT", "nlohmann/json": "MIT", "npm/jquery-3.7.1": "MIT",
    "nvm-sh/nvm": "MIT", "psf/requests": "Apache-2.0", "pypa/pip": "MIT", "urllib3/urllib3": "MIT",
}  # fmt: skip
VENDORED = {  # folders of pip that have a licence of their own
    "src/pip/_vendor/idna/": "BSD-3-Clause", "src/pip/_vendor/packaging/": "Apache-2.0 OR BSD-2-Clause",
    "src/pip/_vendor/requests/": "Apache-2.0", "src/pip/_vendor/tomli/": "MIT", "src/pip/_vendor/urllib3/": "MIT",
}  # fmt: skip
MADE = (  # not marked in the index, and made by a program all the same
    "__snapshots__/", "__prod_snapshots__/", "samples/Erlang/record_utils.erl", "samples/Dart/equals.freezed.dart",
)  # fmt: skip
WRITTEN = (  # marked, and written by hand: they speak of generated things
    "BurntSushi/ripgrep:Cargo.toml", "BurntSushi/ripgrep:crates/core/flags/complete/zsh.rs",
    "immerjs/immer:src/types/index.js.flow", "immerjs/immer:website/docs/current.md",
    "immerjs/immer:website/docs/pitfalls.md", "lerocha/chinook-database:ChinookDatabase/_T4Templates/Chinook.tt",
    "lerocha/chinook-database:README.md", "pypa/pip:docs/html/reference/inspect-report.md",
    "pypa/pip:src/pip/_vendor/tomli/__init__.py", "pypa/pip:src/pip/_vendor/tomli_w/__init__.py",
)  # fmt: skip
SAME = {"Bash": "Shell", "Objective-C": "Objective-C", "Makefile": "Makefile", "FSharp": "F#", "verilog": "Verilog",
        "Fortran": "Fortran", "FortranFixed": "Fortran", "markdown": "Markdown", "NASM": "Assembly", "GAS": "Assembly",
        "Docker": "Dockerfile", "Racket": "Racket", "S": "R", "Matlab": "MATLAB", "CUDA": "Cuda", "Lean4": "Lean",
        "XML+PHP": "PHP", "HTML + Angular2": "HTML", "MySQL": "SQL", "Transact-SQL": "SQL", "ClojureScript": "Clojure",
        "Korn shell": "Shell", "Cheetah": "", "Base Makefile": "Makefile"}  # fmt: skip


def rows(corpora: Corpora) -> list[Row]:
    code = corpora.data / "code"
    with gzip.open(code / "index.jsonl.gz") as lines:
        index = {f"{row['repo']}:{row['path']}": row for row in map(json.loads, lines)}
    return [*_languages(code, index), *_flags(code, index), *_licences(code), *_notebooks(code), *_texts(code)]


def _languages(code: Path, index: dict) -> list[Row]:
    samples = [(path, body.decode("utf-8", "replace")) for path, body in _members(code / "linguist_samples.tar.gz")]
    truth = [path.split("/")[1] for path, _ in samples]
    names = [path.rsplit("/", 1)[-1] for path, _ in samples]
    ours = sum(detect(name, text) == true for name, (_, text), true in zip(names, samples, truth, strict=True))
    ending = sum(by_ending(name) == true for name, true in zip(names, truth, strict=True))
    pygments = sum(_pygments(name, text) == true for name, (_, text), true in zip(names, samples, truth, strict=True))
    alike = listed = 0
    for file in _archives(code):
        for path, body in _members(file):
            row = index.get(f"{_repository(file)}:{path.partition('/')[2]}")
            if row and row["language"] in LANGUAGES - {"Text"}:
                listed += 1
                alike += detect(path, body.decode("utf-8", "replace")) == row["language"]
    n = len(samples)
    beside = {"reference": f"pygments {pygments / n:.3f}", "ratio": round(ours / max(pygments, 1), 4)}
    return [
        share("code: language of linguist's samples", ours, n, bar=">= 0.97", **beside),
        share("code: the same by the ending alone", ending, n),
        share("code: the same by pygments, name and content", pygments, n),
        share("code: language of repositories' files as the index has it (by ending)", alike, listed, bar=">= 0.97"),
    ]


def _pygments(name: str, text: str) -> str | None:
    """pygments' best guess by name and content, in linguist's words."""
    from pygments.lexers import guess_lexer_for_filename
    from pygments.util import ClassNotFound

    try:
        found = guess_lexer_for_filename(name, text).name
    except ClassNotFound:
        return None
    return SAME.get(found, found)


def _flags(code: Path, index: dict) -> list[Row]:
    told: dict[str, dict[str, list[int]]] = {
        kind: {flag: [0, 0, 0] for flag in (*FLAGS, "judged")} for kind in ("", " by path alone")
    }
    for name, path, body in _indexed(code, index):
        text = body.decode("utf-8", "replace")
        made = flags(path, text[:HEAD], len(text) / (text.count("\n") + 1)), flags(path, "", 0)
        listed = set(index[name]["flags"])
        if ("generated" in listed and name not in WRITTEN) or any(part in path for part in MADE):
            listed.add("judged")
        for kind, found in zip(told, made, strict=True):
            by_flag = dict(zip(FLAGS, found, strict=True))
            for flag, counts in told[kind].items():
                mine = by_flag["generated" if flag == "judged" else flag]
                counts[0] += mine and flag in listed
                counts[1] += mine
                counts[2] += flag in listed
    result = []
    for kind, by_flag in told.items():
        for flag in ("vendored", "test", "lockfile", "generated", "judged"):
            both, mine, listed = by_flag[flag]
            name = "generated, as judged by reading" if flag == "judged" else flag
            bar = {} if kind or flag == "generated" else {"bar": ">= 0.9"}
            result.append(share(f"code: recall of {name}{kind}", both, listed, **bar))
            result.append(share(f"code: precision of {name}{kind}", both, mine, **bar))
    return result


def _licences(code: Path) -> list[Row]:
    archives = files = vendored = listed = 0
    for file in _archives(code):
        records = [record for _, record in read(_piece(file), bodies=False)]
        found = [record.license for record in records]
        archives += max(sorted(set(filter(None, found))), key=found.count, default=None) == LICENCES[_repository(file)]
        files += len(found) - found.count(None)
        listed += len(found)
        for record in records if "pip" in file.name else ():
            path = (record.member or "").partition("/")[2]
            if wanted := next((licence for folder, licence in VENDORED.items() if path.startswith(folder)), None):
                vendored += record.license == wanted
    inside = sum("pip" in f.name and any(p.partition("/")[2].startswith(v) for v in VENDORED)
                 for f in _archives(code) for p, _ in _members(f))  # fmt: skip
    return [
        share("code: archives whose licence is right", archives, len(LICENCES), bar=">= 1"),
        share("code: files with a licence", files, listed, bar=">= 1"),
        share("code: files of vendored packages with the package's own", vendored, inside, bar=">= 0.99"),
    ]


def _notebooks(code: Path) -> list[Row]:
    lines = kept = outputs = leaked = 0
    for path, body in _members(code / "karpathy__micrograd@c911406.tar.gz"):
        if not path.endswith(".ipynb"):
            continue
        made = notebook_text(body.decode())[0].split("\n")
        for cell in json.loads(body)["cells"]:
            source = "".join(cell["source"]).rstrip("\n")
            wanted = source.split("\n") if source.strip() else []
            lines += len(wanted)
            kept += len(wanted) if any(made[at : at + len(wanted)] == wanted for at in range(len(made))) else 0
            for output in cell.get("outputs", []):
                outputs += 1
                leaked += any(
                    len(value) > 40 and "".join(value)[:40] in "\n".join(made)
                    for value in output.get("data", {}).values()
                )
    return [
        share("code: lines of notebooks' cells kept to the letter", kept, lines, bar=">= 1"),
        Row("code: outputs of notebooks that are left", leaked, "outputs", outputs, bar="= 0"),
    ]


def _texts(code: Path) -> list[Row]:
    """Near duplicates across repositories are judged on texts: those of the reader are the files' bytes."""
    same = n = ordered = 0
    for file in _archives(code):
        plain = dict(_members(file))
        records = [record for _, record in read(_piece(file))]
        same += sum(record.body == plain[record.member] for record in records)
        n += len(plain)
        paths = [(record.member or "").split("/") for record in records][1:]
        ordered += paths == sorted(paths)
    return [
        share("code: files read to the letter", same, n, bar=">= 1"),
        share("code: repositories whose files come by path, README first", ordered, len(_archives(code)), bar=">= 1"),
    ]


def _archives(code: Path) -> list[Path]:
    return sorted(file for file in code.glob("*.tar.gz") if "linguist" not in file.name)


def _repository(file: Path) -> str:
    return file.name.removesuffix(".tar.gz").split("@")[0].replace("__", "/")


def _piece(file: Path) -> Piece:
    return Piece("code", 0, "code", str(file), file.name, 0, -1, os.path.getsize(file))


def _members(file: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(file.read_bytes())) as archive:
        for member in archive:
            if member.isfile():
                stream = archive.extractfile(member)
                yield member.name, stream.read() if stream else b""


def _indexed(code: Path, index: dict) -> Iterator[tuple[str, str, bytes]]:
    """(repository:path, path, bytes) of the files that the index lists."""
    for file in [*_archives(code), code / "linguist_samples.tar.gz"]:
        linguist = "linguist" in file.name
        for member, body in _members(file):
            path = member if linguist else member.partition("/")[2]
            name = f"{'github-linguist/linguist' if linguist else _repository(file)}:{path}"
            if name in index:
                yield name, path, body
