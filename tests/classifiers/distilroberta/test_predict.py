"""Scoring: one model a process, every text alone, nothing that cannot be scored."""

import random
import shutil
import threading
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.distilroberta import predict
from classifiers.distilroberta import reader as readers
from classifiers.figures import figures
from classifiers.scorer import load, of_probabilities, scores
from classifiers.sides import sides
from curate import model_card
from tests.classifiers.distilroberta.conftest import document


def texts(many: int, seed: int) -> list[str]:
    draws = random.Random(seed)
    return [document(bool(draws.randrange(2)), draws, draws.choice([1, 3, 10, 30, 90, 400])) for _ in range(many)]


def test_what_was_saved_and_loaded_gives_the_figures_of_training_to_the_last_digit(trained):
    parts = sides(trained.labels, 0)
    scorer = load(trained.folder, "cpu")
    p = [scorer.probabilities(side.texts) for side in parts[1:]]
    found = figures(parts.validation, p[0], parts.test, p[1], 0)
    assert {**found.metrics, "training": trained.card.metrics["training"]} == trained.card.metrics
    assert (found.calibration, found.thresholds) == (trained.card.calibration, trained.card.thresholds)


def test_probabilities_are_rows_of_float32_that_sum_to_one(trained):
    p = load(trained.folder, "cpu").probabilities(pa.array(texts(20, 1)))
    assert p.dtype == np.float32 and p.shape == (20, 2)
    assert np.allclose(p.sum(axis=1), 1, atol=1e-6)


def test_what_stands_beside_a_text_changes_no_bit_of_its_score(trained):
    scorer, every = load(trained.folder, "cpu"), texts(60, 2)
    together = scorer.probabilities(pa.array(every))
    assert len(np.unique(together[:, 1])) > 40, "scores are too alike for this test to tell anything"
    alone = np.concatenate([scorer.probabilities(pa.array([text])) for text in every])
    assert np.array_equal(together, alone)
    order = np.random.default_rng(0).permutation(60)
    assert np.array_equal(scorer.probabilities(pa.array([every[k] for k in order])), together[order])


def test_how_many_are_run_at_once_changes_nothing(trained, monkeypatch):
    scorer, every = load(trained.folder, "cpu"), pa.array(texts(40, 3))
    whole = scorer.probabilities(every)
    monkeypatch.setattr(readers, "WINDOWS_AT_ONCE", 7)
    assert np.array_equal(scorer.probabilities(every), whole)


def test_slices_chunks_and_large_strings_are_texts_too(trained):
    scorer, every = load(trained.folder, "cpu"), texts(12, 4)
    whole = scorer.probabilities(pa.array(every))
    assert np.array_equal(scorer.probabilities(pa.array(["x", *every, "y"])[1:-1]), whole)
    assert np.array_equal(scorer.probabilities(pa.chunked_array([every[:5], [], every[5:]])), whole)
    assert np.array_equal(scorer.probabilities(pa.array(every, pa.large_string())), whole)


def test_a_text_with_nothing_to_read_scores_nothing_and_is_no_error(trained):
    scorer = load(trained.folder, "cpu")
    found = scores(scorer, pa.array(["", " \n\t\u00a0", None, "theorem lemma proof theorem"]))
    assert found.thousandths[:3].tolist() == [0, 0, 0] and found.best.tolist() == [0, 0, 0, 1]
    assert scorer.probabilities(pa.array([], pa.string())).shape == (0, 2)


def test_a_model_of_no_numbers_is_no_score_of_nothing(trained):
    from classifiers.distilroberta.network import load as network
    from classifiers.distilroberta.reader import Reader

    reader = load(trained.folder, "cpu").reader
    state = {name: value.float() * float("nan") for name, value in reader.model.state_dict().items()}
    broken = network(reader.model.config.to_dict(), state, trained.card.classes, "broken")
    given = {field: getattr(reader, field) for field in Reader.__dataclass_fields__}
    found = Reader(**{**given, "model": broken, "bf16": False}).probabilities(["theorem"])
    assert np.isnan(found).all()
    with pytest.raises(ValueError, match="a probability that is no number; build or get the model again"):
        of_probabilities(trained.card, found)


def test_ten_million_characters_are_scored_by_their_windows(trained):
    scorer = load(trained.folder, "cpu")
    long = ["theorem lemma proof axiom " * 400_000, "river bread garden train " * 400_000, "數" * 10_000_000]
    assert min(map(len, long)) >= 10_000_000
    found = scores(scorer, pa.array(long))
    assert found.thousandths[0] > 700 and found.thousandths[1] < 300


@given(st.lists(st.text(), max_size=4))
def test_no_text_breaks_a_score(trained, anything):
    p = load(trained.folder, "cpu").probabilities(pa.array(anything, pa.string()))
    assert p.shape == (len(anything), 2) and np.isfinite(p).all()


def test_a_process_loads_a_model_once_whoever_asks(trained, monkeypatch):
    predict._reader.cache_clear()
    found, asking = [], [threading.Thread(target=lambda: found.append(predict.open(trained.folder))) for _ in range(4)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert len(found) == 4 and len({id(one.reader.model) for one in found}) == 1
    assert predict._reader.cache_info().misses == 1


def test_threads_that_share_a_model_get_what_one_alone_gets(trained):
    scorer, every = load(trained.folder, "cpu"), pa.array(texts(20, 5))
    expected, found = scorer.probabilities(every), []
    asking = [threading.Thread(target=lambda: found.append(scorer.probabilities(every))) for _ in range(3)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert len(found) == 3 and all(np.array_equal(one, expected) for one in found)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "config.json"])
def test_a_file_that_is_not_the_cards_is_refused(trained, tmp_path, name):
    folder = tmp_path / "model"
    shutil.copytree(trained.folder, folder)
    (folder / name).write_bytes((folder / name).read_bytes()[:-9])
    with pytest.raises(ValueError, match=rf"{name}: is not the file that card.json names"):
        load(str(folder), "cpu")
    (folder / name).unlink()
    with pytest.raises(ValueError, match=rf"{name}: is missing, though card.json names it"):
        predict.open(str(folder), device="cpu")


def test_a_card_that_does_not_say_how_to_read_is_refused(trained, tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(trained.folder, folder)
    model_card.write(replace(trained.card, settings={}), str(folder))
    with pytest.raises(ValueError, match=r"card.json: settings lack max_tokens, overlap or windows; build or get"):
        load(str(folder), "cpu")


def test_a_device_that_is_none_is_refused(trained):
    with pytest.raises(ValueError, match="device: 'gpu' is none of auto, cpu, cuda"):
        load(trained.folder, "gpu")


def test_bf16_orders_texts_as_fp32_does(trained):
    """Scores differ in thousandths; a cut by either keeps nearly the same texts."""
    reader = load(trained.folder, "cpu").reader
    every = pa.array(texts(40, 6))
    reader.model.float()
    fp32 = replace(reader, bf16=False).probabilities(every)[:, 1]
    bf16 = replace(reader, bf16=True).probabilities(every)[:, 1]
    predict._reader.cache_clear()
    assert not np.array_equal(fp32, bf16) and np.abs(fp32 - bf16).max() < 0.05
