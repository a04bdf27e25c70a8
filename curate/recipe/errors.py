"""What is wrong with a recipe, as the user reads it: file, line, place, reason, nearest right name."""

from collections.abc import Iterable

from curate.errors import UserError

Place = tuple[str | int, ...]


class RecipeError(UserError, ValueError):
    """A recipe that cannot be run. Each of `problems` is one line; all of them are found before a byte is read."""

    def __init__(self, problems: str | Iterable[str]):
        self.problems = [problems] if isinstance(problems, str) else list(problems)
        super().__init__("\n".join(self.problems))


def spell(place: Place) -> str:
    """`("rules", 2, "signal")` as `rules[2].signal`."""
    text = ""
    for step in place:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text
