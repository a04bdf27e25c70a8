"""Take documents out of a finished corpus: `curate exclude`. What is rewritten and what not: docs/exclude.md."""

from pipelines.exclude.taking_out import Excluded, exclude

__all__ = ["Excluded", "exclude"]
