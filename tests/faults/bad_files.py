"""A folder of everything that goes wrong with input, and what the books must say of each file.

`make(folder)` writes the files and returns {path: words}: each path is in the books with one of these words as status
or rule. Sizes are small; the same shapes at full size were measured by hand.
"""

from __future__ import annotations

import bz2
import gzip
import json
import os
import socket
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

LIMIT = 1 << 20  # extract.max_bytes of the runs on these files
KEPT, REMOVED = "kept", "removed"


WORDS = [
    "river",
    "house",
    "letter",
    "garden",
    "winter",
    "captain",
    "village",
    "engine",
    "market",
    "forest",
    "window",
    "teacher",
    "bridge",
    "kitchen",
    "morning",
    "doctor",
    "island",
    "ribbon",
    "ladder",
    "copper",
    "thunder",
    "blanket",
    "harbour",
    "pencil",
    "meadow",
    "lantern",
    "valley",
    "orchard",
    "saddle",
    "tunnel",
    "violin",
    "curtain",
    "basket",
    "mirror",
    "needle",
    "pepper",
    "quarry",
    "rocket",
    "sailor",
    "temple",
    "turtle",
    "velvet",
    "wagon",
    "anchor",
    "barrel",
    "candle",
    "desert",
    "feather",
]


def prose(seed: int, words: int = 150) -> str:
    """English that passes the default rules, different for each seed."""
    state, picked = seed * 7919 + 17, []
    for _ in range(words):
        state = (state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        picked.append(WORDS[(state >> 33) % len(WORDS)])
    for at, word in enumerate(["the", "be", "to", "of", "and", "that", "have", "with"]):
        picked[at * 18 : at * 18] = [word]
    return "\n".join(" ".join(picked[at : at + 12]).capitalize() + "." for at in range(0, len(picked), 12)) + "\n"


def make(folder: Path) -> dict[str, set[str]]:
    folder.mkdir(parents=True, exist_ok=True)
    return _warcs(folder) | _json(folder) | _parquet(folder) | _texts(folder) | _names(folder) | _no_files(folder)


def response(url: str, body: bytes, *, http: bytes | None = None, length: int | None = None) -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" if http is None else http
    block = http + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-05-01T00:00:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(block) if length is None else length}\r\n\r\n"
    )
    return head.encode("utf-8", "surrogateescape") + block + b"\r\n\r\n"


def page(text: str) -> bytes:
    return f"<html><head><title>t</title></head><body><p>{text}</p></body></html>".encode()


