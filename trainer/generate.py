"""Text from a model: the likeliest token each time, or one drawn by its probability.

Every token computes the row before it once more. That is the square of what a cache of keys would cost, and needs
nothing from the model but its forward pass; samples of a few hundred tokens are for looking at. Serving is done from
the Hugging Face folder (`python -m trainer.evaluate export`).

    python -m trainer.generate run --prompt "Once upon a time" --tokens 100 --temperature 0.8 --seed 1
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
import xxhash
from torch import Tensor

from trainer import vocabulary
from trainer.errors import TrainingError
from trainer.metrics import lines
from trainer.metrics.page import publish
from trainer.model import Llama
from trainer.trained import device, open_trained
from trainer.vocabulary import Vocabulary

PROMPTS = ("Return the", "def")


def sample(
    model: Llama, vocabulary: Vocabulary, prompt: str, tokens: int, seed: int = 0, temperature: float = 0.0
) -> str:
    """What follows `prompt`: at most `tokens` tokens, fewer where the model ends the text. Temperature 0 is greedy.

    A prompt must not be empty: the first token of a document follows nothing, so no model was taught to begin. Each
    prompt has draws of its own: with the same ones a weak model would say the same after every prompt.
    """
    if not (ids := vocabulary.encode(prompt)):
        raise TrainingError("prompt: is empty, and a model only goes on from something; write a word")
    never = [id for id in range(model.config.vocab_size) if id not in vocabulary.texts and id != vocabulary.end_of_text]
    seed = xxhash.xxh3_64_intdigest(f"{seed} {prompt}".encode())
    return vocabulary.decode(continued(model, ids, tokens, seed, temperature, never, vocabulary.end_of_text))


def continued(
    model: Llama,
    ids: Sequence[int],
    tokens: int,
    seed: int = 0,
    temperature: float = 0.0,
    never: Sequence[int] = (),
    end: int | None = None,
) -> list[int]:
    """The ids after `ids`, without `end`, at which it stops; those of `never` have no chance."""
    generator = torch.Generator().manual_seed(seed)
    row, banned = list(ids), torch.tensor(list(never), dtype=torch.int64)
    while len(row) < len(ids) + tokens:
        logits = last_logits(model, row[-model.longest :], 1)[0]
        logits[banned] = -torch.inf
        chosen = _chosen(logits, temperature, generator)
        if chosen == end:
            break
        row.append(chosen)
    return row[len(ids) :]


@torch.no_grad()
def last_logits(model: Llama, ids: Sequence[int], count: int) -> Tensor:
    """fp32 [count, V] on the CPU: the logits at the last `count` of `ids`, one document; no others are computed."""
    assert model.output is not None
    device = model.output.weight.device
    tokens = torch.tensor([list(ids)], dtype=torch.int64, device=device)
    starts = torch.zeros(1, len(ids), dtype=torch.int32, device=device)
    handle = model.output.register_forward_pre_hook(lambda _, given: (given[0][:, -count:], *given[1:]))
    try:
        logits = model(tokens, starts)
    finally:
        handle.remove()
    assert isinstance(logits, Tensor)
    return logits[0].float().cpu()


def _chosen(logits: Tensor, temperature: float, generator: torch.Generator) -> int:
    if not logits[~torch.isneginf(logits)].isfinite().all():
        raise TrainingError("the model's logits are not finite; take an earlier --step, before its loss was spoilt")
    if temperature <= 0:
        return int(logits.argmax())
    probabilities = torch.softmax(logits.double() / temperature, -1)
    return int(torch.multinomial(probabilities, 1, generator=generator))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m trainer.generate", description="Text from a run's model.")
    parser.add_argument("run", help="a run's folder, or a Hugging Face checkpoint's")
    parser.add_argument("--prompt", action="append", help="what a text begins with; may be given several times")
    parser.add_argument("--tokens", type=int, default=100)
    parser.add_argument("--temperature", type=_temperature, default=0.8, help="0 takes the likeliest token each time")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--step", help="a checkpoint's, or `averaged`; the newest where absent")
    parser.add_argument("--corpus", help="whose vocabulary to take; that of the run's corpora where absent")
    parser.add_argument("--device", type=device, default="cuda" if torch.cuda.is_available() else "cpu")
    asked = parser.parse_args(arguments)
    try:
        trained = open_trained(asked.run, asked.step)
        known = vocabulary.read(asked.corpus) if asked.corpus else trained.vocabulary()
        model = trained.model(asked.device)
        told: list[dict[str, Any]] = []
        for given in asked.prompt or PROMPTS:
            prompt = given.encode(errors="replace").decode()  # an argument's bytes need not be UTF-8
            text = sample(model, known, prompt, asked.tokens, asked.seed, asked.temperature)
            sys.stdout.buffer.write(f"--- {prompt!r}\n{prompt}{text}\n\n".encode())
            sys.stdout.flush()
            told.append({"step": trained.step, "prompt": prompt, "text": text})
        _on_the_page(Path(asked.run), told)
    except TrainingError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def _temperature(text: str) -> float:
    value = float(text)
    if not 0 <= value < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is no number from 0 on")
    return value


def _on_the_page(run: Path, told: list[dict[str, Any]]) -> None:
    """A run's own page shows what its model wrote; another folder is left as it is."""
    if not (run / lines.FILE).is_file():
        return
    with open(run / "samples.jsonl", "a", encoding="utf-8") as out:
        out.writelines(json.dumps(sample) + "\n" for sample in told)
    publish(run)


if __name__ == "__main__":
    sys.exit(main())
