"""What every part of a recipe is: immutable, and without unknown keys."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A part of a recipe. A key that it does not know is an error, never passed over."""

    model_config = ConfigDict(frozen=True, extra="forbid")
