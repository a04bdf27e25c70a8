"""Near-duplicate detection between shards: copies, candidate pairs, estimates, exact shingles, the kept."""

from pipelines.near.kept import NONE, losses_of, resolve
from pipelines.near.steps import verify

__all__ = ["NONE", "losses_of", "resolve", "verify"]
