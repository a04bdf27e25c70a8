"""What `curate classifier train --set` may change, with what each is by default: of the classes that read it.

They are read when help is asked for, so that no other command waits for them.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Any

from typer.core import TyperCommand

WIDTH, COLUMN = 110, 17


class WithDefaults(TyperCommand):
    """A command whose help ends in the defaults."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        self.epilog = f"{(self.epilog or '').rstrip()}\n\b\n{defaults()}\n"
        super().format_help(ctx, formatter)


def defaults() -> str:
    """A paragraph for each kind, and what is otherwise from scratch."""
    from classifiers.distilroberta.settings import SCRATCH, SIZES
    from classifiers.distilroberta.settings import Settings as Transformer
    from classifiers.fasttext.settings import Settings as FastText

    tuned = Transformer().model_dump()
    scratch = {**SCRATCH, **{name: tuned.pop(name) for name in SIZES}}
    kinds = {"fasttext": FastText().model_dump(), "distilroberta": tuned, "from scratch": scratch}
    return "\n".join(_paragraph(kind, settings.items()) for kind, settings in kinds.items())


def _paragraph(kind: str, settings: Iterable[tuple[str, Any]]) -> str:
    said = ", ".join(f"{name}={str(value).lower()}" for name, value in settings)
    return textwrap.fill(
        said, WIDTH, initial_indent=f"  {kind:{COLUMN - 2}}", subsequent_indent=" " * COLUMN, break_on_hyphens=False
    )
