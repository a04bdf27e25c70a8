"""The kinds of input and the two places that name them."""

from typing import get_args

import pytest

from curate.recipe.sections import Kind
from curate.sources.kinds import KINDS


def test_a_recipe_may_state_every_kind_and_no_other() -> None:
    assert sorted(get_args(Kind)) == sorted(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_keeps_the_protocol(kind: str) -> None:
    module = KINDS[kind]
    assert isinstance(module.GROUP, str) and callable(module.recognise) and callable(module.read)
