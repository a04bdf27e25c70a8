"""Near-duplicate detection between shards: copies, candidate pairs, estimates, exact shingles, the kept."""

from pipelines.near.kept import losses_of, resolve
from pipelines.near.steps import edges_of

__all__ = ["edges_of", "losses_of", "resolve"]
