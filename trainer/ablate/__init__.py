"""Ablations: the same small model on different corpora or mixes, and what that says of them."""
