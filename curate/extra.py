"""The extra `classifiers`: whether it is installed, asked before anything begins, and the sentence that says how to.

Scoring with fastText needs none of it; training anything calibrates with scipy, and a transformer needs PyTorch and
what reads its files. Modules are looked for and not imported, since importing PyTorch takes seconds.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from curate import model_card
from curate.errors import UserError
from curate.storage import join

if TYPE_CHECKING:
    from curate.recipe.classifiers import Classifier

HOW = (
    "this needs the extra: pip install 'curate-corpus[classifiers]' "
    "(in a clone: .venv/bin/pip install -c constraints.txt -e '.[classifiers]')"
)
SCORING: dict[str, tuple[str, ...]] = {"fasttext": (), "distilroberta": ("torch", "transformers", "safetensors")}
TRAINING = ("scipy",)


def require_to_train(kind: str) -> None:
    """UserError where a model of `kind` cannot be trained here."""
    if lacking := _lacking((*SCORING[kind], *TRAINING)):
        raise UserError(f"--kind {kind}: {lacking}; {HOW}")


def require_to_score(folder: str, kind: str) -> None:
    """UserError where a model of `kind`, no cascade, cannot be loaded here."""
    if why := _why_not(folder, kind):
        raise UserError(why)


def missing(entries: list[Classifier]) -> list[str]:
    """A sentence for each of a recipe's models that this machine cannot score with; of cards that can be read."""
    return [why for one in entries for kind in _kinds(one.model) if (why := _why_not(one.model, kind))]


def _why_not(folder: str, kind: str) -> str | None:
    lacking = _lacking(SCORING[kind])
    return f"{folder}: is a transformer, and {lacking}; {HOW}" if lacking else None


def _kinds(folder: str) -> list[str]:
    """Of a model, or of the two in a cascade."""
    try:
        cards = [model_card.read(folder, verify=False)]
        if cards[0].kind == "cascade":
            cards = [model_card.read(join(folder, step), verify=False) for step in ("fast", "slow")]
    except (ValueError, OSError, UserError):
        return []  # which is told where cards are checked
    return sorted({card.kind for card in cards} & set(SCORING))


def _lacking(modules: tuple[str, ...]) -> str:
    """`torch is not installed`, or nothing."""
    absent = [name for name in modules if find_spec(name) is None]
    return f"{', '.join(absent)} {'is' if len(absent) == 1 else 'are'} not installed" if absent else ""
