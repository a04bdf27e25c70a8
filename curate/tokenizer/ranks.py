"""The .tiktoken format: a line a token, its bytes in base64 and its rank.

Byte-pair encoding by ranks needs all 256 single bytes, or some text has no encoding; a file without them, with a gap
or with a broken line is refused here, because the engines would encode it wrongly and say nothing.
"""

from __future__ import annotations

import base64
import binascii

from curate.tokenizer.errors import TokenizerError


def read_ranks(content: bytes, where: str) -> dict[bytes, int]:
    """Token bytes to rank. `where` names the file in errors."""
    ranks: dict[bytes, int] = {}
    for number, line in enumerate(content.splitlines(), 1):
        if line:
            token, rank = _entry(line, f"{where}:{number}")
            if token in ranks:
                raise TokenizerError(f"{where}:{number}: the token {token!r} occurs twice; write the file again")
            ranks[token] = rank
    if sorted(ranks.values()) != list(range(len(ranks))):
        raise TokenizerError(f"{where}: the ranks are not 0 to {len(ranks) - 1}, each once; write the file again")
    missing = [byte for byte in range(256) if bytes([byte]) not in ranks]
    if missing:
        raise TokenizerError(f"{where}: no token for the byte {missing[0]:#04x} ({len(missing)} bytes lack one); "
                             "a byte-level vocabulary has all 256")
    return ranks


def write_ranks(tokens: list[bytes]) -> bytes:
    """The file of `tokens`, in the order of their ranks."""
    return b"".join(base64.b64encode(token) + b" %d\n" % rank for rank, token in enumerate(tokens))


def _entry(line: bytes, where: str) -> tuple[bytes, int]:
    try:
        token, rank = line.split()
        return base64.b64decode(token, validate=True), int(rank)
    except (ValueError, binascii.Error) as error:
        raise TokenizerError(f"{where}: not a line of a .tiktoken file (base64 token, space, rank)") from error
