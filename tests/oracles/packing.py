"""Packing as a description: lay all documents end to end, each with its end-of-text, and cut every `length` tokens."""


def pack(documents, length, end_of_text, padding, token_bytes):
    """`documents`: (id, tokens) in order. Rows as dictionaries."""
    stream = [
        (id, offset, token, token_bytes[token] if offset < len(tokens) else 0)
        for id, tokens in documents
        for offset, token in enumerate([*tokens, end_of_text])
    ]
    return [_row(stream[at : at + length], length, padding) for at in range(0, len(stream), length)]


def _row(part, length, padding):
    starts = [at for at, (_, offset, _, _) in enumerate(part) if at == 0 or offset == 0]
    ends = [*starts[1:], len(part)]
    return {
        "tokens": [token for _, _, token, _ in part] + [padding] * (length - len(part)),
        "length": len(part),
        "starts": starts,
        "ids": [part[start][0] for start in starts],
        "offsets": [part[start][1] for start in starts],
        "bytes": [sum(size for *_, size in part[start:end]) for start, end in zip(starts, ends, strict=True)],
    }
