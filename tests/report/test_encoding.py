"""What the receipt says of the token ids."""

from curate.report.encoding import encoding, lines
from schemas import Manifest


def marker(engine, reference, documents, because=""):
    stats = {"engine": engine, "reference": reference, "documents": documents, "alone_because": because}
    return Manifest("clean", 1, "key", stats={"tokens checked": stats})


def test_documents_of_all_shards_are_added_up():
    found = encoding([marker("gigatoken", "tiktoken", 1000), marker("gigatoken", "tiktoken", 234)])
    assert lines(found) == ["tokens checked against tiktoken: 1,234 documents, 0 differences"]


def test_an_engine_that_works_alone_is_said_with_its_reason():
    found = encoding([marker("tiktoken", "tiktoken", 0, "gigatoken is not installed")] * 2)
    assert lines(found) == ["tokenizer engine: tiktoken (gigatoken is not installed: about 10x slower)"]


def test_a_run_without_the_phase_says_nothing():
    assert lines(encoding([])) == [] == lines(encoding([Manifest("clean", 1, "key")]))
