"""A task: the question that a judge answers about a document, and what makes an answer count.

A YAML file says it whole: the question, a scale or classes, examples of our own, how documents are sampled, the
agreement that its answers should reach. Scales are additive, 0 to 5, as in FineWeb-Edu (Penedo et al., 2024): judges
agree better on points they can count than on one overall mark. From `positive` on an answer means `yes`, so that a
scale trains a classifier of two classes; a task of more classes has no `positive`.

    name: recipes
    question: How useful is this page to someone who wants to learn to cook?
    scale: {0: nothing about cooking, 1: mentions food, 2: a recipe, 3: a recipe that explains why}
    positive: 2
    examples: [{text: "Fold the whites in gently ...", answer: 3, why: it says what beaten air does}]

Shipped tasks lie in `classifiers/tasks`; `load` takes their names, or a file of yours.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from importlib import resources
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints, ValidationError, model_validator

from curate.recipe import yaml_lines
from curate.recipe.errors import Place, RecipeError, spell
from curate.recipe.names import did_you_mean
from curate.recipe.reasons import reasons
from curate.recipe.section import Section

WANTED = "a task is a mapping (`name: ...`, `question: ...`, and `scale:` or `classes:`)"
OF_FIELD = re.compile(r"(\w+)(?:\[(\d+)\])?((?:\.\w+)*): ")
MOST = 10**9  # documents or characters; a larger number is a slip
NO, YES = "no", "yes"

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$")]
Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Answer = Annotated[str, BeforeValidator(lambda value: str(value) if type(value) is int else value)]


class Example(Section):
    """A document with the answer that the judge should give, shown to it before the one it judges."""

    text: Said
    answer: Answer
    why: Said


class Sampling(Section):
    """Which documents of a corpus are judged; see `classifiers.annotate.sample`."""

    documents: Annotated[int, Field(ge=1, le=MOST)] = 20_000
    groups: tuple[str, ...] | Literal["all"] = ("web",)
    strata: tuple[str, ...] = ("language", "length")  # of group, language, length, and signals such as math.score
    lengths: tuple[int, ...] = (1000, 4000, 16000)  # where bands of length end, in characters
    quantiles: tuple[float, ...] = (0.5, 0.9, 0.99)  # where bands of a signal end, as shares of the documents
    evenness: Annotated[float, Field(ge=0, le=1)] = 0.5  # 0: strata as in the corpus; 1: all alike
    per_host: Annotated[int, Field(ge=1, le=MOST)] = 10  # of one host or repository at most, unless too few are left
    chars: Annotated[int, Field(ge=200, le=MOST)] = 6000  # of a document that the judge is shown

    @model_validator(mode="after")
    def _ascending(self) -> Sampling:
        for name, ends in (("lengths", self.lengths), ("quantiles", self.quantiles)):
            if sorted(set(ends)) != list(ends):
                raise ValueError(f"{name}: must ascend: {list(ends)}")
        if any(not 0 < end <= MOST for end in self.lengths):
            raise ValueError(f"lengths: are characters, 1 to {MOST:,}: {list(self.lengths)}")
        if any(not 0 < q < 1 for q in self.quantiles):
            raise ValueError(f"quantiles: lie between 0 and 1: {list(self.quantiles)}")
        return self


class Task(Section):
    """What a classifier is to tell; immutable, and the same under the same `digest`."""

    name: Name
    version: Annotated[int, Field(ge=1)] = 1
    question: Said
    scale: dict[int, Said] | None = None
    classes: dict[Name, Said] | None = None
    positive: Answer | None = None
    examples: tuple[Example, ...] = ()
    labels: Literal["model", "links"] = "model"
    sampling: Sampling = Sampling()
    agreement: Annotated[float, Field(ge=0, le=1)] = 0.6  # Cohen's kappa that two prompts should reach

    @model_validator(mode="after")
    def _whole(self) -> Task:
        if (self.scale is None) == (self.classes is None):
            raise ValueError("a task has either a scale ({0: ..., 1: ...}) or classes ({name: ...})")
        if len(self.allowed) < 2:
            raise ValueError("one answer alone tells nothing; give at least two")
        if self.scale is not None and not (self.positive in self.allowed and int(str(self.positive)) > min(self.scale)):
            raise ValueError(f"positive: says from which point of the scale on an answer is {YES}; above the least")
        if self.positive is not None and self.positive not in self.allowed:
            raise ValueError(f"positive: {self.positive!r} is none of {', '.join(self.allowed)}")
        if self.classes is not None and (self.positive is None) == (len(self.classes) == 2):
            raise ValueError("positive: names one of two classes; a task of more classes has none")
        for i, example in enumerate(self.examples):
            if example.answer not in self.allowed:
                raise ValueError(f"examples[{i}].answer: {example.answer!r} is none of {', '.join(self.allowed)}")
        return self

    @property
    def allowed(self) -> tuple[str, ...]:
        """What a judge may answer."""
        return (
            tuple(str(point) for point in sorted(self.scale)) if self.scale is not None else tuple(self.classes or ())
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The classes that a model tells apart: no and yes for a scale."""
        return (NO, YES) if self.scale is not None else tuple(self.classes or ())

    @property
    def is_multi(self) -> bool:
        return len(self.names) > 2

    @property
    def positive_class(self) -> str | None:
        """The class whose probability is the score; None where there are several."""
        return YES if self.scale is not None else self.positive

    @property
    def positive_index(self) -> int | None:
        """Where `positive_class` is in `names`."""
        return None if self.positive_class is None else self.names.index(self.positive_class)

    def class_of(self, answer: str) -> int:
        """Where in `names` an answer belongs. A scale's task also takes no and yes, as labels of other origin have."""
        if answer in self.names:
            return self.names.index(answer)
        if answer in self.allowed:
            return int(int(answer) >= int(str(self.positive)))
        raise ValueError(f"task {self.name}: {answer!r} is no answer to it; allowed are {', '.join(self.allowed)}")

    @property
    def digest(self) -> str:
        """SHA-256 of all that it says, and of the order of its classes."""
        said = {**self.model_dump(mode="json"), "names": list(self.names)}
        text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()


