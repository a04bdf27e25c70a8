# ruff: noqa: RUF012  (pydantic copies the defaults)
"""The recipe: one frozen value that, with the input, determines the corpus.

What a `Recipe(...)` made in Python does not state is off or has the default of its section; files start from a base
recipe instead (see `load`). Lists are to be read, never changed.
"""

import hashlib
import json
import os
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, field_validator

from curate.recipe import yaml_lines
from curate.recipe.by_language import apart
from curate.recipe.classifiers import Classifier, Topics
from curate.recipe.line_rules import LineRule
from curate.recipe.quantities import Text
from curate.recipe.rules import CategoryRule, HostRule, Rule, Scope
from curate.recipe.section import Section
from curate.recipe.sections import (
    Adult,
    Contamination,
    Divergence,
    Extract,
    FrequentLines,
    Measure,
    Mix,
    NearDuplicates,
    Pack,
    Pii,
    RepeatedLines,
    Shards,
    Source,
    TokenizerSpec,
    Urls,
)

GENERAL = "general"  # the category of what no rule of `categories` fits
MOST_CORPORA = 127  # beside the run's own, so that the number of a corpus fits an id
READING = ("kind", "paths", "label", "group", "fields", "sample")  # what decides which documents there are


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


class Recipe(Section):
    """A whole recipe; fields are its sections, in the order of the phases that read them."""

    name: Annotated[Text, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._ -]*$")]
    plugins: list[Text] = []
    sources: list[Source] = []
    exclude: Annotated[list[Text], BeforeValidator(_listed)] = []
    against: Annotated[list[Text], Field(max_length=MOST_CORPORA)] = []
    shards: Shards = Shards()
    urls: Urls = Urls()
    extract: Extract = Extract()
    measure: Measure = Measure()
    adult: Adult = Adult()
    contamination: Contamination | None = None
    rules: list[Rule] = []
    hosts: list[HostRule] = []
    near_duplicates: NearDuplicates | None = None
    frequent_lines: FrequentLines | None = None
    repeated_lines: RepeatedLines | None = None
    line_rules: list[LineRule] = []
    pii: Pii | None = None
    divergence: Divergence | None = None
    classifiers: list[Classifier] = []
    select: list[Rule] = []
    categories: list[CategoryRule] = []
    topics: Topics | None = None
    tokenizer: TokenizerSpec = TokenizerSpec(name="cl100k")
    mix: Mix = Mix()
    pack: Pack = Pack()

    @field_validator("rules", "select", "line_rules")
    @classmethod
    def _by_language(cls, rules: list[Rule]) -> list[Rule]:
        return apart(rules)

    def section_json(self, name: str) -> str:
        """Canonical JSON of a section, the input of phase keys.

        `sources` comes in three more parts, so that a change runs again only what it touches: `sources.reading`,
        `sources.weight`, `sources.trust`. A file that a section names counts by its content: an edited blocklist runs
        again, a moved one does not; an older corpus counts by the digest of its products, a model by that of its card.
        A rule's `source:` is a remark, and not part of it.
        """
        section, _, part = name.partition(".")
        if section not in type(self).model_fields or part not in ("", *_parts(section)):
            raise KeyError(f"a recipe has no section {name!r}")
        value = getattr(self, section)
        if part:
            keys = READING if part == "reading" else ("label", part)
            own = (lambda source: source.settings) if part == "reading" else (lambda source: {})
            return _canonical([_plain(source, set(keys)) | own(source) for source in value])
        if section == "against":
            return _canonical([_root_digest(corpus) for corpus in value])
        if section == "classifiers":
            return _canonical([one.decides() for one in value])
        if isinstance(value, list):
            return _canonical([_decides(item) if isinstance(item, BaseModel) else _digest(item) for item in value])
        plain = _plain(value) if isinstance(value, BaseModel) else value
        for field in _FILES.get(section, ()) if plain else ():
            plain[field] = _by_content(plain[field])
        return _canonical(plain)

    def to_yaml(self) -> str:
        """The recipe with everything stated, inheriting from none; `load` reads it back as the same recipe."""
        tree: dict = {"base": None}
        for section in type(self).model_fields:
            tree[section] = _short(getattr(self, section))
        return yaml_lines.dump(tree)

    def warnings(self) -> list[str]:
        """What is allowed but probably not meant, in words."""
        from curate.recipe.warnings import warnings

        return warnings(self)


_FILES = {"urls": ("blocklists",), "adult": ("lists",), "contamination": ("benchmarks",), "tokenizer": ("file",)}


def _parts(section: str) -> tuple[str, ...]:
    return ("reading", "weight", "trust") if section == "sources" else ()


def _plain(value: BaseModel, include: set[str] | None = None) -> dict:
    return value.model_dump(mode="json", include=include)


def _decides(value: BaseModel) -> dict:
    return value.model_dump(mode="json", exclude={"source"})


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _by_content(named: Any) -> Any:
    """A path, a list of paths or of objects with one, with digests in place of paths."""
    if isinstance(named, list):
        return [_by_content(one) for one in named]
    if isinstance(named, dict):
        return {**named, "path": _digest(named["path"])}
    return named and _digest(named)


def _digest(file: str) -> str:
    if "://" not in file and os.path.isdir(file):
        from curate.storage import list_files

        return ",".join(_digest(inside) for inside in list_files(file))
    if "://" in file:
        from curate.storage import read_bytes

        content = read_bytes(file)
    else:
        with open(file, "rb") as opened:
            content = opened.read()
    # the suffix says how it is read; a plugin's stem is the prefix of its signals
    stem, suffix = os.path.splitext(os.path.basename(file))
    return f"{stem if suffix == '.py' else ''}{suffix}:{hashlib.sha256(content).hexdigest()}"


def _root_digest(corpus: str) -> str:
    from curate.storage import join, read_bytes

    return str(json.loads(read_bytes(join(corpus, "manifest.json")))["root"])


def _short(value: object) -> object:
    """As plain values, without the empty ones that are the default; settings that are numbers or words stay visible."""
    if isinstance(value, list):
        return [_short(item) for item in value]
    if not isinstance(value, BaseModel):
        return value
    plain, short = _plain(value), {}
    fields = type(value).model_fields
    for key in sorted(fields, key=lambda key: key in Scope.model_fields):  # what a rule compares, then whom it concerns
        read, field = getattr(value, key), fields[key]
        if read in (None, {}, []) and read == field.default:
            continue
        inner = isinstance(read, list) and read and isinstance(read[0], BaseModel)
        short[key] = _short(read) if inner else "all" if read is None else plain[key]
    return short
