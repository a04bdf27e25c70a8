"""What a page says of itself."""

import pytest

from curate.extract import head


def test_the_title_is_one_line_without_entities() -> None:
    assert head.title("<html><TITLE lang=en>\n A &amp;\n B </TITLE>") == "A & B"
    assert head.title("<p>none") is None and head.title("<title> </title>") is None


@pytest.mark.parametrize(
    ("tag", "found"),
    [
        ('<meta name="robots" content="noai, noimageai">', {"noai", "noimageai"}),
        ("<META CONTENT='NOINDEX,nofollow' NAME='ROBOTS'>", {"noindex"}),
        ("<meta name=robots content=none>", {"noindex"}),
        ('<meta name="tdm-reservation" content="1">', {"tdm"}),
        ('<meta name="tdm-reservation" content="0">', set()),
        ('<meta name="robots" content="index, follow">', set()),
        ('<meta name="description" content="noai">', set()),
        ('<meta name="CCBot" content="nofollow"><meta name=googlebot content=noindex>', {"noai", "noindex"}),
        ('<meta name="GPTBot" content="index">', set()),
        (
            '<meta name="tdm-reservation" content="1"><meta name="tdm-policy" content="https://a.b/p">',
            {"tdm", "tdm-policy"},
        ),
        ('<meta name="tdm-policy" content="https://a.b/p">', set()),
        ("<meta>", set()),
    ],
)
def test_reservations_are_found_in_meta_tags(tag, found) -> None:
    assert head.rights(f"<html><head>{tag}</head>") == found
