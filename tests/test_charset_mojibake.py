"""Text that was UTF-8 and was read as something else is repaired where that is provable, and left alone where not."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.charset.mojibake import _classes, repair
from curate.kernels.misread import ENCODINGS, count

GERMAN = "Fünf größere Übungen für Anfänger: „Schöne Grüße“ – und viel Spaß!"
RUSSIAN = "Съешь же ещё этих мягких французских булок, да выпей чаю."
POLISH = "Zażółć gęślą jaźń, proszę bardzo"
CHINESE = "人人生而自由，在尊严和权利上一律平等。"


def read_as(text: str, name: str) -> str:
    """`text` in UTF-8, read as browsers read `name`: a byte it lacks is the control character of its number."""
    return "".join(_character(byte, name) for byte in text.encode())


def _character(byte: int, name: str) -> str:
    try:
        return bytes([byte]).decode(name)
    except UnicodeDecodeError:
        return chr(byte)


@pytest.mark.parametrize("text", [GERMAN, RUSSIAN, POLISH, CHINESE, "It’s “here”", "naïve café", "good 😀 morning"])
@pytest.mark.parametrize("name", ["cp1252", "latin-1", "cp1251", "cp1250", "mac_roman"])
def test_what_was_misread_is_undone(text, name) -> None:
    spoilt = read_as(text, name)
    repaired, through = repair(spoilt)
    assert repaired in (text, spoilt)
    if name == "cp1252":
        assert (repaired, through) == (text, "cp1252")


def test_what_was_misread_twice_is_undone_twice() -> None:
    assert repair(read_as(read_as(GERMAN, "cp1252"), "cp1252")) == (GERMAN, "cp1252")


def test_only_the_runs_that_were_misread_change() -> None:
    page = f"<h1>Größe — schön</h1>\n<p>{read_as(GERMAN, 'cp1252')}</p><p>Ende der Seite: Äpfel</p>"
    assert repair(page)[0] == f"<h1>Größe — schön</h1>\n<p>{GERMAN}</p><p>Ende der Seite: Äpfel</p>"


@pytest.mark.parametrize(
    "text",
    [
        "NESCAFÉ® and NESTLÉ® are brands",
        "<b>NESCAFÉ®</b> <b>PODRÓŻE</b> <i>WSPÓŁPRACA</i>",
        "« Où est-il ? » – voilà »",
        "voilà\u00a0»",
        "„Was für ein Spaß“ <b>Spaß“</b> <i>MENÜ”</i>",
        "Всё своё. «Её» ИЁ",
        "In UTF-8 ’ is three bytes, which cp1252 shows as â€™",
        "São João, IRMÃ”",
        "Žluťoučký kůň",
        "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏ the upper half of Latin-1",
        "plain ASCII",
        "",
    ],
)
def test_right_text_is_left_alone(text) -> None:
    assert repair(text) == (text, None)


@given(st.text(max_size=80))
def test_repair_never_fails_and_gives_valid_text(text) -> None:
    repaired, through = repair(text.encode("utf-8", "replace").decode())
    assert repaired.encode() is not None
    assert (through is None) == (repaired == text.encode("utf-8", "replace").decode())


@given(st.lists(st.sampled_from("aé ÂÃâ€™©\u0080Ñ\u00a0РСЃ√‚ÓŻ😀人<"), max_size=60).map("".join))
def test_the_kernel_counts_as_its_definition_does(text) -> None:
    found, alone = count(text.encode(), _classes())
    assert (found.tolist(), alone.tolist()) == _counted(text)


def _counted(text: str) -> tuple[list[int], list[int]]:
    classes = _classes()
    kinds = [int(classes[ord(character)]) if "\x7f" < character <= "\uffff" else 0 for character in text]
    found, alone = [0] * ENCODINGS, [0] * ENCODINGS
    for at, kind in enumerate(kinds):
        behind, next_but_one = (kinds[at + n] if at + n < len(kinds) else 0 for n in (1, 2))
        for e in range(ENCODINGS):
            first_of_two, first_of_three = kind >> e & 1, kind >> 4 + e & 1
            later, later_still = behind >> 8 + e & 1, next_but_one >> 8 + e & 1
            found[e] += (first_of_two & later) + (first_of_three & later & later_still)
            alone[e] += first_of_two & ~later
    return found, alone


def test_of_two_thousand_real_texts_only_the_spoilt_one_changes(data: Path) -> None:
    from benchmarks.encoded_texts import unspoilt

    texts = unspoilt(data)
    assert len(texts) > 2_000 and sum(repair(text)[1] is not None for text in texts) <= 1


def test_nine_of_ten_misread_texts_come_back(data: Path) -> None:
    from benchmarks.encoded_texts import misread

    pairs = misread(data)["cp1252"]
    assert np.mean([repair(spoilt)[0] == text for text, spoilt in pairs]) >= 0.93
