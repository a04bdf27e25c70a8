"""The page of contracts, made from the contracts: `python -m schemas > docs/contracts.md`."""

import pyarrow as pa

from schemas.clean import CLEAN
from schemas.contamination import CONTAMINATION
from schemas.contract import Contract
from schemas.documents import DOCUMENTS
from schemas.labels import LABELS
from schemas.ledger import LEDGER
from schemas.lines import LINES
from schemas.links import LINKS
from schemas.scores import SCORES
from schemas.shards import SHARDS
from schemas.signals import SIGNALS
from schemas.sketches import SKETCHES
from schemas.text import TEXT
from schemas.tokens import tokens

EXAMPLE_LENGTH = 8192
IN_ORDER = (SHARDS, DOCUMENTS, LINKS, SIGNALS, CONTAMINATION, SKETCHES, LINES, CLEAN, SCORES, TEXT, tokens(EXAMPLE_LENGTH), LEDGER, LABELS)
HEAD = """# Contracts

The parts of Curate meet only in files, and each file has one of these contracts. All are Parquet, and each field
carries its unit and meaning in the file. This page is made from `schemas/`: `python -m schemas > docs/contracts.md`.
The manifest of a phase is JSON and described in `schemas/manifest.py`; ids and uids in `schemas/identity.py`.
"""


def page() -> str:
    """The whole page, in Markdown."""
    return "\n".join([HEAD, *map(_section, IN_ORDER)])


def _section(contract: Contract) -> str:
    rows = [
        f"| `{field.name}` | {_type(field)} | {_meta(field, b'unit')} | {_meta(field, b'meaning')} |"
        for field in contract.schema
    ]
    further = ["", "Further columns follow, in name order."] if contract.open else []
    return "\n".join(
        [
            f"## {contract.name}",
            contract.meaning,
            "",
            "| field | type | unit | meaning |",
            "|---|---|---|---|",
            *rows,
            *further,
            "",
        ]
    )


def _type(field: pa.Field) -> str:
    return f"{field.type}{', may be null' if field.nullable else ''}"


def _meta(field: pa.Field, key: bytes) -> str:
    return (field.metadata or {}).get(key, b"").decode().replace("|", "\\|")
