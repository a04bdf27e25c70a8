"""A small corpus in two languages, with reasoning and topics in it by words of their own, and tiny real models of them.

fastText is trained by its library on made-up labels, the transformer from random weights; the cascade of both has a
joint histogram that was made up too, of enough documents for a band that is not everything.
"""

from __future__ import annotations

import dataclasses
import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import yaml

from classifiers import labels
from classifiers.cascade import build, joint
from classifiers.task import Task
from curate import model_card
from curate.recipe import Recipe, load

REASONING = Task(name="reasoning", question="Does it reason?", scale={0: "no", 1: "it does"}, positive="1")
TOPIC = Task(name="topic", question="What about?", classes={"arts": "art", "science": "science", "sports": "sport"})
PLAIN = [
    "river", "stone", "garden", "window", "letter", "summer", "mountain", "bread", "paper", "horse", "market", "winter",
]  # fmt: skip
GERMAN = [
    "Fluss", "Stein", "Garten", "und", "der", "Brief", "Berg", "das", "Brot", "nicht", "Pferd", "Markt", "mit", "Dorf",
]  # fmt: skip
WORDS = {
    "1": ["therefore", "hence", "sum", "equals", "divide", "prove", "because", "number", "solve", "step"],
    "0": ["cheap", "sale", "shipping", "basket", "click", "order", "discount", "brand", "gift", "shop"],
    "arts": ["painting", "opera", "museum", "poem", "theatre", "novel", "sculpture"],
    "science": ["electron", "cell", "planet", "enzyme", "orbit", "genome", "reaction"],
    "sports": ["goal", "referee", "league", "striker", "marathon", "coach", "stadium"],
}
FASTTEXT = {"dimensions": 8, "buckets": 16384, "epochs": 5}
TRANSFORMER = {
    "vocabulary": 300, "layers": 1, "hidden": 16, "heads": 2, "max_tokens": 64, "overlap": 8, "windows": 2,
    "epochs": 2, "batch": 16,
}  # fmt: skip
RECIPE: dict[str, Any] = {
    "base": None,
    "name": "classified",
    "sources": [{"paths": ["pages"], "group": "web"}, {"paths": ["facts.jsonl"], "group": "reference"}],
    "shards": {"target": 60_000},
    "pack": {"lengths": [256]},
}
REASONED = {"task": "reasoning", "model": "models/reasoning"}
TOPICS = {"task": "topic", "model": "models/topic"}


def make(folder: Path, seed: int = 0) -> Path:
    """Input and models; returns the folder."""
    draw = random.Random(seed)
    (folder / "pages").mkdir(parents=True)
    for number, language in enumerate(("en", "de", "en")):
        pages = [page(draw, n, language, number) for n in range(60)]
        (folder / "pages" / f"{number}.jsonl").write_text("".join(json.dumps(one) + "\n" for one in pages))
    facts = [page(draw, n, "en", 9) for n in range(10)]
    (folder / "facts.jsonl").write_text("".join(json.dumps(one) + "\n" for one in facts))
    models(folder / "models", draw)
    return folder


def models(folder: Path, draw: random.Random) -> None:
    from classifiers.distilroberta.train import train as train_transformer
    from classifiers.fasttext.train import train as train_fasttext

    judged, by_topic = labelled(REASONING, ("0", "1"), draw), labelled(TOPIC, ("arts", "science", "sports"), draw)
    train_fasttext(REASONING, judged, str(folder / "reasoning"), settings=FASTTEXT, licence="CC0-1.0")
    train_fasttext(TOPIC, by_topic, str(folder / "topic"), settings=FASTTEXT, licence="CC0-1.0")
    slow = str(folder / "transformer")
    train_transformer(REASONING, judged, slow, settings=TRANSFORMER, device="cpu", tell=lambda said: None)
    card = build(str(folder / "reasoning"), slow, judged, str(folder / "cascade"), device="cpu")
    said = np.clip(np.arange(5000) % 1001, 0, 1000)
    seen = joint(said, np.clip(said + (np.arange(5000) % 101 - 50) * 2, 0, 1000))
    changed = dataclasses.replace(card, settings={**card.settings, "joint": seen.to_json()})
    model_card.write(changed, str(folder / "cascade"))


def labelled(task: Task, answers: tuple[str, ...], draw: random.Random) -> labels.Labels:
    kinds = [draw.choice(answers) for _ in range(240)]
    texts = [text(draw, WORDS[kind], draw.uniform(0.2, 0.5)) for kind in kinds]
    table = pa.table({"text": texts, "answer": kinds, "key": [f"host{n % 40}" for n in range(len(kinds))]})
    return labels.of(labels._filled(table, "labels"), task)


def page(draw: random.Random, n: int, language: str, part: int) -> dict[str, str]:
    topic = draw.choice(["arts", "arts", "arts", "science", "sports"])
    own = [*WORDS[draw.choice("01")], *WORDS[topic]]
    plain = GERMAN if language == "de" else PLAIN
    body = " " if n == 7 else text(draw, own, draw.uniform(0.1, 0.4), plain)
    return {"text": body, "url": f"https://h{n % 9}.example.org/{part}/{n}"}


def text(draw: random.Random, words: list[str], share: float, plain: list[str] = PLAIN) -> str:
    found = [draw.choice(words if draw.random() < share else plain) for _ in range(80 + draw.randrange(60))]
    return "\n".join(" ".join(found[at : at + 12]) + "." for at in range(0, len(found), 12))


def recipe(folder: Path, name: str = "recipe", **sections: Any) -> Recipe:
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump({**RECIPE, **sections}, sort_keys=False))
    return load(str(path))
