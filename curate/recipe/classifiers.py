# ruff: noqa: RUF012  (pydantic copies the defaults)
"""Sections about classifiers: which models score documents, what is cut by their scores, how topics are sampled.

A classifier's score is the calibrated probability of its positive class, in thousandths; one that knows several classes
(topics) names the best. Documents of other groups and languages than the entry's have no score. A cut is stated in one
of three ways: by yield (`keep_best`, taken from the corpus's own scores), by precision (from the model's card) or as a
score. What a run found by yield or precision stands in its resolved recipe as scores, with how they were found beside.
"""

from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, model_validator

from curate.recipe.languages import LANGUAGES, Language
from curate.recipe.quantities import Natural, Part, Share, Text, Word, share
from curate.recipe.rules import Scope
from curate.recipe.section import Section
from curate.recipe.spares import Exempt, Groups

TASKS = ("cited", "quality", "code", "reasoning", "adult", "topic")  # those with a file in classifiers/tasks
PREFIX = "classifier."
BOUNDS = ("keep_best", "min_precision", "min")
REMARKS = ("found_by", "found_with")  # on `min`, in resolved recipes


def _part_of_all(part: float) -> float:
    """A share of which something is left on either side, in whole thousandths: so cuts are found in whole numbers."""
    if part >= 1:
        raise ValueError("would keep everything; write a share below 1, or leave it out to score only")
    if Fraction(str(part)) * 1000 % 1:
        raise ValueError(f"{part} is finer than 0.001")
    return part


def _kind(value: object) -> str:
    return "by language" if isinstance(value, dict) else "one score"


DIGITS = 12  # of the SHA-256 of a model's card, where a cut remembers whose it is
Digest = Annotated[str, Field(pattern=f"^[0-9a-f]{{{DIGITS}}}$")]
Best = Annotated[Share, AfterValidator(_part_of_all)]
Score = Annotated[
    Annotated[Part, Tag("one score")] | Annotated[dict[Language, Part], Field(min_length=1), Tag("by language")],
    Discriminator(_kind),
]


class Classifier(Scope):
    """A model's folder that answers a task, whom it scores, and what goes by its scores."""

    task: Word
    model: Text
    keep_best: Best | None = None
    min_precision: Share | None = None
    min: Score | None = None
    by: Literal["language", "none"] | None = None
    groups: Groups = ["web"]
    unless: Exempt = []
    found_by: dict[Literal["keep_best", "min_precision"], Share] | None = None  # a remark on `min`
    found_with: Digest | None = None  # whose scores `min` are; another model at this path is refused

    @model_validator(mode="after")
    def _one_bound(self) -> "Classifier":
        stated = [name for name in BOUNDS if getattr(self, name) is not None]
        if len(stated) > 1:
            raise ValueError(f"has {' and '.join(stated)}; a cut is stated in one way, so keep one of them")
        if self.by and self.keep_best is None:
            raise ValueError("by says within what keep_best counts, and there is no keep_best; take by out")
        if self.unless and not stated:
            raise ValueError("unless spares from a cut, and there is none; state one, or take unless out")
        for remark in ("found_by", "found_with") if self.min is None else ():
            if getattr(self, remark):
                raise ValueError(f"{remark} says how the scores of min were found, and there is no min; take it out")
        for language in self.min if isinstance(self.min, dict) else ():
            if language not in LANGUAGES:
                raise ValueError(f"min has {language}; cuts are by the language of the text (en, und), not of code")
            if not self._may_be(language):
                raise ValueError(f"min has {language}, which the classifier does not score")
        return self

    def _may_be(self, language: str) -> bool:
        """Source code in a language that is named may have comments in any."""
        if self.languages is not None:
            return language in self.languages or not LANGUAGES.issuperset(self.languages)
        return language not in self.except_languages

    @property
    def column(self) -> str:
        return PREFIX + self.task

    @property
    def by_language(self) -> bool:
        """Whether each language has a cut of its own."""
        return isinstance(self.min, dict) or (self.keep_best is not None and self.by != "none")

    @property
    def cuts(self) -> bool:
        """Whether anything goes by its score."""
        return any(getattr(self, name) is not None for name in BOUNDS)

    def decides(self, *fields: str) -> dict[str, Any]:
        """What counts in a phase's key: the model by its digest, remarks not at all."""
        from curate.model_card import digest

        plain = self.model_dump(mode="json", include=set(fields) or None, exclude={*REMARKS, "model"})
        return {**plain, "model": digest(self.model)}


def thousandths(score: float) -> int:
    """The least score in thousandths that is at least `score`."""
    return -(-(Fraction(str(score)) * 1000) // 1)


def _shares(value: object) -> object:
    """Shares by topic, above 0 and at most 1."""
    if value is None:
        return None
    if not isinstance(value, dict) or not value:
        raise ValueError(f"{value!r} must be shares by topic, such as {{arts_and_entertainment: 0.1}}")
    shares = {str(topic): share(part) for topic, part in value.items()}
    for topic, part in shares.items():
        if not 0 < part <= 1:
            raise ValueError(f"{topic} has the share {part}; it must be above 0 and at most 1")
    return shares


Shares = Annotated[dict[str, int | float] | None, BeforeValidator(_shares)]


class Topics(Section):
    """Shares of tokens by topic that the corpus is sampled down to: at most (caps), or exactly (targets)."""

    task: Word = "topic"
    caps: Shares = Field(default=None)
    targets: Shares = Field(default=None)
    seed: Natural = 0

    @model_validator(mode="after")
    def _caps_or_targets(self) -> "Topics":
        if (self.caps is None) == (self.targets is None):
            raise ValueError("takes one of caps and targets: {task: topic, caps: {arts_and_entertainment: 0.1}}")
        total = sum(Fraction(str(part)) for part in (self.targets or {}).values())
        if total > 1:
            raise ValueError(f"the targets sum to {float(total):g}, more than 1")
        return self

    @property
    def shares(self) -> dict[str, float]:
        return dict(self.caps or self.targets or {})

    @property
    def column(self) -> str:
        return PREFIX + self.task
