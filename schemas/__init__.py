"""The Arrow contracts between the parts of Curate: one file each, every field with unit and meaning."""

from schemas.clean import CLEAN
from schemas.contamination import CONTAMINATION
from schemas.contract import Contract, check, field
from schemas.documents import DOCUMENTS, OK
from schemas.identity import corpora_of, make_ids, places_of, rows_of, shards_of, uid
from schemas.labels import LABELS
from schemas.ledger import ACTIONS, LEDGER
from schemas.lines import LINES
from schemas.links import LINKS
from schemas.manifest import Counts, Manifest, Output
from schemas.scores import SCORES
from schemas.shards import SHARDS
from schemas.signals import SIGNALS
from schemas.sketches import SKETCHES
from schemas.text import TEXT
from schemas.tokens import tokens

__all__ = [
    "ACTIONS", "CLEAN", "CONTAMINATION", "Contract", "Counts", "DOCUMENTS", "LABELS", "LEDGER", "LINES", "LINKS", "Manifest", "OK", "Output", "SCORES",
    "SHARDS", "SIGNALS", "SKETCHES", "TEXT", "check", "corpora_of", "field", "make_ids", "places_of", "rows_of", "shards_of",
    "tokens", "uid",
]
