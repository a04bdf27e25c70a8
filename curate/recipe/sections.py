# ruff: noqa: RUF012  (pydantic copies the defaults)
"""The sections of a recipe that hold settings. Units, defaults and examples: docs/recipes.md."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, Strict, field_validator, model_validator

from curate.recipe.commoncrawl import Crawl, Endpoint, Subset, check_crawl
from curate.recipe.keep import Keep, KeepSignal, KeepWord, check_order
from curate.recipe.licences import Licence
from curate.recipe.names import did_you_mean
from curate.recipe.quantities import Bytes, Count, Flag, Natural, Part, Positive, Share, Text, Whole, Word, number
from curate.recipe.rules import not_everything
from curate.recipe.section import Section
from curate.recipe.spares import TECHNICAL, Exempt, Groups, Spares, some

Kind = Literal[
    "arxiv", "code", "commoncrawl", "epub", "gutenberg", "jsonl", "parquet", "stackexchange", "text", "warc", "wet",
    "wikipedia",
]  # fmt: skip
Column = Literal["text", "url", "date", "language", "title", "license"]
ROWS = ("jsonl", "parquet")  # the kinds whose columns have names
SETTINGS: dict[str, tuple[str, ...]] = {  # fields of a source that only these kinds have; None where not stated
    "min_score": ("stackexchange",),
    "min_answers": ("stackexchange",),
    "licenses": ("code",),
    "crawl": ("commoncrawl",),
    "files": ("commoncrawl",),
    "subset": ("commoncrawl",),
    "endpoint": ("commoncrawl",),
    "namespaces": ("wikipedia",),
}


class Source(Section):
    """Files of one kind that share a group, a weight and a trust."""

    kind: Kind | None = None
    paths: Annotated[list[Text], Field(min_length=1)] = []
    label: Text | None = None
    group: Word | None = None
    weight: Annotated[Positive, Field(le=1_000)] = 1  # times max_epochs, copies of a document still are an int32
    trust: Whole = 0
    fields: dict[Column, Text] = {}
    sample: Share | None = None
    min_score: Whole | None = None
    min_answers: Natural | None = None
    licenses: Annotated[list[Licence], Field(min_length=1)] | None = None
    crawl: Crawl | None = None
    files: Literal["warc", "wet"] | None = None
    subset: Subset | None = None
    endpoint: Endpoint | None = None
    namespaces: Annotated[list[Annotated[int, Strict(), Field(ge=0, le=9_999)]], Field(min_length=1)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _a_crawl_is_a_kind(cls, stated: Any) -> Any:
        is_crawl = isinstance(stated, dict) and stated.get("crawl") is not None and stated.get("kind") is None
        return {**stated, "kind": "commoncrawl"} if is_crawl else stated

    @model_validator(mode="after")
    def _names_its_input(self) -> "Source":
        if self.kind == "commoncrawl":
            check_crawl(self.crawl, self.paths, self.label, self.files, self.subset)
        elif not self.paths:
            raise ValueError("paths is missing; name files, folders or patterns, or a crawl: CC-MAIN-2026-40")
        return self

    @model_validator(mode="after")
    def _fields_mean_something(self) -> "Source":
        if self.fields and self.kind not in (None, *ROWS):
            raise ValueError(f"fields name the columns of {' and '.join(ROWS)}; {self.kind} has none")
        return self

    @model_validator(mode="after")
    def _settings_of_its_kind(self) -> "Source":
        for name, kinds in SETTINGS.items():
            if getattr(self, name) is not None and self.kind not in kinds:
                raise ValueError(f"{name} is a setting of {' and '.join(kinds)}; state that kind, or take {name} out")
        return self

    @property
    def settings(self) -> dict[str, Any]:
        """The stated ones that only its kind has."""
        stated = {name: getattr(self, name) for name in SETTINGS if getattr(self, name) is not None}
        return {name: one.stated() if isinstance(one, Subset) else one for name, one in stated.items()}


class Shards(Section):
    target: Bytes = 64_000_000


class Urls(Section):
    keep: Literal["newest", "oldest"] = "newest"
    blocklists: list[Text] = []
    respect: list[Literal["tdm", "noai", "noindex", "robots"]] = []
    status: Annotated[list[Annotated[int, Strict(), Field(ge=100, le=599)]], Field(min_length=1)] = [200]
    same_payload: Flag = True


class Extract(Section):
    engine: Literal["auto", "html", "resiliparse", "trafilatura"] = "auto"
    min_confidence: Part = 0.7  # of auto: pages below it go to trafilatura
    max_bytes: Bytes = 64_000_000


class Measure(Section):
    ngram: Annotated[Count, Field(le=100)] = 5
    seed: Annotated[Natural, Field(lt=2**32)] = 1
    sketch: Literal["minhash", "fast_similarity"] = "minhash"


class Adult(Section):
    lists: list[Text] = []


class Benchmark(Section):
    """A file of benchmark items, or a folder of them."""

    name: Annotated[Text, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    path: Text
    fields: list[Text] = []
    id: Text | None = None

    @model_validator(mode="after")
    def _says_what_to_read(self) -> "Benchmark":
        stem = re.sub(r"\.(gz|zst|bz2|xz)$", "", self.path.lower())
        if stem.endswith((".jsonl", ".ndjson", ".json", ".csv", ".parquet")):
            if not self.fields:
                raise ValueError(f"{self.name} says no fields; name those to look for, such as fields: [question]")
        elif stem.endswith(".txt") and (self.fields or self.id):
            raise ValueError(f"{self.name} names fields, but {self.path} is text, where a line is an item")
        return self


class Contamination(Section):
    benchmarks: Annotated[list[Benchmark], Field(min_length=1)]
    ngram: Annotated[Count, Field(ge=5, le=100)] = 13
    min_overlap: Share = 0.2

    @field_validator("benchmarks")
    @classmethod
    def _each_name_once(cls, benchmarks: list[Benchmark]) -> list[Benchmark]:
        names = [benchmark.name for benchmark in benchmarks]
        if len(set(names)) < len(names):
            raise ValueError("gives one name to two benchmarks; the report could not tell them apart")
        return benchmarks


class NearDuplicates(Section):
    bands: Annotated[Count, Field(le=1_000)] = 14
    rows: Annotated[Count, Field(le=1_000)] = 8
    min_similarity: Share = 0.75
    exact_within: Annotated[int | float, BeforeValidator(number), Field(ge=0, le=1)] = 0.1
    window: Count = 64
    hot_band: Annotated[Count, Field(ge=2)] = 1000
    compete: list[Annotated[list[Word], Field(min_length=1)]] = []
    compete_within: Literal["language"] | None = None
    keep: list[Keep] = ["trust", "newest", "longest"]

    @field_validator("compete")
    @classmethod
    def _each_group_once(cls, compete: list[list[str]]) -> list[list[str]]:
        seen: set[str] = set()
        for group in (group for groups in compete for group in groups):
            if group in seen:
                raise ValueError(f"{group!r} is there twice; a group competes in one list")
            seen.add(group)
        return compete

    @field_validator("keep")
    @classmethod
    def _an_order(cls, keep: list[KeepWord | KeepSignal]) -> list[KeepWord | KeepSignal]:
        check_order(keep)
        return keep

    @property
    def signals(self) -> list[str]:
        """Those that the policy names."""
        return [one.signal for one in self.keep if isinstance(one, KeepSignal)]


class Pii(Section):
    """Kinds of personal data that a typed token takes the place of, in the text and its tokens."""

    replace: Annotated[list[Literal["email", "ip", "phone", "card", "iban", "key"]], Field(min_length=1)]
    groups: Annotated[Groups, AfterValidator(some)] = None

    @field_validator("replace")
    @classmethod
    def _each_once(cls, kinds: list[str]) -> list[str]:
        if len(set(kinds)) < len(kinds):
            raise ValueError("names a kind twice")
        return kinds

    def concerns(self, group: str) -> bool:
        """Whether texts of `group` are looked through."""
        return self.groups is None or group in self.groups


class FrequentLines(Section):
    bucket: Count = 30_000_000
    in_more_than: Count = 6
    min_chars: Count = 10
    groups: Annotated[list[Word], Field(min_length=1)] = ["web"]
    unless: Exempt = TECHNICAL


class RepeatedLines(Section):
    max_percent: Annotated[Natural, Field(lt=100)] = 50
    min_words: Count = 20
    groups: Annotated[list[Word], Field(min_length=1)] = ["web"]
    unless: Exempt = TECHNICAL


class Divergence(Spares):
    drop_top_fraction: Share = 0.01
    min_tokens: Count = 200

    @field_validator("drop_top_fraction")
    @classmethod
    def _leaves_some(cls, fraction: float) -> float:
        return not_everything(fraction)


def _vocabulary_name(value: str) -> str:
    """cl100k, or an organisation and a model of Hugging Face, with a revision or not."""
    if value != "cl100k" and not re.fullmatch(r"[\w.-]+/[\w.-]+(@[\w./-]+)?", value):
        raise ValueError(f"{value!r} is none of cl100k{did_you_mean(value, ['cl100k'])}")
    return value


class TokenizerSpec(Section):
    """A vocabulary by file (`.tiktoken` or `tokenizer.json`) or by name, and what encodes with it.

    `reference` is the library that defines the ids, alone; `fastest` gives the same ids about ten times sooner.
    """

    file: Text | None = None
    name: Annotated[Text, AfterValidator(_vocabulary_name)] | None = None
    engine: Literal["fastest", "reference"] = "fastest"

    @model_validator(mode="after")
    def _one_of_them(self) -> "TokenizerSpec":
        if (self.file is None) == (self.name is None):
            raise ValueError("takes one of file and name: {file: models/128k.tiktoken} or {name: cl100k}")
        if self.file is not None and not self.file.endswith((".tiktoken", ".json")):
            raise ValueError(f"file {self.file!r} is neither .tiktoken nor .json")
        return self


def _shares(value: object) -> object:
    """`natural`, or shares by category that sum to 1."""
    if value == "natural":
        return value
    if not isinstance(value, dict) or not value:
        raise ValueError(f"{value!r} is neither natural nor shares such as {{general: 0.9, math: 0.1}}")
    shares = {str(category): number(part) for category, part in value.items()}
    for category, part in shares.items():
        if not 0 < part <= 1:
            raise ValueError(f"{category} has the share {part}; it must be above 0 and at most 1")
    if abs(sum(shares.values()) - 1) > 1e-6:
        raise ValueError(f"the shares sum to {round(sum(shares.values()), 6)}, not 1")
    return shares


class Mix(Section):
    shares: Annotated[Literal["natural"] | dict[Word, int | float], BeforeValidator(_shares)] = "natural"
    tokens: Count | None = None
    max_epochs: Annotated[Positive, Field(ge=1, le=1_000_000)] = 4
    keep_together: list[Word] = []
    seed: Natural = 0

    def check_categories(self, known: list[str]) -> None:
        """Raises where a share is given to a category that no document can have."""
        for category in self.shares if isinstance(self.shares, dict) else ():
            if category not in known:
                near = did_you_mean(category, known)
                raise ValueError(f"no rule of categories gives {category!r}{near} (there are {', '.join(known)})")


class Pack(Section):
    lengths: Annotated[list[Annotated[Count, Field(ge=2, le=1 << 24)]], Field(min_length=1)] = [8192]

    @field_validator("lengths")
    @classmethod
    def _each_once(cls, lengths: list[int]) -> list[int]:
        if len(set(lengths)) < len(lengths):
            raise ValueError("names a length twice")
        return lengths
