"""The training loop: AdamW, warm-up and linear decay, one window a document and epoch, the best epoch kept.

Best is by AUC on validation (of several classes, the mean over each against the rest), which is what a cut by yield
lives on; of epochs equal to 1/10,000, as small validation sets have them, by loss. Rare classes weigh as much as
frequent ones where settings say so; what that adds to their logits is taken off again at the end, so that probabilities
are those of the labels as they are.

On a CPU a seed gives the same bytes again with the same number of threads; on a GPU it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from classifiers import metrics
from classifiers.distilroberta import batches
from classifiers.distilroberta.network import logits
from classifiers.distilroberta.reader import Reader
from classifiers.distilroberta.settings import Settings

if TYPE_CHECKING:
    import torch

POOL_OF_BATCHES = 32  # batches whose documents are sorted by length together
STEPS_TOLD = 100  # a line of progress after so many
UNDECAYED = ("bias", "LayerNorm.weight")


@dataclass(frozen=True)
class Examples:
    windows: list[list[np.ndarray]]  # of each document
    classes: np.ndarray  # int32[n]


class Epoch(NamedTuple):
    number: int
    auc: float
    loss: float

    @property
    def worth(self) -> tuple[float, float]:
        return round(self.auc, 4), -self.loss


def fit(
    reader: Reader, train: Examples, validation: Examples, settings: Settings, seed: int, tell: Callable[[str], None]
) -> dict[str, Any]:
    """Train the reader's model; what a card says of it. ValueError where the loss stops being a number."""
    import torch

    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return _fit(reader, train, validation, settings, seed, tell)


def _fit(
    reader: Reader, train: Examples, validation: Examples, settings: Settings, seed: int, tell: Callable[[str], None]
) -> dict[str, Any]:
    weights = _class_weights(train.classes, reader.classes, settings.balance)
    optimizer, schedule = _optimizer(reader.model, settings, -(-len(train.classes) // settings.batch))
    best, kept = None, {}
    for number in range(1, settings.epochs + 1):
        trained = _epoch(reader, train, settings, (seed, number), weights, optimizer, schedule, tell)
        epoch = _judged(reader, validation, weights, number)
        better = best is None or epoch.worth > best.worth
        if better:
            best, kept = epoch, {name: value.detach().clone() for name, value in reader.model.state_dict().items()}
        tell(
            f"epoch {number} of {settings.epochs}: loss {trained:.4f}; validation loss {epoch.loss:.4f}, "
            f"AUC {epoch.auc:.4f}{', the best yet' if better else ''}"
        )
        if best is not None and number - best.number >= settings.patience:
            tell(f"no better epoch in {settings.patience}; epoch {best.number} is kept")
            break
    assert best is not None
    reader.model.load_state_dict(kept)
    reader.model.eval()
    reader.model.classifier.out_proj.bias.data -= _tensor(np.log(weights), reader).float()
    of_best = {"validation_auc": round(best.auc, 6), "validation_loss": round(best.loss, 6)}
    return {"epochs": number, "best_epoch": best.number, **of_best}


def _epoch(
    reader: Reader,
    train: Examples,
    settings: Settings,
    seed: tuple[int, int],
    weights: np.ndarray,
    optimizer: torch.optim.Optimizer,
    schedule: Any,
    tell: Callable[[str], None],
) -> float:
    """One pass; its mean loss."""
    import torch

    reader.model.train()
    of_class, losses, since = _tensor(weights, reader).float(), [], []
    steps = -(-len(train.classes) // settings.batch)
    for step, (ids, mask, classes) in enumerate(_batches(reader, train, settings.batch, seed), start=1):
        out = logits(reader.model, _tensor(ids, reader), _tensor(mask, reader), reader.bf16)
        loss = torch.nn.functional.cross_entropy(out, _tensor(classes, reader).long(), weight=of_class)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(reader.model.parameters(), settings.clip)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad(set_to_none=True)
        since.append(loss.detach())
        if step % STEPS_TOLD == 0 or step == steps:
            losses += torch.stack(since).tolist()
            since = []
            _refuse_nan(losses[-1], seed[1], settings)
            if step < steps:
                tell(f"epoch {seed[1]}, step {step:,} of {steps:,}: loss {np.mean(losses[-STEPS_TOLD:]):.4f}")
    return float(np.mean(losses))


def _batches(
    reader: Reader, train: Examples, size: int, seed: tuple[int, int]
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Ids, mask and classes: of each document one of its windows, drawn; those of like length together, shuffled."""
    draws = np.random.Generator(np.random.PCG64(seed))
    drawn = [document[int(draws.integers(len(document)))] for document in train.windows]
    order = draws.permutation(len(drawn))
    lengths = np.array([len(window) for window in drawn])
    pools = [order[start : start + size * POOL_OF_BATCHES] for start in range(0, len(order), size * POOL_OF_BATCHES)]
    groups = []
    for pool in pools:
        pool = pool[np.argsort(lengths[pool], kind="stable")]
        groups += [pool[start : start + size] for start in range(0, len(pool), size)]
    for place in draws.permutation(len(groups)).tolist():
        group = groups[place]
        longest = -(-(int(lengths[group].max()) + 2) // 8) * 8
        ids, mask = batches.padded([drawn[k] for k in group], reader.specials, longest, len(group))
        yield ids, mask, train.classes[group]


def _judged(reader: Reader, validation: Examples, weights: np.ndarray, number: int) -> Epoch:
    """AUC and weighted log loss on validation documents, read whole as they will be."""
    reader.model.eval()
    p = reader.of_windows(validation.windows).astype(np.float64)
    of_row = weights[validation.classes]
    right = np.log(np.maximum(p[np.arange(len(p)), validation.classes], 1e-30))
    each = [metrics.auc(validation.classes == k, p[:, k]) for k in range(p.shape[1])]
    known = [value for value in (each[-1:] if len(each) == 2 else each) if value == value]
    auc = sum(known) / len(known) if known else 0.0
    return Epoch(number, auc, float(-(of_row * right).sum() / of_row.sum()))


def _optimizer(model: Any, settings: Settings, steps_an_epoch: int) -> tuple[torch.optim.Optimizer, Any]:
    import torch

    named = list(model.named_parameters())
    groups = [
        {"params": [p for n, p in named if not n.endswith(UNDECAYED)], "weight_decay": settings.weight_decay},
        {"params": [p for n, p in named if n.endswith(UNDECAYED)], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=settings.learning_rate)
    total = steps_an_epoch * settings.epochs
    warm = max(round(settings.warmup * total), 1)

    def share(step: int) -> float:
        return min((step + 1) / warm, (total - step) / max(total - warm, 1))

    return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, share)


def _class_weights(classes: np.ndarray, many: int, balance: bool) -> np.ndarray:
    counts = np.bincount(classes, minlength=many)
    return len(classes) / (many * np.maximum(counts, 1)) if balance else np.ones(many)


def _refuse_nan(loss: float, epoch: int, settings: Settings) -> None:
    if not np.isfinite(loss):
        raise ValueError(
            f"training: the loss is no number in epoch {epoch}; set learning_rate below {settings.learning_rate:g}"
        )


def _tensor(array: np.ndarray, reader: Reader) -> torch.Tensor:
    import torch

    return torch.from_numpy(array).to(reader.device)
