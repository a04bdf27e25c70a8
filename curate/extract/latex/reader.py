r"""TeX's mouth: tokens of a stack of strings, and the arguments that stand next.

A macro's text is pushed on the stack and read next, so that nothing recurses however deep macros nest. A token is a
control sequence (`@` is a letter of names everywhere, as in packages), one special character, or a run of ordinary
ones; the source has no comments any more. All work that could be done twice is counted: characters pushed, and
characters searched in vain for a closing brace; above the limits macros stay unexpanded and nothing is searched for, so
that no input takes more than linear time.
"""

from __future__ import annotations

import re
from collections.abc import Set

_TOKEN = re.compile(
    r"\\(?:[A-Za-z@]+|.|\Z)|\n[ \t]*\n\s*|\n|\$\$?|[{}&~#]|[^\\{}$&~#\n]+(?:\n(?![ \t]*\n)[^\\{}$&~#\n]+)*", re.S
)
_BRACES = re.compile(r"\\.|[{}]", re.S)
_BRACKETS = re.compile(r"\\.|[{}\[\]]", re.S)
_SPACE = re.compile(r"[ \t]*(?:\n[ \t]*)?(?!\n)")
_ONE = re.compile(r"\\(?:[A-Za-z@]+|.)|.", re.S)
_MOST_FRAMES = 200
_LONGEST_ARGUMENT = 1_000_000
_LONGEST_OPTION = 10_000  # brackets also open intervals
PARAGRAPH = "\n\n"


class Reader:
    def __init__(self, source: str) -> None:
        self._frames: list[tuple[str, int]] = []
        self._text, self._at = source, 0
        self._pushable = 1_000_000 + 8 * len(source)
        self._in_vain = 1_000_000 + 2 * len(source)

    def push(self, text: str) -> bool:
        """Have `text` read next; False, and nothing done, where too much was pushed already."""
        self._pushable -= len(text) + 16
        if self._pushable < 0 or len(self._frames) >= _MOST_FRAMES:
            return False
        if self._at < len(self._text):
            self._frames.append((self._text, self._at))
        self._text, self._at = text, 0
        return True

    def next(self) -> str | None:
        """The next token; PARAGRAPH for an empty line, None at the end."""
        while self._at >= len(self._text):
            if not self._frames:
                return None
            self._text, self._at = self._frames.pop()
        found = _TOKEN.match(self._text, self._at)
        if found is None:  # pragma: no cover - the pattern takes every character
            self._at += 1
            return ""
        self._at = found.end()
        token = found.group()
        return PARAGRAPH if token[0] == "\n" and len(token) > 1 else token

    def peek(self) -> str:
        """The next character, "" at the end."""
        while self._at >= len(self._text) and self._frames:
            self._text, self._at = self._frames.pop()
        return self._text[self._at : self._at + 1]

    def skip_space(self) -> None:
        """White space up to the end of a paragraph."""
        if self.peek() in " \t\n" and (found := _SPACE.match(self._text, self._at)):
            self._at = found.end()

    def skip_space_behind_word(self) -> None:
        """White space of the same string: where a macro's text ends, the space behind its call stays."""
        if self._at < len(self._text):
            self.skip_space()

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """What `pattern` matches here, if it does."""
        self.peek()
        found = pattern.match(self._text, self._at)
        if found:
            self._at = found.end()
        return found

    def star(self) -> bool:
        self.skip_space()
        if self.peek() != "*":
            return False
        self._at += 1
        return True

    def argument(self) -> str:
        """The content of the next braces, or the next single token; "" where there is none."""
        self.skip_space()
        if self.peek() == "{":
            return self._balanced(_BRACES, "{", "}")
        if self.peek() in "}\n":
            return ""
        found = _ONE.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return found.group() if found else ""

    def bracket(self) -> str | None:
        """The content of the next square brackets, if they come next."""
        self.skip_space()
        return self._balanced(_BRACKETS, "[", "]") if self.peek() == "[" else None

    def until(self, ending: str) -> str | None:
        """Everything up to `ending`, which is taken too; None, and nothing taken, where it is not in this string."""
        self.peek()
        if self._in_vain <= 0:
            return None
        end = self._text.find(ending, self._at)
        if end < 0:
            self._in_vain -= len(self._text) - self._at
            return None
        found = self._text[self._at : end]
        self._at = end + len(ending)
        return found

    def past(self, pattern: re.Pattern[str], opens: Set[str], closes: Set[str]) -> str | None:
        r"""Take all up to the command that ends what is open here, and hand back its name; None if none does.

        `opens` and `closes` are names that `pattern` finds; only `fi` ends what is nested.
        """
        self.peek()
        if self._in_vain <= 0:
            return None
        depth = 0
        for found in pattern.finditer(self._text, self._at):
            name = found.group(1)
            if depth == 0 and name in closes:
                self._at = found.end()
                return str(name)
            depth += (name in opens) - (name == "fi")
        self._in_vain -= len(self._text) - self._at
        return None

    def _balanced(self, pattern: re.Pattern[str], opening: str, closing: str) -> str:
        """Between the bracket that stands here and its partner. Without one, the bracket alone is taken."""
        limit = min(_LONGEST_ARGUMENT if opening == "{" else _LONGEST_OPTION, max(self._in_vain, 0))
        start, depth, braces = self._at + 1, 0, 0
        for found in pattern.finditer(self._text, self._at, self._at + limit):
            mark = found.group()
            if opening == "[" and mark in "{}":
                braces += 1 if mark == "{" else -1
                if braces < 0:
                    break
            elif mark == opening and braces == 0:
                depth += 1
            elif mark == closing and braces == 0:
                depth -= 1
                if depth == 0:
                    self._at = found.end()
                    return self._text[start : found.start()]
        self._in_vain -= min(limit, len(self._text) - start)
        self._at = start
        return ""
