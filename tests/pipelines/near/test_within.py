"""`compete_within: language`: documents of one language compete, and no others."""

import json
import random

import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
import yaml

from curate.dedup.near_duplicates import near_duplicates
from curate.recipe import load
from pipelines.run import Options, curate
from tests.pipelines import inputs

OPENINGS = {
    "de": "Niemand im Dorf wunderte sich darüber, dass der schnelle braune Fuchs über den faulen Hund gesprungen war",
    "fr": "Personne dans le village ne fut surpris que le renard brun ait sauté par-dessus le chien paresseux hier",
}


def opened(language: str, seed: int) -> str:
    draw = random.Random(seed)
    return " ".join(draw.choice(OPENINGS[language].split()) for _ in range(400))


def test_near_duplicates_of_two_languages_stay_where_languages_are_apart(tmp_path):
    body = inputs.prose(random.Random(2), 5000)
    texts = [f"{opened(language, seed)}\n{body}" for seed, language in enumerate(["de", "fr", "de", "fr"])]
    texts += [texts[0]]  # a copy
    for n, text in enumerate(texts):
        (tmp_path / f"{n}.jsonl").write_text(json.dumps({"text": text}) + "\n")
    left = {}
    for within in (None, "language"):
        near = {"keep": [], "min_similarity": 0.7} | ({"compete_within": within} if within else {})
        settings = {"base": None, "name": "two", "sources": [{"paths": [str(tmp_path / "*.jsonl")], "group": "web"}]}
        settings |= {"shards": {"target": 40_000}, "near_duplicates": near, "pack": {"lengths": [128]}}
        (tmp_path / "recipe.yaml").write_text(yaml.safe_dump(settings))
        out = tmp_path / str(within)
        curate(load(str(tmp_path / "recipe.yaml")), str(out), Options(workers=1))
        kept = ds.dataset(str(out / "text"), partitioning="hive").to_table(["language"])
        left[within] = sorted(kept["language"].to_pylist())
    assert left == {None: ["de"], "language": ["de", "fr"]}


def test_classes_part_copies_and_pairs_in_memory_too():
    body = inputs.prose(random.Random(4), 400)
    texts = pa.array([body, f"{body} more", body, f"{body} more"])
    assert near_duplicates(texts, range(4))[0].tolist() == [1, 2, 3]
    removed, keepers, _ = near_duplicates(texts, range(4), classes=np.array([7, 7, 8, 8]))
    assert (removed.tolist(), keepers.tolist()) == ([1, 3], [0, 2])
