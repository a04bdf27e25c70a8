"""Bytes to text without a statement of the charset, beside chardet, charset-normalizer and uchardet (in resiliparse).

What counts is the text, not the name; text that was spoilt before it was encoded, and is repaired here, is right either
way. Sets: files with known encodings, where the truth is the file decoded with its label, as Python has the name
or as browsers do; texts in 30 languages encoded for the purpose in what their countries used, bare and in pages,
and a few words of each;
pages of the crawl whose header names no charset, where the truth is UTF-8 if they are valid in it, else what they state
themselves; and the same texts misread, which no detector repairs, so that the share is ours alone, beside texts that
must not change.

    python -m benchmarks.evaluate_encodings [--data .data] [--out FILE]

prints all and, with `--out`, writes the rows of CPU time, which differ from run to run.
"""

from __future__ import annotations

import argparse
import codecs
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks.corpora import Corpora
from benchmarks.encoded_texts import (
    Case,
    encoded,
    in_pages,
    labelled,
    misread,
    short_others,
    short_western,
    undeclared,
    unspoilt,
)
from benchmarks.rows import Row, share, table, write
from curate.charset import decode
from curate.charset.mojibake import repair

COMMAND = "python -m benchmarks.evaluate_encodings"
Decoder = Callable[[bytes], tuple[str, str] | None]  # (text, codec)
FAMILIES = (  # names that contain each other: any of them is right by name
    ("shift_jis", "cp932", "shift_jis_2004", "shift_jisx0213"), ("gb2312", "gbk", "gb18030"), ("euc_kr", "cp949"),
    ("big5", "big5hkscs", "cp950"), ("ascii", "iso8859-1", "cp1252", "iso8859-15"), ("iso8859-9", "cp1254"),
    ("tis-620", "cp874", "iso8859-11"), ("iso8859-7", "cp1253"), ("iso8859-8", "cp1255"), ("koi8-r", "koi8-u"),
    ("utf-8", "utf-8-sig"), ("utf-16", "utf-16-le", "utf-16-be"), ("utf-32", "utf-32-le", "utf-32-be"),
    ("iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_jp_ext"), ("euc_jp", "euc_jis_2004"),
)  # fmt: skip
SETS: dict[str, Callable[[Path], list[Case]]] = {
    "labelled files": labelled,
    "texts encoded": encoded,
    "texts encoded, in pages": in_pages,
    "pages without a header": undeclared,
    "5 to 200 characters": lambda data: short_western(data) + short_others(data),
}
# Each part's default is the other's mistake: the bar is that of both together.
PARTS = {"5 to 200 characters, Western": short_western, "5 to 200 characters, others": short_others}


def rows(corpora: Corpora) -> list[Row]:
    found = []
    for name, cases in SETS.items():
        found += _beside_peers(name, cases(corpora.data))
    for name, cases in PARTS.items():
        found += _beside_peers(name, cases(corpora.data), barred=False)
    return [*found, *_repairs(corpora.data)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(".data"))
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    found = _speeds(labelled(options.data))
    if options.out:
        write(found, options.out)
    print(table([*rows(Corpora(options.data, Path())), *found]))


def _beside_peers(name: str, cases: list[Case], barred: bool = True) -> list[Row]:
    right = {engine: _right(decoder, cases) for engine, decoder in DECODERS.items()}
    most = max(counts[0] for engine, counts in right.items() if engine != "curate")
    listed = []
    for engine, (strict, meant, named) in right.items():
        bar = f">= {round(most / len(cases), 5)}" if barred and engine == "curate" else None
        also = f"as browsers mean the label {meant}, by name {named}"
        listed.append(share(f"encodings: {name}, {engine}", strict, len(cases), reference=also, bar=bar))
    return listed


def _right(decoder: Decoder, cases: Iterable[Case]) -> tuple[int, int, int]:
    """(texts as the label has them in Python, or as it has them there or in browsers; names of the label's family)"""
    strict = meant = named = 0
    for case in cases:
        text, codec = decoder(case.body) or (None, "")
        same = [text is not None and text.removeprefix("\ufeff") in (truth, repair(truth)[0]) for truth in case.truths]
        strict += same[0]
        meant += any(same)
        named += codec == case.codec or any(codec in family and case.codec in family for family in FAMILIES)
    return strict, meant, named


def _repairs(data: Path) -> list[Row]:
    found = []
    for through, pairs in misread(data).items():
        whole = sum(repair(spoilt)[0] == text for text, spoilt in pairs)
        found.append(share(f"encodings: UTF-8 misread as {through}, repaired exactly", whole, len(pairs), bar=">= 0.8"))
    clean = unspoilt(data)
    changed = sum(repair(text)[1] is not None for text in clean)
    return [*found, Row("encodings: texts as they should be, changed", changed, "texts", len(clean), bar="<= 1")]


def _speeds(cases: list[Case]) -> list[Row]:
    size = sum(len(case.body) for case in cases)
    spent = {}
    for engine, decoder in DECODERS.items():
        decoder(cases[0].body)
        started = time.process_time()
        for case in cases:
            decoder(case.body)
        spent[engine] = (time.process_time() - started) / size * 1024 * 1e6
    return [
        Row(
            f"speed: detection and decoding, {engine}", round(each, 1), "us/KB", len(cases), reference="curate",
            ratio=round(each / spent["curate"], 2), command=COMMAND,
        )
        for engine, each in spent.items()
    ]  # fmt: skip


def _curate(body: bytes) -> tuple[str, str] | None:
    decoded = decode(body)
    return (decoded[0], codecs.lookup(decoded[1].partition("/")[0]).name) if decoded else None


def _named(detect: Callable[[bytes], str | None]) -> Decoder:
    def decoded(body: bytes) -> tuple[str, str] | None:
        try:
            codec = codecs.lookup(detect(body) or "").name
            return body.decode(codec), codec
        except (LookupError, UnicodeError):
            return None

    return decoded


def _chardet(body: bytes) -> str | None:
    import chardet

    return chardet.detect(body)["encoding"]


def _charset_normalizer(body: bytes) -> str | None:
    from charset_normalizer import from_bytes

    best = from_bytes(body).best()
    return best.encoding if best else None


def _uchardet(body: bytes) -> str | None:
    from resiliparse.parse.encoding import detect_encoding

    return detect_encoding(body)


DECODERS: dict[str, Decoder] = {
    "curate": _curate,
    "chardet": _named(_chardet),
    "charset-normalizer": _named(_charset_normalizer),
    "uchardet": _named(_uchardet),
}

if __name__ == "__main__":
    main()
