"""Batches of `tokens/` shards: which row comes when is a pure function, and reading them is all the rest."""
