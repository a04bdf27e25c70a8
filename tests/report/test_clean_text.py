from hypothesis import given
from hypothesis import strategies as st

from curate.report.clean_text import head, visible


@given(st.text(st.characters(codec=None)))
def test_shown_text_can_be_encoded_and_holds_nothing_invisible(text):
    shown = visible(text)
    shown.encode("utf-8")
    assert not set(shown) & set("\x00\x1b\r\x7f\x85\u200b\u2028\u202e\u2066\ufeff")


def test_plain_text_of_any_script_stays_as_it_is():
    assert visible("naïve\tcafé\n日本語 привет 🎉") == "naïve\tcafé\n日本語 привет 🎉"
    assert head("abcdef", 3) == "abc …" and head("abc", 3) == "abc"
