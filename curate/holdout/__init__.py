"""Held-out text: what corpora of one input can be compared on, since none of them was trained on it.

A rule on `holdout.part` (curate/signals/holdout.py) takes whole hosts out of a run before anything else judges them.
`recipes` puts it into a recipe and makes the raw counterpart of one, `documents` finds the text that it removed in the
least curated run, `copies` drops what stands in a training text all the same, `write` packs the rest as token shards.
"""
