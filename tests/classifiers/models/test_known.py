import re

import pytest

from classifiers.models.known import known, named
from curate.errors import UserError
from curate.model_card import sha256


def test_every_known_model_has_a_licence_and_a_pin():
    for model in known():
        assert model.what and model.licence
        assert (model.revision is None) == (model.package is not None)
        assert all(re.fullmatch(r"[0-9a-f]{64}", digest) for digest in model.files.values()) and model.files


def test_the_language_model_of_the_package_is_the_one_that_is_known():
    model = named("lid.176.ftz")
    assert sha256(str(model.folder / "lid.176.ftz")) == model.files["lid.176.ftz"]


def test_a_branch_is_no_pin_and_a_slip_finds_the_right_name():
    with pytest.raises(UserError, match="whole commit"):
        named("someone/model@main")
    with pytest.raises(UserError, match="did you mean 'distilbert/distilroberta-base'"):
        named("distilroberta-base")
    known_one = named("distilbert/distilroberta-base")
    assert named(f"distilbert/distilroberta-base@{known_one.revision}") == known_one
    assert named(f"distilbert/distilroberta-base@{'0' * 40}").files == {}
