"""Archives for tests, byte for byte the same each time."""

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

MIT = """MIT License

Copyright (c) 2020 A. Nyone

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction. The above copyright notice and this permission notice shall be included.
"""


def tar(members: dict[str, bytes | str], suffix: str = "", links: tuple[str, ...] = (), pax=None) -> bytes:
    """A tar of these members in this order; gzip if the suffix says so."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w", format=tarfile.PAX_FORMAT, pax_headers=pax or {}) as archive:
        for name, body in members.items():
            info = tarfile.TarInfo(name)
            plain = body.encode() if isinstance(body, str) else body
            info.size = len(plain)
            archive.addfile(info, io.BytesIO(plain))
        for name in links:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
            archive.addfile(info)
    return gzip.compress(held.getvalue(), mtime=0) if suffix == ".gz" else held.getvalue()


def zipped(members: dict[str, bytes | str], comment: bytes = b"") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = comment
        for name, body in members.items():
            archive.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def written(folder: Path, name: str, content: bytes) -> str:
    (folder / name).write_bytes(content)
    return str(folder / name)
