"""A cascade's folder: both models copied in, and what they said of documents that neither was trained on.

    models/reasoning/
      card.json      kind cascade; settings.joint is what bands are chosen from, for any cut and any corpus
      fast/ slow/    folders of models with their own cards

Held out are the documents whose keys are in neither model's training split. Both models' validation and test keys
serve: scores were calibrated on the former, but what is measured here is where the two differ. Models trained with one
seed share their splits, a fifth of the keys; with two seeds a twenty-fifth is left.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from classifiers import splits
from classifiers.cascade.histogram import Joint, joint
from classifiers.cascade.uncertainty import AGREEMENT, Expected, band, expected, slow_threshold
from classifiers.labels import Labels
from classifiers.scorer import Scorer, load, scores
from curate import model_card
from curate.model_card import CARD, Card
from curate.storage import exists, join, names, read_bytes, remove, write_bytes

FAST, SLOW = "fast", "slow"
SHARES = (0.1, 0.3, 0.5)  # of the corpus kept, for which the card says what to expect


def build(fast_folder: str, slow_folder: str, labels: Labels, out: str, device: str = "auto") -> Card:
    """Write the cascade; ValueError where the two are not models of one yes-or-no task."""
    _refuse_folder(out)
    fast, slow = load(fast_folder, device), load(slow_folder, device)
    _check(fast.card, fast_folder, slow.card, slow_folder, labels)
    held_out = _held_out(fast.card, slow.card, labels)
    if not len(held_out):
        raise ValueError(
            f"no labels are left that neither {fast_folder} nor {slow_folder} was trained on; train both with one seed"
        )
    seen = _seen(fast, slow, held_out)
    remove(join(out, CARD))
    files = {**_copied(fast_folder, fast.card, out, FAST), **_copied(slow_folder, slow.card, out, SLOW)}
    card = Card(
        task=slow.card.task,
        kind="cascade",
        classes=slow.card.classes,
        positive=slow.card.positive,
        files=files,
        licence=_licence(fast.card, slow.card),
        task_digest=slow.card.task_digest,
        seed=slow.card.seed,
        data={"digest": labels.digest, "rows": len(held_out), "keys": len(set(held_out.keys.tolist()))},
        settings={"joint": seen.to_json(), "fast": fast.card.kind, "slow": slow.card.kind},
        metrics={f"keep_best {share:g}": _told(told(seen, share)) for share in SHARES},
        thresholds=slow.card.thresholds,
        libraries={**fast.card.libraries, **slow.card.libraries},
    )
    model_card.write(card, out)
    return card


def _refuse_folder(out: str) -> None:
    """What is there must be a cascade, or what is left of one whose making was killed."""
    foreign = sorted(set(names(out)) - {FAST, SLOW, CARD})
    if foreign or (exists(join(out, CARD)) and model_card.read(out, verify=False).kind != "cascade"):
        raise ValueError(f"{out}: holds {foreign[0] if foreign else 'a model'}, and no cascade; name another folder")


def told(seen: Joint, keep_best: float, agreement: float = AGREEMENT) -> Expected:
    """What to expect where the best share of the held-out documents is kept."""
    counts = seen.fast_counts
    threshold = slow_threshold(seen, counts, keep_best)
    return expected(seen, counts, band(seen, counts, threshold=threshold, agreement=agreement), threshold)


def _check(fast: Card, fast_folder: str, slow: Card, slow_folder: str, labels: Labels) -> None:
    for card, folder in ((fast, fast_folder), (slow, slow_folder)):
        if card.positive is None:
            raise ValueError(f"{folder}: tells {len(card.classes)} classes apart; a cascade is for yes or no")
    if (fast.task, fast.classes, fast.positive) != (slow.task, slow.classes, slow.positive):
        raise ValueError(
            f"{fast_folder} answers the task {fast.task} ({fast.positive}) and {slow_folder} {slow.task} "
            f"({slow.positive}); a cascade is of two models of one task"
        )
    if labels.task.name != slow.task:
        raise ValueError(f"labels are of the task {labels.task.name}, the models of {slow.task}")


def _held_out(fast: Card, slow: Card, labels: Labels) -> Labels:
    trained = [splits.split(labels.keys, card.seed) == splits.TRAIN for card in (fast, slow)]
    return labels.take(np.flatnonzero(~trained[0] & ~trained[1]))


def _seen(fast: Scorer, slow: Scorer, held_out: Labels) -> Joint:
    weights = held_out.table["weight"].to_numpy()
    texts = held_out.texts
    return joint(scores(fast, texts).thousandths, scores(slow, texts).thousandths, weights)


def _copied(folder: str, card: Card, out: str, name: str) -> dict[str, str]:
    """{name of a copied file: SHA-256}, the card among them."""
    found = {}
    for file in [*sorted(card.files), CARD]:
        target = join(out, name, *file.split("/"))
        write_bytes(read_bytes(join(folder, *file.split("/"))), target)
        found[f"{name}/{file}"] = model_card.sha256(target)
    return found


def _licence(fast: Card, slow: Card) -> str:
    return slow.licence if fast.licence == slow.licence else f"({fast.licence}) AND ({slow.licence})"


def _told(found: Expected) -> dict[str, Any]:
    return {
        "sent": round(found.sent, 6),
        "differing": round(found.differing, 6),
        "bound": found.bound,
        "documents": found.documents,
    }