def _warcs(folder: Path) -> dict[str, set[str]]:
    good = [response(f"https://good.example/{n}", page(prose(n))) for n in range(4)]
    members = [gzip.compress(record, mtime=0) for record in good]
    whole = b"".join(members)
    flipped = bytearray(whole)
    flipped[len(members[0]) + len(members[1]) // 2] ^= 0xFF
    latin = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=no-such-charset\r\n\r\n"
    odd = [
        response("https://long.example/" + "a" * 1_000_000, page(prose(20))),
        response("https://xn--\udcff.example/\udcfe", page(prose(21))),
        response("javascript:alert(1)", page(prose(22))),
        response("https://[half.example/", page(prose(23))),
        response("https://charset.example/", page(prose(24)) + b"\xff\xfe", http=latin),
        response("https://empty.example/", b""),
        response("https://markup.example/[bold]x[/]", page("\x1b[31m[bold]red[/] \u202e" + prose(25))),
        response("https://zip.example/", _bomb(), http=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
                 b"Content-Encoding: gzip\r\n\r\n"),
    ]  # fmt: skip
    files = {
        "truncated.warc.gz": (whole[: len(whole) - len(members[3]) // 2], {"truncated", "broken_gzip"}),
        "flipped.warc.gz": (bytes(flipped), {"truncated", "broken_gzip"}),
        "wrong_length.warc": (
            response("https://l.example/1", page(prose(30)), length=9_999_999) + good[0],
            {"truncated"},
        ),
        "no_headers.warc": (b"WARC/1.0\r\n\r\n" + good[1] + b"WARC/1.0\r\nWARC-Type: response\r\n\r\nabc", {"empty"}),
        "odd.warc": (b"".join(odd), {KEPT}),
    }
    return _write(folder / "warc", files)


def _json(folder: Path) -> dict[str, set[str]]:
    def row(**values):
        return json.dumps(values).encode() + b"\n"

    deep = b'{"text":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"
    files = {
        "rows.jsonl": (
            b'["a"]\n"b"\n1\nnull\n{"text": 1}\n{"text": null}\n{"other": "x"}\n{"text": "cut',
            {"broken_json", "no_text_field"},
        ),
        "surrogates.jsonl": (b'{"text": "\\ud800 ' + prose(40).replace("\n", " ").encode() + b'\\udfff"}\n', {KEPT}),
        "nul.jsonl": (row(text="a\0b" + prose(41), url="https://n\0.example/"), {KEPT}),
        "long_line.jsonl": (row(text="x" * 3 * LIMIT) + row(text=prose(42)), {"too_large"}),
        "deep.jsonl": (deep + b'{"text": ' + b"9" * 9999 + b"}\n", {"broken_json", "no_text_field"}),
        "latin.jsonl": (b'{"text": "caf\xe9"}\n', {"undecodable"}),
        "hostile.jsonl": (
            row(text="\x1b]0;owned\x07\x1b[2J[bold]" + prose(43), url="https://h.example/\x1b[31m", title="\x9b31m"),
            {KEPT},
        ),
        "control.jsonl": (row(text="<|endoftext|>" + prose(44) + "<|endoftext|>"), {KEPT}),
        "white.jsonl": (row(text=" \n\t\u00a0\u3000\n"), {"empty"}),
        "dates.jsonl": (row(text=prose(45), date="9999-99-99", url=7, license=["x"]), {KEPT}),
    }  # fmt: skip
    return _write(folder / "json", files)


def _parquet(folder: Path) -> dict[str, set[str]]:
    tables = {
        "other_column.parquet": (pa.table({"body": [prose(50)]}), {"no_text_field"}),
        "numbers.parquet": (pa.table({"text": [1, 2]}), {"no_text_field"}),
        "nested.parquet": (pa.table({"text": [{"a": prose(51)}], "url": [["https://x.example"]]}), {"no_text_field"}),
        "dictionary.parquet": (pa.table({"text": pa.array([prose(52)]).dictionary_encode()}), {KEPT}),
        "bytes.parquet": (pa.table({"text": pa.array([prose(53).encode(), b"\xff\xfe\xfd"], pa.binary())}), {KEPT}),
        "large.parquet": (pa.table({"text": pa.array([prose(54)], pa.large_string())}), {KEPT}),
        "no_rows.parquet": (pa.table({"text": pa.array([], pa.string())}), {"no_records"}),
    }
    there = folder / "parquet"
    there.mkdir(exist_ok=True)
    for name, (table, _) in tables.items():
        pq.write_table(table, there / name)
    whole = (there / "large.parquet").read_bytes()
    cut = _write(there, {"cut.parquet": (whole[: len(whole) // 2], {"broken_parquet"})})
    flipped = bytearray(whole)
    for at in range(40, 400, 7):
        flipped[at] ^= 0x55
    cut |= _write(there, {"flipped.parquet": (bytes(flipped), {"broken_parquet"})})
    return {f"parquet/{name}": words for name, (_, words) in tables.items()} | {
        f"parquet/{n}": w for n, w in cut.items()
    }


def _texts(folder: Path) -> dict[str, set[str]]:
    warc = gzip.compress(response("https://w.example/", page(prose(60))), mtime=0)
    files = {
        "empty.txt": (b"", {"no_records", "empty file"}),
        "white.txt": (b" \n\t \n", {"empty"}),
        "emoji.txt": ("\U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467" * 500).encode(),
        "rtl.txt": ("\u202e" + "\u0634\u0644\u0648\u0645 \u05e9\u05dc\u05d5\u05dd " * 300).encode(),
        "word.txt": b"a" * (LIMIT // 2),
        "lines.txt": (b"\n" * 100_000, {"empty"}),
        "long_line.txt": (b"word " * LIMIT, {"too_large"}),
        "nul.txt": (b"\0".join(prose(61).encode().split(b" ")), {"unknown kind"}),
        "really.txt": (warc, {KEPT}),
        "bomb.txt.gz": (_bomb(b"words of a bomb "), {"too_large"}),
        "cut.txt.gz": (gzip.compress(prose(62).encode() * 50, mtime=0)[:-20], {"truncated"}),
        "utf16.txt": (prose(63).encode("utf-16"), {KEPT}),
        "binary.txt": (bytes(range(256)) * 100, {"unknown kind", "undecodable", "not_text", KEPT}),
        "rubbish.bin": (os.urandom(2000), {"unknown kind"}),
        "tail.txt.bz2": (bz2.compress(prose(64).encode()) + b"rubbish behind", {"broken_bz2"}),
    }
    return _write(folder / "text", {n: v if isinstance(v, tuple) else (v, {KEPT}) for n, v in files.items()})


def _names(folder: Path) -> dict[str, set[str]]:
    names = [
        "with space.txt",
        "line\nend.txt",
        "category=math.txt",
        "\x1b[31mred.txt",
        "per%20cent#hash?.txt",
        "[brackets]*.txt",
    ]
    files = {name: (prose(70 + n).encode(), {KEPT}) for n, name in enumerate(names)}
    files[os.fsdecode(b"not-utf8-\xff\xfe.txt")] = (prose(79).encode(), {KEPT})
    return _write(folder / "names" / "category=x", files)


def _no_files(folder: Path) -> dict[str, set[str]]:
    there = folder / "none"
    there.mkdir()
    os.mkfifo(there / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as made:
        here = os.getcwd()
        os.chdir(there)
        made.bind("socket.txt")
        os.chdir(here)
    (there / "dangling.txt").symlink_to("nowhere")
    (there / "again").symlink_to("..")
    (there / "self.txt").symlink_to("self.txt")
    (there / "empty").mkdir()
    words = {"cannot be read", "no regular file"}
    return {f"none/{name}": words for name in ("pipe.txt", "socket.txt", "dangling.txt", "self.txt")}


def _bomb(words: bytes = b"\0" * 16) -> bytes:
    return gzip.compress(words * (4 * LIMIT), mtime=0)


def _write(folder: Path, files: dict[str, tuple[bytes, set[str]]]) -> dict[str, set[str]]:
    folder.mkdir(parents=True, exist_ok=True)
    for name, (content, _) in files.items():
        (folder / name).write_bytes(content)
    prefix = "" if folder.name == "parquet" else folder.name + "/"
    prefix = "names/category=x/" if folder.name == "category=x" else prefix
    return {prefix + name: words for name, (_, words) in files.items()}
