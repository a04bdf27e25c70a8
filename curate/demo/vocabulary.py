"""The demonstration's own vocabulary: trained on its books and code, and named in its recipe.

Small, so that it trains in seconds; a run of the demonstration thereby shows a vocabulary of one's own at work.
"""

from __future__ import annotations

from pathlib import Path

from curate.demo.recipe import recipe

SIZE = 4096


def add_vocabulary(folder: str | Path, size: int = SIZE) -> Path:
    """Train `vocabulary.tiktoken` on what `make` wrote in `folder`, and write the recipe that uses it."""
    from curate.tokenizer import train

    folder = Path(folder).resolve()
    files = sorted([*folder.glob("books/*.txt"), *folder.glob("code/**/*.py")])
    path = folder / "vocabulary.tiktoken"
    train((file.read_text("utf-8", errors="ignore") for file in files), size, path)
    (folder / "recipe.yaml").write_text(recipe(folder, path), "utf-8")
    return path
