"""links: addresses that pages of Wikipedia cite, labels for a classifier."""

import pyarrow as pa

from schemas.contract import Contract, field

LINKS = Contract(
    "links",
    "One row for each address that a document from Wikipedia cites, in the order of the page; each once a document.",
    pa.schema(
        [
            field("row", pa.int64(), "row of the document that cites"),
            field("url", pa.string(), "the address cited, as the page has it"),
        ]
    ),
)
