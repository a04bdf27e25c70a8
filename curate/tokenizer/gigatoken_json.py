"""Which tokenizer.json gigatoken encodes with the ids of the tokenizers library.

It knows a pre-tokenizer by the exact text of its pattern and refuses others. Beyond that it is taken only where
- the pattern asks for letters and numbers alone (the two libraries' Unicode is compared for these, `newer_unicode`);
- the merges stand in the order of the ids they make, which is what gigatoken goes by;
- both give the same ids on every token's own text and on `PROBES`.

Special tokens are taken out of what it reads, so they are ordinary text; other added tokens are cut out of a text by
the library, so documents that hold one go there.
"""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import Any

import pyarrow as pa

from curate.tokenizer.fast import Exact, Fast

PROBES = [
    "1234567 12 1", "don't WE'LL 'S'ſ 'Ve", "a\n\n b\r\n\r\n  c   ", "   \n \t x", "!!!\n\n?? ...\r",
    "naïve 漢字かな 한글", "e\u0301\u0308 x\u200dy", "\U0001f469\u200d\U0001f467!", "٠١٢٣ ⅧⅧ ²³",
    " \u00a0\u2003 x\u3000", "\0\ufeff\ufffd", "<|im_start|>[PAD]</s>", "_a.b(c)",
]  # fmt: skip


def fast_engine(config: dict[str, Any], tokens: list[bytes], exact: Exact) -> Fast | None:
    """gigatoken's engine, or None where the library alone is to be trusted."""
    if not _plain(config):
        return None
    import gigatoken

    bare = json.dumps(_bare(config)).encode()
    try:
        engine = Fast(lambda: gigatoken.Tokenizer.from_json(bare), exact, _apart(config))
    except Exception:  # the library raises several kinds for what it does not know
        return None
    probes = pa.array([*PROBES, *(text for token in tokens if (text := _text(token)))])
    same = all((mine == own).all() for mine, own in _both(engine, exact, probes))
    return engine if same else None


def _both(engine: Fast, exact: Exact, texts: pa.Array) -> list[tuple[Any, Any]]:
    (ids, offsets), (own, own_offsets) = engine.encode(texts), exact.encode(texts)
    if len(ids) != len(own):
        ids = own + 1
    return [(ids, own), (offsets, own_offsets)]


def _plain(config: dict[str, Any]) -> bool:
    """Whether the pre-tokenizer and the merges are of a kind that can agree."""
    steps = config["pre_tokenizer"].get("pretokenizers") or [config["pre_tokenizer"]]
    kinds = [step["type"] for step in steps]
    if kinds == ["ByteLevel"]:
        known = steps[0].get("use_regex", True)
    else:
        pattern = steps[0].get("pattern", {}).get("Regex", "")
        known = (
            kinds == ["Split", "ByteLevel"]
            and (steps[0]["behavior"], steps[0]["invert"]) == ("Isolated", False)
            and not steps[1].get("use_regex", True)
            and set(re.findall(r"\\[pP]\{?(\^?\w+)", pattern)) <= {"L", "N"}
        )
    return bool(known) and not any(token.isspace() for token in _apart(config)) and _in_order(config["model"])


def _in_order(model: dict[str, Any]) -> bool:
    pairs = (merge.split(" ") if isinstance(merge, str) else merge for merge in model["merges"])
    made = [model["vocab"].get("".join(pair), -1) for pair in pairs]
    odd = [model.get(name) for name in ("continuing_subword_prefix", "end_of_word_suffix", "byte_fallback")]
    return not any(odd) and all(before <= after for before, after in pairwise(made)) and min(made, default=0) >= 0


def _apart(config: dict[str, Any]) -> list[str]:
    return [token["content"] for token in config.get("added_tokens") or [] if not token["special"]]


def _bare(config: dict[str, Any]) -> dict[str, Any]:
    """The file without its added tokens."""
    added = {token["content"] for token in config.get("added_tokens") or []}
    vocab = {token: id for token, id in config["model"]["vocab"].items() if token not in added}
    return {**config, "added_tokens": [], "post_processor": None, "model": {**config["model"], "vocab": vocab}}


def _text(token: bytes) -> str:
    return token.decode("utf-8", "ignore")
