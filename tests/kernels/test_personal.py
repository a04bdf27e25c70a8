"""Places of personal data: each shape as its definition in regular expressions says, and what is put in their stead."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.kernels.buffers import buffers
from curate.kernels.personal import KINDS, find, replace
from tests.oracles.hostile import TEXT
from tests.oracles.plain_personal import places

TOKENS = {kind: f"<{kind.upper()}>" for kind in KINDS}
KEY = "-----BEGIN RSA PRIVATE KEY-----\n" + "MIIEabc/+123\n" * 9 + "-----END RSA PRIVATE KEY-----"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
SHAPES = [
    *("bob@mail.acme.com", "a@b.test", "git@github.com:a/b", "icon@2x.png", "555-123-4567@sms.acme.com", "@",
      "x@société.fr", "jo@почта.рф", "a@b×c.de", "a@myexample.com"),
    *("8.8.4.14", "1.2.3.4", "010.1.2.30", "192.168.0.1", "2a00:1450:4001:81b::200e", "std::dec", "2001:db8::1",
      "::", ":"),
    *("6e40:4041:c617:e898:c11:40d2:c669:2eb4", "1:2:3:4:5:6:7:8:9", "12:30:45", "abcde:1", "2abc::"),
    *("07700 063 966", "01.84.17.61.18", "(08) 8747 6301", "001-518-640-0854", "+46 (0)8 928 571 38",
      "345-899-3560x4587"),
    *("415.555.2671 ext. 12", "054-28-6917", "03.12.2010", "0341/8387176", "+1 415 555 2671 88", "00", "+", "0", " "),
    *("4111 1111 1111 1111", "5018000000000009", "3782 822463 10005", "4111111111111111.5", "0.4111111111111111",
      "6304", "-"),
    *("GB82 WEST 1234 5698 7654 32", "gb42nawi04454264788619", "GB83WEST12345698765432", "NO9386011117947", "GB", "82"),
    *("AKIAIOSFODNN7EXAMPLQ",
      "ghp_" + "a1" * 18, "sk-" + "Ab1" * 16, "SG." + "a" * 22 + "." + "b" * 43, "sk_live_" + "x1" * 8),
    *(JWT, JWT[:60], KEY, KEY[:90], "-----BEGIN RSA PRIVATE KEY-----", "-----", "-----END x-----", "_", "eyJ",
      "ghp_", "SG."),
    *('password = "hunter2abcX"', "api_key: '9d8f7a6b5c4e3f2a1'",
      "TOKEN=aB1" + "cdefghijklm" * 2, "pwd := `a1b2c3d4`", "=", '"'),
    *("https://bob:s3cr3tpw@host.com/x", "ftp://b:s3cr3t@a.example.org", "x://u:four@localhost:1", "a://u:p@b.de",
      "++4930901820", "ftp://a:password@b", "x://a:b${C}@d", "://:x1@y", "password", "secret=",
      "'", "\n", "é", "字"),
]  # fmt: skip
PIECE = st.one_of(st.sampled_from(SHAPES), TEXT, st.sampled_from([" ", "", "\n", "a", "1", "."]))
SHAPED = st.lists(PIECE, max_size=12).map("".join)
V6 = "6e40:4041:c617:e898:c11:40d2:c669:2eb4"


def found(texts):
    data, offsets = buffers(pa.array(texts, pa.string()))
    spans = find(data, offsets)
    octets, result = [text.encode() for text in texts], [[] for _ in texts]
    for text, kind, named, start, end in zip(*(column.tolist() for column in spans), strict=True):
        before = (len(octets[text][: at - offsets[text]].decode()) for at in (start, end))
        result[text].append((KINDS[kind], named, *before))
    return result


@given(texts=st.lists(SHAPED, max_size=4))
def test_places_are_those_of_the_definition(texts):
    assert found(texts) == [places(text) for text in texts]


@given(texts=st.lists(SHAPED, max_size=3), kinds=st.sets(st.sampled_from(KINDS)))
def test_a_token_stands_in_place_of_each_value_and_nothing_else_changes(texts, kinds):
    tokens = {kind: TOKENS[kind] for kind in sorted(kinds)}
    made, counts, chars = replace(pa.array(["", *texts], pa.string())[1:], tokens)
    for k, text in enumerate(texts):
        left, at = "", 0
        gone = [(kind, start, end) for kind, named, start, end in places(text) if named and kind in kinds]
        for kind, start, end in gone:
            left, at = left + text[at:start] + TOKENS[kind], end
        assert made[k].as_py() == left + text[at:]
        assert counts[k].tolist() == [sum(kind == g for g, *_ in gone) for kind in KINDS]
        assert chars[k].tolist() == [sum(end - start for g, start, end in gone if g == kind) for kind in KINDS]


@pytest.mark.parametrize("at", range(0, 70, 3))
@pytest.mark.parametrize("shape", [KEY, JWT, "AKIAIOSFODNN7EXAMPLQ", "GB82WEST12345698765432", V6])
def test_a_shape_is_found_wherever_it_lies_in_a_block(shape, at):
    [[place]] = found(["." * at + " " + shape + " ."])
    assert place[2:] == (at + 1, at + 1 + len(shape))


@pytest.mark.parametrize("mail", ["x@société.fr", "jo@почта.рф", "a@ελλάδα.gr", "bob@myexample.com", "b@d.ééé"])
def test_hosts_with_letters_of_europe_are_hosts(mail):
    assert replace(pa.array([f"To {mail}, or not"]), {"email": "<EMAIL>"})[0].to_pylist() == ["To <EMAIL>, or not"]


def test_what_names_no_one_is_found_and_stays():
    text = "me@example.com at 127.0.0.1 or 10.1.2.3 or 2001:db8::1, ftp://me:s3cr3t@example.org http://me:s3cr3t@localhost"
    assert [named for _, named, *_ in found([text])[0]] == [False] * 6
    assert replace(pa.array([text]), TOKENS)[0].to_pylist() == [text]


@pytest.mark.parametrize(
    "text",
    [
        *("in 2019 2020 2021 2022 there were 1,234,567", "ISBN 978-3-16-148410-0, ISSN 0378-5955",
          "doi:10.1109/5.771073"),
        *("on 03.12.2010 at 12:30:45, 2010-12-03T12:30:45Z", "section 1.2.3.4 of release 2.0.1",
          "order 100-2345678-9012345"),
        *("$x_{12345} + 3.14159265358979$", "ratio 16:9, 0.0123 0.0456",
          "sha1 da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        *("std::vector<int>::iterator a::b", "icon@2x.png git@github.com:a/b.git", "password = getpass()",
          "token: string"),
        *("https://user:password@host/", "password = os.environ['X1']", "SSN 054-28-6917",
          "SELECT a::text, b::int FROM t"),
    ],
)  # fmt: skip
def test_ordinary_text_is_left_alone(text):
    assert found([text]) == [[]]
    assert np.array_equal(replace(pa.array([text]), TOKENS)[1], np.zeros((1, 6)))
