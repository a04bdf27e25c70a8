"""Which tokenizer.json gigatoken encodes, and that its ids are the library's."""

import pyarrow as pa
import pytest
from tokenizers import Regex, decoders, models, pre_tokenizers, trainers
from tokenizers import Tokenizer as Library

from curate import tokenizer
from curate.tokenizer.huggingface import byte_of_character
from tests.tokenizer.conftest import LINES
from tests.tokenizer.hostile import strings

LLAMA3, QWEN2 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|" + number +
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+" for number in (r"\p{N}{1,3}", r"\p{N}")
)  # fmt: skip
OTHER = r"\p{Lu}?\p{Ll}+|\p{N}|[^\p{L}\p{N}]+|\p{L}"
POSSESSIVE = (  # gigatoken takes it for cl100k's, the library reads `{1,3}+` as a repetition
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+"
    r"|\s++$|\s*[\r\n]|\s+(?!\S)|\s+"
)


def trained(pattern):
    library = Library(models.BPE())
    if pattern:
        split = pre_tokenizers.Split(Regex(pattern), "isolated")
        to_bytes = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
        library.pre_tokenizer = pre_tokenizers.Sequence([split, to_bytes])
    else:
        library.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    library.decoder = decoders.ByteLevel()
    alphabet = sorted(byte_of_character())
    trainer = trainers.BpeTrainer(vocab_size=1200, initial_alphabet=alphabet, show_progress=False)
    library.train_from_iterator([*LINES, *strings(500, seed=5)], trainer)
    library.add_special_tokens(["<|endoftext|>"])
    library.add_tokens(["<think>"])
    return library


@pytest.mark.parametrize(
    "pattern, engine",
    [
        (None, "gigatoken"), (LLAMA3, "gigatoken"), (QWEN2, "gigatoken"),
        (OTHER, "tokenizers"), (POSSESSIVE, "tokenizers"),
    ],
)
def test_hostile_texts_get_the_ids_of_the_library_and_come_back(pattern, engine, tmp_path):
    library = trained(pattern)
    library.save(str(tmp_path / "tokenizer.json"))
    loaded = tokenizer.load({"file": str(tmp_path / "tokenizer.json")})
    assert loaded.engine == engine and loaded.reference == "tokenizers"
    texts = [*strings(1500), "a<think> b", "<|endoftext|>"]
    ids, offsets = loaded.encode(pa.array(texts))
    library.encode_special_tokens = True
    for row, text in enumerate(texts):
        own = ids[offsets[row] : offsets[row + 1]]
        assert own.tolist() == library.encode(text, add_special_tokens=False).ids
        assert loaded.decode(own) == text
    assert loaded.end_of_text not in ids
    assert loaded.differing(pa.array(texts), ids, offsets) == []
