"""Languages: known ones are told as fastText tells them, nothing is `und`, and a document's neighbours don't matter."""

import bz2
import gzip
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import example, given

from curate import sources
from curate.language import identify
from curate.recipe import of_inputs
from tests.oracles.hostile import TEXTS as HOSTILE
from tests.oracles.plain_language import language

TEXTS = {
    "en": "The quick brown fox jumps over the lazy dog, and nobody in the village was surprised.",
    "de": "Der schnelle braune Fuchs springt über den faulen Hund, und niemand im Dorf wunderte sich.",
    "fr": "Le renard brun saute par-dessus le chien paresseux et personne n'en fut surpris.",
    "ru": "Быстрая коричневая лиса перепрыгнула через ленивую собаку, и никто не удивился.",
    "ja": "素早い茶色の狐がのろまな犬を飛び越えたが、村の誰も驚かなかった。",
}


@pytest.mark.parametrize("type", [pa.string(), pa.large_string()])
def test_languages_are_told(type) -> None:
    labels, scores = identify(pa.array(TEXTS.values(), type))
    assert labels.to_pylist() == list(TEXTS)
    assert all(0.5 < score <= 1 and round(score, 3) == pytest.approx(score, abs=1e-6) for score in scores.to_pylist())


@pytest.mark.parametrize("text", ["", " \n\t", "\u2003"])
def test_no_text_is_unknown(text) -> None:
    labels, scores = identify(pa.array([text]))
    assert (labels.to_pylist(), scores.to_pylist()) == (["und"], [0.0])


def test_lines_are_joined_and_only_the_opening_counts() -> None:
    broken = TEXTS["de"].replace(" ", "\n")
    long = TEXTS["fr"] * 40 + TEXTS["ru"] * 100
    assert identify(pa.array([broken, long]))[0].to_pylist() == ["de", "fr"]


def test_slices_and_hostile_text_are_fine() -> None:
    texts = pa.array(["x", "\U0010ffff\u0000\u202e" * 50, *TEXTS.values(), "_" * 5000])
    assert identify(texts[2:7])[0].to_pylist() == list(TEXTS)
    assert len(identify(texts)[0]) == 8
    assert identify(texts[:0])[0].to_pylist() == []


def assert_as_fasttext_has_it(texts: list[str]) -> None:
    labels, scores = identify(pa.array(texts, pa.large_string()))
    for text, label, score in zip(texts, labels.to_pylist(), scores.to_pylist(), strict=True):
        told, probability = language(text)
        assert label == told, text[:100]
        assert score == pytest.approx(probability, abs=0.000_52)


@given(texts=HOSTILE)
@example(texts=["\0", "\v\f", "a\0b\vc", "</s>", "le </s> chien", "__label__en", "x" * 10_000, "Ж" * 10_000])
@example(texts=["\x1c \u2029x", "\u3000", "", "\x85 \x00"])
def test_hostile_texts_have_the_language_that_fasttext_gives_them(texts) -> None:
    assert_as_fasttext_has_it([text or "" for text in texts])


@pytest.mark.parametrize("kind", ["ordinary", "many languages", "crawled"])
def test_real_texts_have_the_language_that_fasttext_gives_them(data, kind) -> None:
    texts = list({"ordinary": ordinary, "many languages": many_languages, "crawled": crawled}[kind](data))
    assert len(texts) > 400
    assert_as_fasttext_has_it(texts)


def ordinary(data: Path) -> Iterator[str]:
    yield from (row["text"] for row in rows(data / "labels" / "c4_sample.jsonl.gz"))
    yield from (row["text"] for row in rows(data / "neardup" / "git_revisions.docs.jsonl.gz"))
    for book in sorted((data / "books" / "gutenberg").glob("*.gz")):
        text = gzip.decompress(book.read_bytes()).decode("utf-8", "replace")
        yield from (text[at : at + 2_000] for at in range(0, 60_000, 6_000))


def many_languages(data: Path) -> Iterator[str]:
    yield from (row["text"] for row in rows(data / "multilingual" / "gnome_help.jsonl.gz"))
    with zipfile.ZipFile(data / "multilingual" / "udhr2.zip") as archive:
        yield from (archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    for dump in sorted((data / "wikipedia" / "minidumps").glob("*.bz2")):
        text = bz2.decompress(dump.read_bytes()).decode("utf-8", "replace")
        yield from (text, text[len(text) // 2 :])


def crawled(data: Path) -> Iterator[str]:
    pieces, _ = sources.find(of_inputs([str(path) for path in sorted((data / "web" / "crawl").glob("*.wet.gz"))]))
    for piece in pieces:
        yield from (record.body.decode() for _, record in sources.read(piece) if record.media == "text" and record.body)


def rows(path: Path) -> list[dict]:
    return [json.loads(row) for row in gzip.decompress(path.read_bytes()).splitlines()]