def load(name_or_path: str | os.PathLike[str]) -> Task:
    """The shipped task of a name, or the one in a YAML file (a file called `code` is `./code`)."""
    given = os.fspath(name_or_path)
    text, file = _read(given)
    tree, lines = yaml_lines.parse(text, file, WANTED)
    tree.setdefault("name", os.path.splitext(os.path.basename(file))[0])
    try:
        return Task.model_validate(tree)
    except ValidationError as error:
        raise RecipeError([_located(file, lines, place, why) for place, why in reasons(error, Task)]) from None


def of_model(folder: str, name: str, file: str | None = None) -> Task:
    """The task `name` of the model in `folder`: the one in `file`, or else the shipped one of that name."""
    if file is None and name not in shipped():
        raise RecipeError(
            f"{folder}: answers the task {name}, which is none that comes with Curate; say where its file is, with "
            "--task FILE.yaml"
        )
    return load(file or name)


def shipped() -> list[str]:
    """Names of the tasks that come with Curate."""
    return sorted(file.name[:-5] for file in _folder().iterdir() if file.name.endswith(".yaml"))


def _folder():
    return resources.files("classifiers") / "tasks"


def _read(given: str) -> tuple[str, str]:
    """Text and name of the file."""
    if given in shipped():
        return (_folder() / f"{given}.yaml").read_text("utf-8"), f"{given}.yaml"
    try:
        with open(given, encoding="utf-8-sig") as opened:
            return opened.read(), given
    except (FileNotFoundError, NotADirectoryError):
        near = did_you_mean(given, shipped()) or f"; shipped tasks are {', '.join(shipped())}"
        raise RecipeError(f"{given}: there is no such file or shipped task{near}") from None
    except UnicodeDecodeError:
        raise RecipeError(f"{given}: is not UTF-8 text; is it a task?") from None
    except OSError as error:
        raise RecipeError(f"{given}: cannot be read ({error.strerror})") from None


def _located(file: str, lines: dict[Place, int], place: Place, why: str) -> str:
    said = OF_FIELD.match(why)  # what is checked across fields begins with the one at fault
    if said and (*place, said[1]) in lines:
        place, why = (*place, said[1], *([int(said[2])] if said[2] else [])), why[said.end() :]
        return f"{file}:{_line(lines, place)}: {spell(place)}{said[3]}: {why}"
    return f"{file}:{_line(lines, place)}: {spell(place) or 'task'}: {why}"


def _line(lines: dict[Place, int], place: Place) -> int:
    return next(lines[place[:n]] for n in range(len(place), -1, -1) if place[:n] in lines)
