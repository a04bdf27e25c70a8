"""The text of well-formed HTML by the standard library's parser: what the tokeniser must find, block by block.

Blocks begin and end where block-level elements do, and at two line breaks in a row; white space is one space; code
keeps its own. Only what the tests generate is understood: every element is closed, none is hidden.
"""

from html.parser import HTMLParser

BLOCK = {"div", "p", "ul", "li", "h2", "table", "tr", "td", "section", "blockquote", "pre"}
SILENT = {"script", "style", "title"}


def blocks(markup: str) -> list[str]:
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    reader.end()
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.text = ""
        self.pre = self.silent = self.breaks = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "br":
            self._break()
        elif tag in BLOCK:
            self.end()
        self.pre += tag == "pre"
        self.silent += tag in SILENT

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCK:
            self.end()
        self.pre -= tag == "pre"
        self.silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.text += data.replace("\u00a0", " ") if self.pre else data.replace("\n", " ").replace("\u00a0", " ")
            self.breaks = self.breaks if not data.strip() else 0

    def end(self) -> None:
        if self.pre:
            lines = self.text.rstrip().split("\n")
            while lines and not lines[0].strip():
                lines.pop(0)
            text = "\n".join(lines)
        else:
            text = "\n".join(filter(None, (" ".join(line.split()) for line in self.text.split("\n"))))
        if text.strip():
            self.found.append(text)
        self.text, self.breaks = "", 0

    def _break(self) -> None:
        if self.pre:
            self.text += "\n"
        elif self.text.strip():
            self.breaks += 1
            self.text += "\n"
            if self.breaks == 2:
                self.end()
