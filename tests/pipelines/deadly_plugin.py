"""A plugin that ends its process where a text says so, while the file `armed` lies beside it; copied by a test.

`mortal` kills wherever it stands, `fatal` only once the footer is gone: in `clean`, which measures edited texts again.
"""

import os
import signal
from pathlib import Path

import numpy as np
import pyarrow as pa

from curate.signals import Signal

SIGNALS = {"bytes": Signal(pa.int64(), "bytes", "length of the text", "ours")}
FOOTER = "All rights reserved by the village press"


def compute(scan, documents):
    texts = [text or "" for text in documents["text"].to_pylist()]
    if (Path(__file__).parent / "armed").exists() and any(map(_kills, texts)):
        os.kill(os.getpid(), signal.SIGSEGV)
    return {"bytes": np.array([len(text.encode()) for text in texts])}


def _kills(text):
    return "mortal" in text or ("fatal" in text and FOOTER not in text)
