"""Which documents the corpus holds and how often, and their tokens as packed rows."""
