"""The language of a source file: by what it says itself, its name, and, where a name is shared, its content.

In the order of linguist, whose names the languages have: a modeline (`-*- mode -*-`, `vim: ft=`), the name or a
`#!` line, the ending; an ending of several languages (`.h`, `.m`, `.pl`, `.v` ...) is decided by marks that the one
has and the other cannot have. No model and nothing fitted: rules that can be read. A file whose name says nothing is
told by its first lines (`#!`, `<?php`, `<?xml`), or has no language.

Costs 2 to 30 µs a file: only the first 32 KB are looked at, and only of files whose name leaves a question.
"""

from __future__ import annotations

import re

from curate.code_language.content import among, openings
from curate.code_language.names import candidates
from curate.code_language.stated import of_modeline, of_shebang

LOOKED_AT = 1 << 15


def detect(name: str, text: str) -> str | None:
    """linguist's name of the language of the file `name` (a path or its last part) with this text, or None."""
    head = text[:LOOKED_AT]
    tail = text[-512:]
    if "-*-" in head[:1024] or "vi" in head[:512] or "vi" in tail:  # of most files neither: no line is looked at
        stated = of_modeline(head, tail)
        if stated:
            return stated
    possible = candidates(re.split(r"[/\\]", name)[-1])
    if len(possible) == 1 and possible[0] != "Text":
        return possible[0]
    shebang = of_shebang(head)
    if shebang and (not possible or shebang in possible or possible[0] == "Text"):
        return shebang
    if len(possible) > 1:
        return among(name.lower().rpartition(".")[2], head) or shebang or possible[0]
    return openings(head) if not possible else possible[0]
