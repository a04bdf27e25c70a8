"""Tokenizer files beside a model's weights, so that `AutoTokenizer` gives the ids that the shards hold.

A corpus's vocabulary is either a tokenizer.json, which is taken as it is, or a file of ranks. Ranks become merges: of
every token each pair that makes it, in the order of the ranks, so that merging goes as by ranks. The pattern is
rewritten for the tokenizers library's regular expressions (Oniguruma), where `{1,3}+` repeats and `$` ends a line.
Text that looks like a special token stays text, as it was when the corpus was encoded.

Both libraries know Unicode of different years: characters of Unicode 16 and later may be split otherwise.
"""

from __future__ import annotations

import json
from pathlib import Path

from trainer.errors import TrainingError
from trainer.vocabulary import BYTE_OF, Vocabulary

CL100K = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+"
    r"|\s++$|\s*[\r\n]|\s+(?!\S)|\s"
)
ONIGURUMA = CL100K.replace("{1,3}+", "{1,3}").replace("$", r"\z")


def files(vocabulary: Vocabulary, longest: int) -> dict[str, bytes]:
    """File names and contents: tokenizer.json, tokenizer_config.json."""
    content = _bare(vocabulary) if vocabulary.ranks is None else _of_ranks(vocabulary)
    name_of = {id: name for name, id in vocabulary.specials.items()}
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "clean_up_tokenization_spaces": False,
        "eos_token": name_of.get(vocabulary.end_of_text),
        "pad_token": name_of.get(vocabulary.padding),
        "model_max_length": longest,
        "model_input_names": ["input_ids", "attention_mask"],
        "split_special_tokens": True,
    }
    return {"tokenizer.json": content, "tokenizer_config.json": (json.dumps(config, indent=2) + "\n").encode()}


def other_ids(folder: str | Path, vocabulary: Vocabulary) -> bool:
    """Whether the tokenizer.json of a checkpoint gives some token of the vocabulary another id; false without one."""
    file = Path(folder) / "tokenizer.json"
    if not file.is_file():
        return False
    try:
        ids = json.loads(file.read_text("utf-8"))["model"]["vocab"]
    except (ValueError, KeyError, TypeError):
        raise TrainingError(f"{file}: is no tokenizer.json; copy it again") from None
    return any(ids.get(_shown(token), id) != id for id, token in vocabulary.texts.items())


def _bare(vocabulary: Vocabulary) -> bytes:
    """A tokenizer.json that puts nothing before or after a text and cuts none, as when the corpus was encoded."""
    given = json.loads(vocabulary.content)
    return json.dumps({**given, "post_processor": None, "padding": None, "truncation": None}).encode()


def _of_ranks(vocabulary: Vocabulary) -> bytes:
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers

    if vocabulary.pattern != CL100K:
        raise TrainingError(
            f"{vocabulary.file}: its pattern is not cl100k's, and no other is known in the tokenizers library's "
            "dialect; give the corpus a tokenizer.json, or save without its vocabulary"
        )
    assert vocabulary.ranks is not None
    ids = {_shown(token): rank for token, rank in vocabulary.ranks.items()}
    merges = [(_shown(left), _shown(right)) for left, right in pairs(vocabulary.ranks)]
    model = models.BPE(vocab={**ids, **vocabulary.specials}, merges=merges, fuse_unk=False, ignore_merges=True)
    tokenizer = Tokenizer(model)
    split = pre_tokenizers.Split(Regex(ONIGURUMA), behavior="isolated")
    to_bytes = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, to_bytes])
    tokenizer.decoder = decoders.ByteLevel()
    in_order = sorted(vocabulary.specials, key=lambda name: vocabulary.specials[name])
    tokenizer.add_special_tokens([AddedToken(name, normalized=False, special=True) for name in in_order])
    return str(tokenizer.to_str(pretty=False)).encode()


def pairs(ranks: dict[bytes, int]) -> list[tuple[bytes, bytes]]:
    """All pairs of tokens that make a token, in the order of the rank of what they make, then of their parts."""
    found = []
    for token in sorted(ranks, key=ranks.__getitem__):
        halves = [(token[:at], token[at:]) for at in range(1, len(token))]
        whole = [pair for pair in halves if pair[0] in ranks and pair[1] in ranks]
        found += sorted(whole, key=lambda pair: (ranks[pair[0]], ranks[pair[1]]))
    return found


def _shown(token: bytes) -> str:
    return "".join(_CHARACTER_OF[byte] for byte in token)


_CHARACTER_OF = {byte: character for character, byte in BYTE_OF.items()}
