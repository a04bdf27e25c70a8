"""Bytes whose text is known, and texts that were misread on the way: what `evaluate_encodings` measures on."""

from __future__ import annotations

import codecs
import gzip
import json
import random
import re
import tarfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks import extraction_pages
from curate.charset.names import known

PER_LANGUAGE = 8
CHARS = 1_000
SHORT, PER_SHORT = (5, 10, 20, 40, 80, 200), 30  # characters; texts of each language and encoding
_META = re.compile(rb"""<(?:meta\b[^>]{0,300}?charset|\?xml\b[^>]{0,100}?encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.I)
_TYPEWRITTEN = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "—": "-", "–": "-", "…": "...", "\u00a0": " "}
)
# What pages and files of a language were written in before UTF-8.
LEGACY = {
    "ru": ("cp1251", "koi8-r", "iso8859-5", "cp866", "mac_cyrillic"), "uk": ("cp1251", "koi8-u"), "sr": ("cp1251",),
    "el": ("iso8859-7", "cp1253"), "cs": ("cp1250", "iso8859-2"), "pl": ("cp1250", "iso8859-2"),
    "hu": ("cp1250", "iso8859-2"), "hr": ("cp1250",), "sl": ("cp1250", "iso8859-2"), "sr-Latn": ("cp1250",),
    "de": ("cp1252", "iso8859-1", "mac_roman"), "fr": ("cp1252", "iso8859-15"), "es": ("cp1252", "iso8859-1"),
    "it": ("cp1252",), "pt": ("cp1252",), "pt_BR": ("cp1252",), "sv": ("cp1252",), "da": ("cp1252",),
    "fi": ("cp1252",), "nl": ("cp1252",), "ca": ("cp1252",), "gl": ("cp1252",),
    "ja": ("shift_jis", "euc_jp", "iso2022_jp"),
    "zh_CN": ("gb2312", "gb18030"), "ko": ("euc_kr",), "lv": ("cp1257",), "lt": ("cp1257",),
    "vi": ("cp1258",), "fa": ("cp1256",),
}  # fmt: skip
WESTERN = ("cp1252", "iso8859-1", "iso8859-15", "mac_roman")
_SCRIPT = "<script>var a = 1; function f(x) { return x + 1; }</script>\n"
MISREAD_AS = ("cp1252", "latin-1", "cp1251", "cp1250", "mac_roman")


@dataclass(frozen=True)
class Case:
    """`truths`: the text by the label's name in Python, then by what browsers mean with it."""

    body: bytes
    codec: str
    truths: tuple[str, ...]


def labelled(data: Path) -> list[Case]:
    """Files of the test sets of chardet and charset-normalizer; those whose label Python cannot decode are left out."""
    with tarfile.open(data / "web" / "encodings" / "encodings.tar.gz") as archive:
        files = {m.name: archive.extractfile(m) for m in archive.getmembers() if m.isfile()}
        bodies = {name: file.read() for name, file in files.items() if file}
    found = []
    for line in (data / "web" / "encodings" / "encodings.index.jsonl").open(encoding="utf-8"):
        row = json.loads(line)
        codec = _codec(row["encoding_label"])
        if codec and (case := _case(bodies[row["file"]], codec)):
            found.append(case)
    return found


def encoded(data: Path) -> list[Case]:
    """GNOME's help, the first characters of each page, in what its language was once written in."""
    return [case for case, _ in _encoded_help(data)]


def in_pages(data: Path) -> list[Case]:
    """The same in pages whose heads are 25 KB of scripts, as pages' heads are."""
    head = "<!DOCTYPE html><html><head><title>x</title>" + _SCRIPT * 400 + "</head><body><p>"
    found = []
    for case, codec in _encoded_help(data):
        shown = case.truths[0].replace("\n", '</p>\n<p class="text">')
        found.append(_case(f"{head}{shown}</p></body></html>".encode(codec), codec))
    return [case for case in found if case]


def short_western(data: Path) -> list[Case]:
    """Words of the same help, 5 to 200 characters of them with at least one beyond ASCII."""
    return _short(data, western=True)


def short_others(data: Path) -> list[Case]:
    return _short(data, western=False)


def undeclared(data: Path) -> list[Case]:
    """Pages of the crawl whose HTTP header names no charset; ASCII ones are left out, and those that state none."""
    found = []
    for row in extraction_pages.index(data):
        head, _, body = extraction_pages.response(data, row).partition(b"\r\n\r\n")
        if b"charset" in head.lower() or body.isascii():
            continue
        stated = _META.search(body[:4_096])
        codec = _codec(stated[1].decode()) if stated else None
        if case := _case(body, "utf-8") or (_case(body, codec) if codec else None):
            found.append(case)
    return found


def misread(data: Path) -> dict[str, list[tuple[str, str]]]:
    """(text, the text stored as UTF-8, read as another encoding, and stored again), by that encoding."""
    texts = [text[:CHARS] for listed in _help(data).values() for text in listed[:PER_LANGUAGE]]
    texts = [text for text in texts if not text.isascii()]
    return {name: [(text, _read_as(text.encode(), name)) for text in texts] for name in MISREAD_AS}


def unspoilt(data: Path) -> list[str]:
    """Texts in 37 languages, and articles and documentation: real ones, of which one was spoilt before it came here."""
    found = [text for listed in _help(data).values() for text in listed]
    for name in ("labels/c4_sample", "neardup/news_plagiarism.docs", "neardup/git_revisions.docs"):
        with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            found += [json.loads(line)["text"] for line in lines]
    return found


def _help(data: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    with gzip.open(data / "multilingual" / "gnome_help.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            found.setdefault(row["lang"], []).append(row["text"])
    return found


def _encoded_help(data: Path) -> list[tuple[Case, str]]:
    found = []
    for language, texts in _help(data).items():
        for codec in LEGACY.get(language, ()):
            made = [_encoded(text.translate(_TYPEWRITTEN)[:CHARS], codec) for text in texts]
            found += [(case, codec) for case in made if case][:PER_LANGUAGE]
    return found


def _short(data: Path, western: bool) -> list[Case]:
    draw, found = random.Random(0), []
    for language, texts in _help(data).items():
        for codec in LEGACY.get(language, ()):
            if (codec in WESTERN) != western or codec.startswith("iso2022"):
                continue
            wanted = [_words(draw, texts, SHORT[number % len(SHORT)]) for number in range(3 * PER_SHORT)]
            made = [_short_case(words, codec) for words in wanted]
            found += list({case.body: case for case in made if case}.values())[:PER_SHORT]
    return found


def _words(draw: random.Random, texts: list[str], most: int) -> str:
    """Whole words from anywhere in the texts, where writing has spaces."""
    text = " ".join(draw.choice(texts).translate(_TYPEWRITTEN).split())
    at = draw.randrange(max(1, len(text) - most))
    cut = text[at : at + most + 40].partition(" ")[2] or text[at : at + most]
    return (cut[:most].rpartition(" ")[0] if " " in cut[:most] and len(cut) > most else cut[:most]).strip()


def _short_case(words: str, codec: str) -> Case | None:
    try:
        body = words.encode(codec)
    except UnicodeError:
        return None
    return None if body.isascii() or len(words) < 3 else _case(body, codec)


def _encoded(text: str, codec: str) -> Case | None:
    try:
        body = text.encode(codec)
    except UnicodeError:
        return None
    beyond = sum(byte >= 0x80 for byte in body)
    return _case(body, codec) if beyond >= 8 or codec.startswith("iso2022") else None


def _case(body: bytes, codec: str) -> Case | None:
    try:
        text = body.decode(codec)
    except UnicodeError:
        return None
    meant = body.decode(known(codec) or codec, "replace")
    return Case(body, codec, (text.removeprefix("\ufeff"), meant.removeprefix("\ufeff")))


def _codec(label: str) -> str | None:
    """Of `windows-1251-russian` too: the labels of some files end in a language."""
    while label:
        try:
            return codecs.lookup(label).name
        except LookupError:
            label = label.rpartition("-")[0]
    return None


def _read_as(body: bytes, name: str) -> str:
    """As browsers do: a byte that the encoding lacks is the control character of its number."""
    try:
        return body.decode(name)
    except UnicodeDecodeError:
        return "".join(bytes([b]).decode(name) if _has(b, name) else chr(b) for b in body)


def _has(byte: int, name: str) -> bool:
    try:
        bytes([byte]).decode(name)
    except UnicodeDecodeError:
        return False
    return True
