"""Threads of Stack Exchange dumps by another way than ours: ElementTree on the unpacked tables, joined by SQLite.

What a thread must hold is read off each post's HTML by lxml: lines of code (`pre`), formulas between dollar signs
outside of code, and paragraphs (`p`, `li`, cut at `br`) without code.
"""

from __future__ import annotations

import re
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

_FORMULA = re.compile(r"\$\$[^$]+\$\$|\$[^$\s](?:[^$\n]*[^$\s])?\$")
_LINE_END = "\uf8ff"  # in place of <br>; of private use, so in no post
_THREADS = """
    select q.id, a.body from posts q left join posts a on a.parent = q.id and a.type = 2 where q.type = 1
    order by q.id, a.score desc, a.id = q.accepted desc, a.id
"""


@dataclass(frozen=True)
class Thread:
    question: str
    answers: tuple[str, ...]
    lines: tuple[str, ...]
    formulas: tuple[str, ...]
    paragraphs: tuple[str, ...]


def threads(archive: Path) -> dict[int, Thread]:
    """By number of the question."""
    with tempfile.TemporaryDirectory() as folder:
        _unpack(archive, folder)
        base = sqlite3.connect(":memory:")
        base.execute("create table posts (id int, type int, parent int, accepted int, score int, body)")
        base.executemany("insert into posts values (?, ?, ?, ?, ?, ?)", _posts(Path(folder, "Posts.xml")))
    questions = dict(base.execute("select id, body from posts where type = 1"))
    answers: dict[int, list[str]] = {number: [] for number in questions}
    for number, body in base.execute(_THREADS):
        if body is not None:
            answers[number].append(body)
    return {number: _thread(body, tuple(answers[number])) for number, body in questions.items()}


def _unpack(archive: Path, folder: str) -> None:
    import py7zr

    with py7zr.SevenZipFile(archive) as packed:
        packed.extract(folder, targets=["Posts.xml"])


def _posts(table: Path) -> Iterator[tuple[int | str, ...]]:
    for _, row in ElementTree.iterparse(table):
        if row.tag == "row":
            numbers = [int(row.get(name, 0)) for name in ("Id", "PostTypeId", "ParentId", "AcceptedAnswerId", "Score")]
            yield (*numbers, row.get("Body", ""))


def _thread(question: str, answers: tuple[str, ...]) -> Thread:
    import lxml.html

    lines, formulas, paragraphs = [], [], []
    for body in (question, *answers):
        tree = lxml.html.fromstring(f"<div>{body}</div>")
        for code in tree.xpath("//pre"):
            lines += [line.rstrip() for line in code.text_content().split("\n") if line.strip()]
        for code in tree.xpath("//pre | //code"):
            code.clear(keep_tail=True)
        formulas += _FORMULA.findall(tree.text_content())
        for line_end in tree.xpath("//br"):
            line_end.tail = _LINE_END + (line_end.tail or "")
        for block in tree.xpath("//p | //li[not(.//p)]"):
            if not block.xpath(".//ul | .//ol | .//code | .//img"):
                paragraphs += [" ".join(line.split()) for line in block.text_content().split(_LINE_END)]
    return Thread(question, answers, tuple(lines), tuple(formulas), tuple(filter(None, paragraphs)))
