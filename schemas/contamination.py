"""contamination: which benchmark item hit which document; what stands behind the signals `contamination.*`."""

import pyarrow as pa

from schemas.contract import Contract, field

CONTAMINATION = Contract(
    "contamination",
    "One row for each document and benchmark item that share an n-gram; written where the recipe names benchmarks.",
    pa.schema(
        [
            field("row", pa.int64(), "row of the document"),
            field("benchmark", pa.string(), "name of the benchmark in the recipe"),
            field("item", pa.string(), "its id where the recipe names that field, else its number in the file, from 0"),
            field("ngrams", pa.int32(), "of the item's n-grams those in the document", unit="n-grams"),
            field("overlap", pa.float32(), "their share of the item's n-grams", unit="fraction"),
            field("covered", pa.float32(), "the item's words inside them, of those inside any", unit="fraction"),
        ]
    ),
)
