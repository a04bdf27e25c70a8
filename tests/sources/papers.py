"""Small e-prints and tars of them, in memory."""

import gzip
import io
import tarfile

PAPER = "\\documentclass{article}\\begin{document}\\title{T}\\section{S}Text $x$.\\end{document}"


def tar(files: dict[str, bytes | str], format: int = tarfile.USTAR_FORMAT) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=format) as archive:
        for name, content in files.items():
            raw = content.encode() if isinstance(content, str) else content
            member = tarfile.TarInfo(name)
            member.size = len(raw)
            archive.addfile(member, io.BytesIO(raw))
    return packed.getvalue()


def eprint(files: dict[str, bytes | str] | str) -> bytes:
    """A paper as arXiv stores it: the gzip of a TeX file, or of a tar."""
    return gzip.compress(files.encode() if isinstance(files, str) else tar(files), mtime=0)
