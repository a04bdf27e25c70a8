"""Licences by their texts, by metadata, by headers; and which an allow-list admits."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.licenses import KNOWN, allowed, of_header, of_metadata, of_text
from curate.licenses.expressions import parse
from tests.sources.archives import MIT

DEBIAN = Path("/usr/share/common-licenses")  # whole texts, where the machine has them
WHOLE = {"GPL-2": "GPL-2.0", "GPL-3": "GPL-3.0", "LGPL-2": "LGPL-2.0", "LGPL-2.1": "LGPL-2.1", "LGPL-3": "LGPL-3.0",
         "Apache-2.0": "Apache-2.0", "MPL-1.1": "MPL-1.1", "MPL-2.0": "MPL-2.0", "CC0-1.0": "CC0-1.0",
         "BSD": "BSD-3-Clause"}  # fmt: skip
BSD = "Redistribution and use in source and binary forms ... Redistributions of source code must retain ... "


@pytest.mark.parametrize("name", WHOLE)
def test_the_whole_text_of_a_licence_is_that_licence_alone(name: str):
    if not (DEBIAN / name).exists():
        pytest.xfail("this machine has no copy of that licence")
    assert of_text((DEBIAN / name).read_text("utf-8")) == WHOLE[name]


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        (MIT, "MIT"),
        ("\n".join(f" * {line}" for line in MIT.upper().split("\n")), "MIT"),
        (BSD + "Redistributions in binary form must reproduce", "BSD-2-Clause"),
        (BSD + "Redistributions in binary form must reproduce ... endorse or promote products derived from",
         "BSD-3-Clause"),
        (BSD + "all advertising materials mentioning features or use ... endorse or promote products derived from",
         "BSD-4-Clause"),
        ("This is free and unencumbered software released into the public domain.", "Unlicense"),
        ("This project is dual-licensed under the Unlicense and MIT licenses.", "MIT OR Unlicense"),
        ("Licensed under either of\n * Apache License, Version 2.0\n * MIT license\nat your option.",
         "Apache-2.0 OR MIT"),
        (MIT + "\n----\n" + BSD + "Redistributions in binary form must reproduce", "BSD-2-Clause AND MIT"),
        ("All rights reserved. No part may be copied.", None),
        ("We wrote MIT on the wall and BSD beneath it.", "MIT"),
        ("", None),
    ],
)  # fmt: skip
def test_texts_that_repositories_have(text: str, licence: str | None):
    assert of_text(text) == licence


@pytest.mark.parametrize(
    ("name", "text", "licence"),
    [
        ("package.json", '{"license": "MIT"}', "MIT"),
        ("package.json", '{"license": "(MIT OR Apache-2.0)"}', "(MIT OR Apache-2.0)"),
        ("package.json", '{"licenses": [{"type": "MIT"}, {"type": "ISC"}]}', "MIT OR ISC"),
        ("package.json", '{"license": "SEE LICENSE IN x"}', None),
        ("package.json", '{"license": "UNLICENSED"}', None),
        ("package.json", "{" * 100_000, None),
        ("Cargo.toml", '[package]\nlicense = "MIT/Apache-2.0"', "MIT OR Apache-2.0"),
        ("pyproject.toml", '[project]\nlicense = {text = "mit"}', "MIT"),
        ("pyproject.toml", '[project]\nclassifiers = ["License :: OSI Approved :: Apache Software License"]',
         "Apache-2.0"),
        ("setup.cfg", "[metadata]\nlicense = Apache-2.0\n", "Apache-2.0"),
        ("setup.cfg", "[metadata]\nlicense = BSD\n", None),
    ],
)  # fmt: skip
def test_metadata_states_an_expression_or_nothing(name: str, text: str, licence: str | None):
    assert of_metadata(name, text) == licence


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        ("// SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note\n", "GPL-2.0-only WITH Linux-syscall-note"),
        ("/* SPDX-License-Identifier: (mit or GPL-2.0+) */\n", "(MIT OR GPL-2.0+)"),
        ("<!-- SPDX-License-Identifier: CC0-1.0 -->", "CC0-1.0"),
        ("# SPDX-License-Identifier: ask our lawyers, please", None),
        ("x" * 5000 + "SPDX-License-Identifier: MIT", None),
    ],
)
def test_a_header_states_the_licence_of_its_file(text: str, licence: str | None):
    assert of_header(text) == licence


@pytest.mark.parametrize(
    ("expression", "admitted"),
    [
        ("MIT", True), ("mit", True), ("ISC", False), (None, False), ("ISC OR MIT", True), ("ISC AND MIT", False),
        ("(ISC OR MIT) AND Apache-2.0", True), ("ISC OR MIT AND ISC", False), ("MIT WITH x-exception", True),
        ("GPL-3.0-or-later", True), ("GPL-2.0+", False), ("MIT OR", False), ("((((", False), ("(" * 10_000, False),
    ],
)  # fmt: skip
def test_an_allow_list_admits_by_the_expression(expression: str | None, admitted: bool):
    assert allowed(expression, frozenset({"MIT", "Apache-2.0", "GPL-3.0"})) is admitted


@given(st.text(alphabet="MITORANDWH() /.-0+", max_size=60))
def test_whatever_is_stated_is_an_expression_or_none_and_never_raises(stated: str):
    spelled = parse(stated)
    assert spelled is None or allowed(spelled, KNOWN | set(spelled.replace("(", " ").replace(")", " ").split()))
