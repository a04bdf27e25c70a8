"""A finished run as tables: open it, ask what happened to a document, look at examples."""

from curate.corpus.corpus import Corpus
from curate.corpus.explanation import Explanation

__all__ = ["Corpus", "Explanation"]
