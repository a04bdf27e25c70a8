"""Labels and a scorer whose probabilities are written in the texts, so that every figure is known."""

import re

import numpy as np
import pyarrow as pa

from classifiers import labels as judged
from classifiers import splits
from classifiers.task import Task
from curate.model_card import Card
from schemas.labels import LABELS

TWO = Task(name="useful", question="Is it useful?", scale={0: "no", 1: "a little", 2: "very"}, positive="2")
THREE = Task(
    name="topic", question="What is it about?", classes={"arts": "art", "science": "science", "sports": "sport"}
)
HOSTILE = '<script>alert(1)</script>\x1b[31m\u202egnp.exe"><img src=x onerror=alert(2)>'


def labels(task, rows):
    """Of (text, answer, key) or (text, answer, key, {other columns})."""
    filled = {name: judged.FILLED.get(name) for name in LABELS.schema.names}
    table = [
        {**filled, "uid": i, "text": text, "answer": answer, "key": key, "host": key, **(more[0] if more else {})}
        for i, (text, answer, key, *more) in enumerate(rows)
    ]
    return judged.of(pa.Table.from_pylist(table, schema=LABELS.schema), task)


def card(task, **more):
    fields = {
        "task": task.name,
        "kind": "fasttext",
        "classes": task.names,
        "positive": task.positive_class,
        "files": {"model.bin": "0" * 64},
        "licence": "CC0-1.0",
        "task_digest": task.digest,
        "seed": 1,
        "data": {"digest": "of others", "rows": 10, "keys": 5, "judges": ["links"]},
        "settings": {},
        "metrics": {},
    }
    return Card(**{**fields, **more})


class Written:
    """Gives each text the probabilities that stand in it as p=0.9 or p=0.2,0.3,0.5; 0 where there are none."""

    def __init__(self, card):
        self.card = card

    def probabilities(self, texts):
        return np.array([self._of(text) for text in texts.to_pylist()], np.float32).reshape(-1, len(self.card.classes))

    def _of(self, text):
        found = re.search(r"p=([\d.,]+\d)", text)
        if self.card.positive is None:
            return [float(p) for p in found[1].split(",")]
        p = float(found[1]) if found else 0.0
        return [1 - p, p]


def tested(task, many, seed=1):
    """Keys that a seed keeps for testing."""
    keys = np.array([f"site{n}.example" for n in range(many * 30)], dtype=object)
    return keys[splits.split(keys, seed) == splits.TEST][:many].tolist()


def of_two(documents=400, keys=40, seed=0, noise=0.25):
    """Useful documents score higher, with noise; one is hostile."""
    draws, rows, hosts = np.random.default_rng(seed), [], tested(TWO, keys)
    for n in range(documents):
        useful = draws.random() < 0.3
        p = float(np.clip(draws.normal(0.7 if useful else 0.3, noise), 0, 1))
        text = f"p={p:.3f} {'$x$ {y} ' * int(useful and draws.random() < 0.5)}" + "word " * int(draws.integers(1, 60))
        more = {"language": ["en", "de", "fr"][int(draws.integers(0, 3) ** 1.5) % 3], "url": f"https://x.example/{n}"}
        more["language"] = "en" if draws.random() < 0.7 else more["language"]
        rows.append((text, "2" if useful else "0", hosts[int(draws.integers(0, keys) ** 2 // keys)], more))
    rows.append((f"p=0.999 {HOSTILE}", "0", hosts[0], {"reason": HOSTILE, "url": HOSTILE, "judge": HOSTILE}))
    return labels(TWO, rows)


def of_three(documents=300, keys=30, seed=0, task=THREE):
    draws, rows, hosts = np.random.default_rng(seed), [], tested(task, keys)
    for _ in range(documents):
        k = int(draws.integers(0, len(task.names)))
        p = draws.dirichlet(np.ones(len(task.names)) * 0.7 + 3.0 * (np.arange(len(task.names)) == k))
        text = f"p={','.join(f'{v:.4f}' for v in p)} " + "word " * int(draws.integers(1, 60))
        rows.append((text, task.names[k], hosts[int(draws.integers(0, keys))]))
    return labels(task, rows)
