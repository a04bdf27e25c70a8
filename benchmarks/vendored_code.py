"""Files of three repositories, of which one carries copies of the others: near duplicates as code has them.

pip carries requests and urllib3 in `_vendor`, with imports rewritten and some files older. The documents are all files
of the three archives (.py, .md, .rst, licences, configuration; every one is UTF-8), so that what is in no listed pair
is there to be removed wrongly. Ids are `repository:path`.
"""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

REPOSITORIES = ("psf/requests", "pypa/pip", "urllib3/urllib3")
PAIRS = ("vendored_requests", "vendored_urllib3")


def documents(data: Path) -> dict[str, str]:
    """id -> text, by repository, then in the order of the archive. `data`: the development data."""
    return {f"{repo}:{path}": text for repo in REPOSITORIES for path, text in _files(data / "code", repo)}


def pairs(data: Path) -> list[dict]:
    """{a, b, jaccard5}, a and b being ids of documents."""
    listed = [line for name in PAIRS for line in (data / "neardup" / f"{name}.pairs.jsonl").read_text().splitlines()]
    return [_pair(json.loads(line)) for line in listed]


def write(data: Path, path: Path) -> None:
    """The documents as JSON lines, for a run to read."""
    listed = [json.dumps({"id": name, "text": text}) for name, text in documents(data).items()]
    path.write_text("\n".join(listed) + "\n", "utf-8")


def _files(folder: Path, repository: str) -> list[tuple[str, str]]:
    (archive,) = folder.glob(repository.replace("/", "__") + "@*.tar.gz")
    with tarfile.open(archive) as opened:
        files = [(member.name, opened.extractfile(member)) for member in opened if member.isfile()]
        return [(name.partition("/")[2], file.read().decode("utf-8")) for name, file in files if file]


def _pair(row: dict) -> dict:
    a, b = (f"{row[end]['repo']}:{row[end]['path']}" for end in "ab")
    return {"a": a, "b": b, "jaccard5": row["jaccard5"]}
