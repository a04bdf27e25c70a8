"""Stated licences by their SPDX names."""

import pytest

from curate.licenses.stated import RESERVED, named


@pytest.mark.parametrize(
    ("stated", "name"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"),
        ("http://creativecommons.org/licenses/by-nc-sa/3.0/de/", "CC-BY-NC-SA-3.0-DE"),
        ("//creativecommons.org/licenses/by-sa/4.0/deed.fr", "CC-BY-SA-4.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("https://creativecommons.org/publicdomain/mark/1.0/", "CC-PDM-1.0"),
        ("CC BY-SA 3.0, CC BY-SA 4.0", "CC-BY-SA-3.0, CC-BY-SA-4.0"),
        ("Creative Commons Attribution-ShareAlike 4.0 International License", "CC-BY-SA-4.0"),
        ("Creative Commons Attribution Non-Commercial No Derivatives 3.0", "CC-BY-NC-ND-3.0"),
        ("//en.wikipedia.org/Text_of_Creative_Commons_Attribution-ShareAlike_3.0_Unported_License", "CC-BY-SA-3.0"),
        ("CC (by-nc-nd)", "CC-BY-NC-ND"),
        ("CC0", "CC0-1.0"),
        ("https://www.gnu.org/licenses/fdl-1.3.html", "GFDL-1.3"),
        ("GNU Free Documentation License 1.3", "GFDL-1.3"),
        ("public domain under CC0", "CC0-1.0"),
        ("http://www.apache.org/licenses/LICENSE-2.0", "Apache-2.0"),
        ("https://opensource.org/licenses/MIT", "MIT"),
        ("© 2020. All rights reserved.", RESERVED),
        ("ALL_RIGHTS_RESERVED", RESERVED),
        ("MIT OR Apache-2.0", "MIT OR Apache-2.0"),
        ("  our own\n terms &amp; more ", "our own terms & more"),
        ("account by 4.0", "account by 4.0"),
        (" \0", None),
    ],
)  # fmt: skip
def test_a_statement_is_named(stated, name):
    assert named(stated) == name
    assert name is None or named(name) == name
