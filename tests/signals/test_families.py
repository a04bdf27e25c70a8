"""The built-in families against their definitions in plain Python."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given

from curate import signals
from tests.oracles import plain_signals
from tests.oracles.hostile import TEXTS


@pytest.mark.parametrize("family", ["gopher", "repetition", "pii", "code", "math"])
@given(texts=TEXTS)
@example(texts=["a a a a a a a a a a a a", "\n\n \n", "......", "x" * 70 + " ﬁn"])
def test_a_family_is_its_definition(family, texts):
    made = signals.compute(pa.table({"text": pa.array(texts, pa.string())}), [family])
    wanted = [getattr(plain_signals, family)(text or "") for text in texts]
    for name in signals.declared():
        if name.startswith(family + "."):
            values = made[name].to_numpy()
            expected = np.array([w[name.split(".")[1]] for w in wanted]).astype(values.dtype)
            np.testing.assert_array_equal(values, expected, name)


@pytest.mark.parametrize(
    ("text", "signal", "value"),
    [
        ("Mail me@example.com, or a.b+c@mail.example.co.uk.", "pii.emails", 2),
        ("user@localhost and @handle and a@b.c", "pii.emails", 0),
        ("Host 192.168.0.1, version 1.2.3.4.5, 300.1.1.1", "pii.ips", 1),
        ("(415) 555-2671 or 415.555.2671 or +49 30 1234567", "pii.phones", 3),
        ("in 2019 2020 2021 2022 there were 1,234,567", "pii.phones", 0),
        ("4111 1111 1111 1111 and 4111111111111112", "pii.cards", 1),
        ("the cat is of the mat", "gopher.stop_words", 2),
        ("one\none\ntwo\n", "repetition.dup_line_fraction", np.float32(1 / 3)),
    ],
)
def test_known_cases(text, signal, value):
    assert signals.compute(pa.table({"text": [text]}))[signal].to_pylist() == [value]


def test_code_prose_and_mathematics_fall_on_their_sides():
    code = "import os\n\ndef main(argv):\n    for name in argv:\n        print(os.stat(name).st_size)\n    return 0;\n"
    prose = (
        "It was a bright cold day in April.\nThe clocks, which nobody heeded,\nstruck again and the street was empty.\n"
    )
    tex = "Let $x \\in \\mathbb{R}$ so that $\\sum_i x_i^2 = 1$ holds for all $i$."
    made = signals.compute(pa.table({"text": [code, prose, tex]}), ["code", "math"])
    assert (made["code.score"].to_numpy() > 0.5).tolist() == [True, False, False]
    assert (made["math.score"].to_numpy() > 0.5).tolist() == [False, False, True]
