r"""The author's macros: what a definition says, and a call's text.

`\newcommand` and its kin with an optional first argument, `\def` with delimited parameters, `\let`,
`\DeclareMathOperator`, `\DeclarePairedDelimiter`, `\NewDocumentCommand` with plain arguments. Commands of structure
(`\section`, `\cite` ...) keep their meaning whatever the paper says, since a redefinition says how they look. Groups do
not end a definition. Parameters are put in as TeX puts them, as tokens: behind a control word a letter gets a space.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from curate.extract.latex.reader import Reader

_NAME = re.compile(r"\s*(?:\{\s*)?\\([A-Za-z@]+|[^A-Za-z])(?:\s*\})?")
_COUNT = re.compile(r"\s*\[\s*([0-9])\s*\]")
_PARAMETERS = re.compile(r"[^{}]{0,400}")
_HASH = re.compile(r"(?:##|#([1-9]))")
_ENDS_IN_WORD = re.compile(r"\\[A-Za-z]+\Z")
_INTERNAL = re.compile(r"\\([A-Za-z]*@[A-Za-z@]+|[A-Za-z]+@)")
_XPARSE = re.compile(r"\s*(?:m|o|O\s*\{([^{}]*)\})")
_EQUALS = re.compile(r"\s*=?\s*")
_TOKEN = re.compile(r"\\([A-Za-z@]+|.)|(.)", re.S)
_LONGEST_DELIMITED = 100_000


@dataclass(frozen=True, slots=True)
class Macro:
    body: str
    arguments: int = 0
    default: str | None = None  # of the first argument, where that may be left out
    delimiters: tuple[str, ...] = ()  # behind the name, then behind each argument
    starred: bool = False  # may be followed by a star or a size, which say nothing
    parts: tuple[str | int, ...] = field(init=False)
    internals: tuple[str, ...] = field(init=False)  # commands of packages that the body calls

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", tuple(_parts(self.body)))
        object.__setattr__(self, "internals", tuple(_INTERNAL.findall(self.body)) if "@" in self.body else ())

    def filled(self, arguments: list[str]) -> str:
        text: list[str] = []
        for part in self.parts:
            piece = part if isinstance(part, str) else arguments[part - 1] if part <= len(arguments) else ""
            if piece and text and piece[0].isalpha() and _ENDS_IN_WORD.search(text[-1]):
                text.append(" ")
            if piece:
                text.append(piece)
        return "".join(text)

    def read(self, reader: Reader) -> list[str] | None:
        """The arguments of a call; None where the text does not fit the definition."""
        if self.delimiters:
            return _delimited(reader, self.delimiters)
        if self.starred:
            reader.star()
            reader.bracket()
        arguments: list[str] = []
        if self.default is not None:
            stated = reader.bracket()
            arguments.append(self.default if stated is None else stated)
        return arguments + [reader.argument() for _ in range(self.arguments - len(arguments))]


def newcommand(reader: Reader) -> tuple[str, Macro] | None:
    reader.star()
    name = reader.take(_NAME)
    if not name:
        return None
    count = reader.take(_COUNT)
    default = reader.bracket() if count else None
    return name[1], Macro(reader.argument(), int(count[1]) if count else 0, default)


def definition(reader: Reader) -> tuple[str, Macro] | None:
    r"""Of `\def`: parameters may have text between them."""
    name = reader.take(_NAME)
    parameters = reader.take(_PARAMETERS) if name else None
    if not name or parameters is None or reader.peek() != "{":
        return None
    before, *between = re.split(r"#[1-9]", parameters.group())
    plain = not before.strip() and not any(text.strip() for text in between)
    body = reader.argument()
    if plain:
        return name[1], Macro(body, len(between))
    return name[1], Macro(body, len(between), delimiters=(before, *between))


def operator(reader: Reader) -> tuple[str, Macro] | None:
    star = "*" if reader.star() else ""
    name = reader.take(_NAME)
    return (name[1], Macro(f"\\operatorname{star}{{{reader.argument()}}}")) if name else None


def paired(reader: Reader) -> tuple[str, Macro] | None:
    name = reader.take(_NAME)
    if not name:
        return None
    left, right = reader.argument(), reader.argument()
    return name[1], Macro(f"{left} #1 {right}", 1, starred=True)


def document_command(reader: Reader) -> tuple[str, Macro] | None:
    """xparse, where the arguments are mandatory but for the first."""
    name = reader.take(_NAME)
    if not name:
        return None
    stated, body = reader.argument(), reader.argument()
    kinds = list(_XPARSE.finditer(stated))
    if "".join(kind.group() for kind in kinds).strip() != stated.strip():
        return None
    if any(kind.group().strip() != "m" for kind in kinds[1:]):
        return None
    default = None if not kinds or kinds[0].group().strip() == "m" else kinds[0][1] or ""
    return name[1], Macro(body, len(kinds), default)


def let(reader: Reader) -> tuple[str, str] | None:
    r"""(name, the token that it is to mean) of `\let`."""
    name = reader.take(_NAME)
    reader.take(_EQUALS)
    token = reader.take(_TOKEN) if name else None
    return (name[1], token.group()) if name and token else None


def _parts(body: str) -> list[str | int]:
    parts: list[str | int] = []
    at = 0
    for found in _HASH.finditer(body):
        parts.append(body[at : found.start()] + ("" if found[1] else "#"))
        if found[1]:
            parts.append(int(found[1]))
        at = found.end()
    return [part for part in (*parts, body[at:]) if part != ""]


def _delimited(reader: Reader, delimiters: tuple[str, ...]) -> list[str] | None:
    arguments: list[str] = []
    if delimiters[0].strip() and not reader.take(re.compile(r"\s*" + re.escape(delimiters[0].strip()))):
        return None
    for number, ending in enumerate(delimiters[1:]):
        if not ending:
            arguments.append(reader.argument())
            continue
        found = reader.until(ending) if ending.strip() else reader.until(" ")
        if found is None or len(found) > _LONGEST_DELIMITED or number > 9:
            return None
        arguments.append(_unbraced(found.strip()))
    return arguments


def _unbraced(argument: str) -> str:
    inner = argument[1:-1]
    return inner if argument[:1] == "{" and argument[-1:] == "}" and "{" not in inner and "}" not in inner else argument
