"""A tokenizer.json: the tokenizers library defines the ids, gigatoken gives them sooner where it can.

Only byte-level BPE is taken: the corpus promises the UTF-8 bytes of every packed piece, and a vocabulary that
normalises, adds a space or has an unknown token loses them. Special tokens in a document are ordinary text here too.
Which files gigatoken is trusted with is told in `gigatoken_json`; the library alone takes a hundred times as long.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np
import pyarrow as pa

from curate.tokenizer.buffers import joined
from curate.tokenizer.errors import TokenizerError
from curate.tokenizer.fast import refused
from curate.tokenizer.gigatoken_json import fast_engine
from curate.tokenizer.tokenizer import Tokenizer
from curate.tokenizer.vocabulary import Vocabulary, token_bytes

END_OF_TEXT = ["<|end_of_text|>", "<|endoftext|>", "</s>", "<eos>", "<|eos|>"]
PADDING = ["<|finetune_right_pad_id|>", "<|padding|>", "<|pad|>", "<pad>", "[PAD]"]


def of_json(content: bytes, where: str, exactly: bool = False) -> Tokenizer:
    """The tokenizer of a tokenizer.json's bytes; `exactly` asks for the library alone."""
    from tokenizers import Tokenizer as Model

    try:
        config = json.loads(content)
        model = Model.from_str(content.decode("utf-8"))
    except Exception as error:  # the library raises plain Exception
        raise TokenizerError(f"{where} is not a tokenizer.json ({error})") from error
    _refuse_lossy(config, where)
    model.encode_special_tokens = True
    model.no_padding()
    model.no_truncation()
    vocabulary, exact = _vocabulary(config, model, content, where), Exact(model)
    tokens = list(_texts(config["model"]["vocab"], set(vocabulary.specials), byte_of_character()))
    exact.alone_because = refused(exactly)
    engine = None if exact.alone_because else fast_engine(config, tokens, exact)
    if not engine and not exact.alone_because:
        exact.alone_because = "gigatoken does not know its pattern"
    return Tokenizer(vocabulary, engine or exact)


class Exact:
    """The tokenizers library on one batch."""

    name = "tokenizers"
    alone_because = ""

    def __init__(self, model: Any) -> None:
        self._model = model

    def encode(self, texts: pa.Array) -> tuple[np.ndarray, np.ndarray]:
        batch = self._model.encode_batch_fast([text or "" for text in texts.to_pylist()], add_special_tokens=False)
        return joined([np.array(encoding.ids, np.int32) for encoding in batch])

    def encode_one(self, text: str) -> np.ndarray:
        """Ids of one text, int32."""
        return np.array(self._model.encode(text, add_special_tokens=False).ids, np.int32)

    def decode(self, ids: list[int]) -> str:
        return self._model.decode(ids, skip_special_tokens=False)


def byte_of_character() -> dict[str, int]:
    """The alphabet of byte-level BPE (GPT-2): printable Latin-1 stands for itself, the other bytes for U+0100 on."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [byte for byte in range(256) if byte not in set(plain)]
    return {chr(byte): byte for byte in plain} | {chr(256 + n): byte for n, byte in enumerate(rest)}


def _refuse_lossy(config: dict[str, Any], where: str) -> None:
    model, steps = config["model"], _steps(config.get("pre_tokenizer"))
    wrong = None
    if model.get("type") != "BPE" or not any(step.get("type") == "ByteLevel" for step in steps):
        wrong = "is not byte-level BPE"
    elif config.get("normalizer") and _steps(config["normalizer"]):
        wrong = f"normalises text ({config['normalizer'].get('type')})"
    elif any(step.get("add_prefix_space") for step in steps):
        wrong = "adds a space before each document (add_prefix_space)"
    elif model.get("dropout"):
        wrong = "drops merges at random (dropout)"
    elif missing := sum(character not in model["vocab"] for character in byte_of_character()):
        wrong = f"has no token for {missing} of the 256 bytes"
    if wrong:
        raise TokenizerError(f"{where} {wrong}, so bytes of text cannot be counted exactly; "
                             "give a byte-level vocabulary, such as a .tiktoken file")


def _steps(stage: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The steps of a stage that may be a sequence."""
    if not stage:
        return []
    return stage.get("pretokenizers") or stage.get("normalizers") or ([] if stage["type"] == "Sequence" else [stage])


def _vocabulary(config: dict[str, Any], model: Any, content: bytes, where: str) -> Vocabulary:
    byte_of = byte_of_character()
    added = {token["content"]: token["id"] for token in config.get("added_tokens") or []}
    specials = {token["content"]: token["id"] for token in config.get("added_tokens") or [] if token["special"]}
    ends = [token for token in END_OF_TEXT if token in specials]
    if not ends:
        raise TokenizerError(f"{where} has no special end-of-text token; add one of {', '.join(END_OF_TEXT)}")
    size = max(model.get_vocab(with_added_tokens=True).values()) + 1
    padding = next((token for token in PADDING if token in specials), "<|padding|>")
    specials.setdefault(padding, size)
    texts = _texts(config["model"]["vocab"], set(added), byte_of)
    texts |= {token.encode(): id for token, id in added.items() if token not in specials}
    lengths = token_bytes(texts, max(size, specials[padding] + 1))
    pattern = json.dumps(config.get("pre_tokenizer"), sort_keys=True)
    name = f"{config['model']['type']}-{hashlib.sha256(content).hexdigest()[:8]}"
    return Vocabulary(
        name, "tokenizer.json", content, pattern, specials, specials[ends[0]], specials[padding], lengths
    )


def _texts(vocab: dict[str, int], added: set[str], byte_of: dict[str, int]) -> dict[bytes, int]:
    ordinary = ((token, id) for token, id in vocab.items() if token not in added)
    return {bytes(byte_of[character] for character in token): id for token, id in ordinary}
