"""Links to their text: of pages and addresses the words shown, of files, categories and other languages nothing.

A file's caption goes with it: it speaks of a picture that is not there, and cuts the paragraph around it in two. Names
of namespaces are the dump's own and those of `names`; whatever ends like a picture or a sound is a file whatever its
namespace is called, and a link alone on its line whose target has a prefix is a category or another language's page.
"""

from __future__ import annotations

import re

from curate.extract.wikitext.names import HIDDEN, LANGUAGES

_MEDIA = re.compile(
    r"\.(?:jpe?g|png|gif|svg|tiff?|webp|xcf|djvu|pdf|og[gvax]|oga|opus|webm|mid|wav|flac|mp3|mpg|stl)\s*$", re.I
)
_ADDRESS = re.compile(r"\[(?:(?:https?|ftps?|ircs?|news|gopher):|mailto:|//)[^\s\[\]<>\"]*+([^\[\]\n]*+)\]", re.I)
_URL = re.compile(r"(?:https?://|(?<=\[)//)[^\s\[\]<>\"'|{}\x00-\x20]{3,2000}", re.I)
_TAIL = ".,;:!?)&"


class Links:
    """How links of one wiki are shown. `hidden`: its own names, in lower case, of namespaces that show nothing."""

    def __init__(self, hidden: frozenset[str] = frozenset()) -> None:
        self._hidden = hidden

    def is_file(self, target: str) -> bool:
        prefix, colon, name = target.partition(":")
        if not colon or len(prefix) > 40:
            return False
        return self._shows_nothing(prefix) or bool(_MEDIA.search(name))

    def render(self, parts: list[str], alone: bool) -> str:
        target = parts[0].strip()
        if "\n" in target:
            return " ".join(parts)  # no link: a target has one line
        prefix, colon, name = target.partition(":")
        if colon and prefix:
            language = prefix.strip().lower() in LANGUAGES
            if language or self.is_file(target) or (alone and len(parts) < 3 and not name.startswith(":")):
                return ""
        if len(parts) > 1:
            shown = parts[-1].strip() if len(parts) > 2 else parts[1]
            return shown or _without_hints(target)
        return target.lstrip(":").lstrip("#")

    def _shows_nothing(self, prefix: str) -> bool:
        name = prefix.strip().lower().replace("_", " ")
        return name in self._hidden or name in HIDDEN


def addresses_to_text(text: str) -> str:
    """`[http://… words]` to the words; an address in brackets without words is a footnote and goes."""
    return _ADDRESS.sub(lambda link: link[1].strip(), text) if "[" in text else text


def cited(markup: str) -> tuple[str, ...]:
    """Every address in the markup, once, in order: in brackets, bare, and in the fields of templates."""
    found = (url.rstrip(_TAIL) for url in _URL.findall(markup))
    return tuple(dict.fromkeys(f"https:{url}" if url.startswith("//") else url for url in found))


def _without_hints(target: str) -> str:
    """What `[[Help:Pipe trick (wikis)|]]` shows: neither namespace nor the words in brackets."""
    name = target.partition(":")[2] or target
    return name.rpartition(" (")[0] or name if name.endswith(")") else name
