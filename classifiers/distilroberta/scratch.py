"""A small RoBERTa from random weights, and a byte-level BPE vocabulary learnt from the training documents alone.

For tasks that a few layers can learn from labels, for machines without a checkpoint, and for tests. The vocabulary is
built as RoBERTa's is (256 bytes, merges, five specials with its ids), by the `tokenizers` library, whose counts and
ties do not depend on threads: the same documents give the same bytes. It never sees validation or testing documents.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from classifiers.distilroberta.settings import Settings

if TYPE_CHECKING:
    from tokenizers import Tokenizer

SPECIALS = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
MOST_CHARS = 20_000  # of a document: openings say enough of a vocabulary


def vocabulary(texts: Iterable[str], size: int) -> Tokenizer:
    """A tokenizer of at most `size` tokens; fewer where the documents have no more to merge."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        min_frequency=2,
        special_tokens=list(SPECIALS),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    made.train_from_iterator((text[:MOST_CHARS] for text in texts), trainer)
    return made


def config(settings: Settings, tokens: int) -> dict[str, Any]:
    """config.json of a RoBERTa of the settings' sizes; positions begin at 2, as RoBERTa counts them."""
    return {
        "model_type": "roberta",
        "vocab_size": tokens,
        "hidden_size": settings.hidden,
        "num_hidden_layers": settings.layers,
        "num_attention_heads": settings.heads,
        "intermediate_size": 4 * settings.hidden,
        "max_position_embeddings": settings.max_tokens + 2,
        "type_vocab_size": 1,
        "layer_norm_eps": 1e-5,
        "bos_token_id": SPECIALS.index("<s>"),
        "pad_token_id": SPECIALS.index("<pad>"),
        "eos_token_id": SPECIALS.index("</s>"),
    }
