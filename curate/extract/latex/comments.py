r"""Comments off, in one pass: from `%` to the first character of the next line, as TeX has it.

Not behind a backslash (`\%`; but `\\%` is a line break and a comment), not in verbatim text and not in addresses. Done
before anything else, so that no later step has to look for comments again. Linear: an ending that is not there is
looked for once.
"""

from __future__ import annotations

import re

CODE = (
    r"verbatim\*?|Verbatim\*?|BVerbatim|lstlisting|minted|alltt|CodeInput|CodeOutput|Sinput|Soutput|pyglist"
    r"|filecontents\*?"
)
_OPENING = re.compile(  # all alternatives begin with one of two characters: the search passes over the others at once
    r"(?P<comment>%[^\n]*(?:\n[ \t]*|\Z))"
    rf"|\\(?:[\\%]|begin\s*\{{(?P<code>{CODE})\}}"
    r"|(?:verb\*?|lstinline(?:\[[^\]\n]*\])?|mintinline(?:\[[^\]\n]*\])?\{\w+\})\s?(?P<mark>[^\w\s*{])"
    r"|(?:url|href|path|nolinkurl)\s*\{[^{}\n]*\})"
)


def without_comments(source: str) -> str:
    if "%" not in source:
        return source
    parts: list[str] = []
    missing: set[str] = set()
    at = start = 0
    while found := _OPENING.search(source, at):
        at = found.end()
        if found["comment"]:
            parts.append(source[start : found.start("comment")])
            start = at
            if source[at : at + 1] == "\n":
                parts.append("\n")  # a blank line behind a comment still ends the paragraph
        elif (code := found["code"]) and code not in missing:
            end = source.find(f"\\end{{{code}}}", at)
            if end < 0:
                missing.add(code)
            at = max(at, end)
        elif found["mark"]:
            line = source.find("\n", at)
            end = source.find(found["mark"], at, line if line >= 0 else len(source))
            at = end + 1 if end >= 0 else at
    parts.append(source[start:])
    return "".join(parts)
