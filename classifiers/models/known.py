"""Models that others published, as Curate knows them: by commit, SHA-256 and licence (known.yaml).

Besides those any model of the Hugging Face hub can be pinned as `org/name@commit`. A branch or a tag is refused: it
names another model tomorrow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

import yaml

from curate.errors import UserError
from curate.recipe.names import did_you_mean

_NAMED = re.compile(r"([\w.-]+/[\w.-]+)@([0-9a-f]{40})")


@dataclass(frozen=True)
class Known:
    """A published model. `files` are those whose SHA-256 is known beforehand; of others the commit is the pin."""

    name: str
    what: str = ""
    licence: str | None = None
    revision: str | None = None
    package: str | None = None  # where it lies in an installed package; None: on the hub
    files: dict[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> Path | None:
        """Where the package that brings it has it; None where it is not installed, or the model is on the hub."""
        package, _, below = (self.package or "").partition("/")
        found = find_spec(package) if package else None  # looked into and not imported
        return Path(found.origin).parent / below if found and found.origin else None


def known() -> list[Known]:
    """All of known.yaml, in its order."""
    text = (resources.files("classifiers.models") / "known.yaml").read_text("utf-8")
    return [Known(name, **said) for name, said in yaml.safe_load(text).items()]


def named(name: str) -> Known:
    """A known model by its name, or `org/name@commit` of any other."""
    of_name = {model.name: model for model in known()}
    if name in of_name:
        return of_name[name]
    if found := _NAMED.fullmatch(name):
        same = of_name.get(found[1])
        return same if same and same.revision == found[2] else Known(found[1], revision=found[2])
    near = did_you_mean(name, list(of_name)) or f"; known models are {', '.join(of_name)}"
    raise UserError(
        f"{name}: not a model that Curate knows{near}. "
        "Any other of the hub is pinned by its whole commit: org/name@0123456789abcdef0123456789abcdef01234567"
    )
