"""The demonstration's recipe: the default one with its inputs, a vocabulary, a mix by shares and small shards."""

from __future__ import annotations

from pathlib import Path

_TEXT = """\
# The demonstration: pages, books and code of a Python installation, and an encyclopedia that cites some of the pages.
# Everything else is as in the recipe `default`.
base: default
name: demo
sources:
  - {paths: [web], group: web}
  - {paths: [books], group: books}
  - {paths: [code], group: code}
  - {paths: [wikipedia]}        # its kind and group are recognised
shards: {target: 1M}          # several shards, so that the run shows what it does with many
hosts:                        # of the few hosts here, the one that is densest in personal data
  - {signal: pii.density, min_documents: 20, drop_top_fraction: 0.13}
%smix: {shares: {general: 0.59, math: 0.06, code: 0.28, multilingual: 0.07}, max_epochs: 4, seed: 0}
pack: {lengths: [512, 2048]}
"""


def recipe(folder: str | Path, vocabulary: str | Path | None = None) -> str:
    """Text of a recipe.yaml to be saved in `folder`; a vocabulary is named relative to it where it lies below."""
    if vocabulary is None:
        return _TEXT % ""
    path = Path(vocabulary)
    if path.is_absolute() and path.is_relative_to(Path(folder).resolve()):
        path = path.relative_to(Path(folder).resolve())
    return _TEXT % f"tokenizer: {{file: {path.as_posix()}}}\n"
