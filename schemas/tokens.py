"""tokens: packed sequences of one length, what a trainer reads. `sequence=`/`category=` are folders, not columns."""

import pyarrow as pa

from schemas.contract import Contract, field


def tokens(length: int) -> Contract:
    """The contract of shards packed at `length` tokens a row.

    File metadata (bytes): `vocabulary` its digest, `end_of_text` and `padding` token ids, `length`.
    """
    return Contract(
        "tokens",
        "One row for each packed sequence. Each document ends with the end-of-text token; padding lies outside `length`.",
        pa.schema(
            [
                field("tokens", pa.list_(pa.int32(), length), "token ids, padded at the end", unit="token ids"),
                field("length", pa.int32(), "tokens of the row that are not padding", unit="tokens"),
                field("starts", pa.list_(pa.int32()), "index in the row at which each piece begins", unit="tokens"),
                field("ids", pa.list_(pa.int64()), "document id of each piece"),
                field("offsets", pa.list_(pa.int32()), "token of its document at which each piece begins", unit="tokens"),
                field("bytes", pa.list_(pa.int32()), "UTF-8 bytes of the text of each piece", unit="bytes"),
            ]
        ),
    )
