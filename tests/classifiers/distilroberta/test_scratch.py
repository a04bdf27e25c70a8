"""A vocabulary of the training documents: the same for the same documents, and lossless on any text."""

from hypothesis import given
from hypothesis import strategies as st

from classifiers.distilroberta.scratch import SPECIALS, vocabulary

TEXTS = ["the theorem of the prime", "the river and the bread", "naïve café 数学 🙂"] * 3


def test_the_same_documents_give_the_same_bytes_in_any_order():
    one, other = vocabulary(TEXTS, 320), vocabulary(TEXTS[::-1], 320)
    assert one.to_str() == other.to_str()
    assert one.to_str() != vocabulary(TEXTS[:1], 320).to_str()


def test_special_tokens_have_the_ids_of_roberta():
    made = vocabulary(TEXTS, 320)
    assert [made.token_to_id(token) for token in SPECIALS] == [0, 1, 2, 3, 4]
    assert 261 <= made.get_vocab_size() <= 320


MADE = vocabulary(TEXTS, 320)
MADE.encode_special_tokens = True


@given(st.text())
def test_any_text_is_tokens_and_back_and_none_of_them_special(text):
    ids = MADE.encode(text, add_special_tokens=False).ids
    assert MADE.decode(ids, skip_special_tokens=False) == text
    assert all(token >= len(SPECIALS) for token in ids)


def test_a_special_token_that_a_document_writes_out_is_text():
    ids = MADE.encode("a </s> <pad> b", add_special_tokens=False).ids
    assert min(ids) >= len(SPECIALS)
