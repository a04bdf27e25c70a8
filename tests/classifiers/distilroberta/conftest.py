"""A rule to be learnt, and one tiny model that has learnt it, for all tests here."""

import random
from typing import NamedTuple

import pyarrow as pa
import pytest

from classifiers import labels
from classifiers.task import Task
from curate.model_card import Card
from schemas.labels import LABELS

TASK = Task(name="maths", question="Is it about mathematics?", scale={0: "no", 1: "yes"}, positive="1")
TINY = {
    "vocabulary": 400, "layers": 1, "hidden": 32, "heads": 2, "max_tokens": 32, "overlap": 4,
    "epochs": 6, "batch": 16, "learning_rate": 5e-3, "dropout": 0.0,
}  # fmt: skip
MATHS = ["theorem", "lemma", "proof", "axiom", "vector", "matrix", "integer", "prime", "field", "group"]
OTHER = ["river", "bread", "garden", "train", "winter", "market", "music", "letter", "shoe", "candle"]


class Trained(NamedTuple):
    card: Card
    folder: str
    labels: labels.Labels
    told: list[str]


def document(yes: bool, draws: random.Random, words: int) -> str:
    """Words of both kinds, three in four of its own."""
    own, foreign = (MATHS, OTHER) if yes else (OTHER, MATHS)
    return " ".join(draws.choice(own if draws.random() < 0.75 else foreign) for _ in range(words))


def judged(task: Task, texts: list[str], answers: list[str]) -> labels.Labels:
    blank = {"language": "en", "group": "web", "stratum": "", "weight": 1.0, "judge": "given", "tokens": 0}
    rows = [
        {**blank, "uid": n, "text": text, "answer": answer, "key": f"site{n // 2}"}
        for n, (text, answer) in enumerate(zip(texts, answers, strict=True))
    ]
    return labels.of(pa.Table.from_pylist(rows, LABELS.schema), task)


def planted(many: int = 400, seed: int = 0) -> labels.Labels:
    draws = random.Random(seed)
    answers = [n % 2 for n in range(many)]
    texts = [document(bool(yes), draws, draws.randrange(4, 60)) for yes in answers]
    return judged(TASK, texts, [str(yes) for yes in answers])


@pytest.fixture(scope="package", autouse=True)
def _one_thread():
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="package")
def trained(tmp_path_factory) -> Trained:
    from classifiers.distilroberta.train import train

    folder, told = str(tmp_path_factory.mktemp("models") / "maths"), []
    given = planted()
    card = train(TASK, given, folder, seed=0, settings=TINY, device="cpu", tell=told.append)
    return Trained(card, folder, given, told)
