"""WET files: WARC files of conversion records, text that a crawler has already taken out of pages.

A kind of its own so that a recipe's reader can tell the two apart in `documents.source`; they are read alike.
"""

from curate.sources import warc
from curate.sources.warc import read

__all__ = ["GROUP", "read", "recognise"]

GROUP = warc.GROUP


def recognise(path: str, head: bytes) -> bool:
    return warc.recognise(path, head) and b"WARC-Type: conversion" in head and b"WARC-Type: response" not in head
