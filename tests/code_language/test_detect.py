"""Languages of source files by name, by what they state, and by content where a name is shared."""

import tarfile
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.code_language import content, detect
from curate.code_language.names import LANGUAGES, by_ending


@pytest.mark.parametrize(
    ("name", "text", "language"),
    [
        ("a/b.py", "", "Python"),
        ("Makefile", "all:\n", "Makefile"),
        ("Dockerfile.dev", "FROM x\n", "Dockerfile"),
        ("run", "#!/usr/bin/env -S python3 -u\n", "Python"),
        ("run", '#! /bin/sh\nexec ruby -x "$0"\n', "Ruby"),
        ("run", "\ufeff#!/usr/bin/perl5.30 -w\n", "Perl"),
        ("x.conf", "# -*- mode: nginx; -*-\n", "INI"),
        ("x.inc", "/* -*- C++ -*- */", "C++"),
        ("x", "# vim: set ft=ruby :\n", "Ruby"),
        ("x.h", "#import <Foundation/Foundation.h>\n@interface X\n@end\n", "Objective-C"),
        ("x.h", "namespace x {\nclass Y;\n}\n", "C++"),
        ("x.h", "#include <stdio.h>\nint x(void);\n", "C"),
        ("x.m", "% a comment\nfunction y = f(x)\n  y = x;\nend\n", "MATLAB"),
        ("x.m", '#import "X.h"\n@implementation X\n@end\n', "Objective-C"),
        ("x.pl", "parent(a, b).\ngrand(X, Y) :- parent(X, Z), parent(Z, Y).\n", "Prolog"),
        ("x.pl", "use strict;\nmy $x = 1;\n", "Perl"),
        ("x.v", "module top(input a);\nendmodule\n", "Verilog"),
        ("x.v", "Require Import List.\nLemma x : True.\nProof. auto. Qed.\n", "Coq"),
        ("x.ts", '<?xml version="1.0"?><TS></TS>', "XML"),
        ("x.ts", "export const x: number = 1;\n", "TypeScript"),
        ("x.fs", "module X\nlet y = 1\n", "F#"),
        ("x.fs", "#version 330\nuniform vec3 y;\n", "GLSL"),
        ("page", "<?php echo 1;", "PHP"),
        ("LICENSE", "MIT\n", "Text"),
        ("unheard.of", "some words\n", None),
        ("", "", None),
    ],
)
def test_languages(name: str, text: str, language: str | None):
    assert detect(name, text) == language


@given(st.text(), st.text())
def test_any_name_and_text_has_a_known_language_or_none(name: str, text: str):
    assert detect(name, text) in {*LANGUAGES, None} or detect(name, text) in ("Expect", "Octave", "IDL", "VBA", "Lex")


WORDS = ["a", " ", "\n", "\t\n", "[[", "(", "a:", "class x ", "- (int a", "global public ", "plan 1", "<!-- ", "a(b"]


@pytest.mark.parametrize("ending", ["", *sorted(content._RULES)])
def test_no_text_makes_a_pattern_backtrack_without_end(ending: str):
    for word in WORDS:
        size = len(word) * (4096 // len(word))
        text = (word * size)[:16384]
        assert detect(f"x.{ending}", text) in {*LANGUAGES, None, "Lex", "IDL", "VBA"}  # or the test never ends


def test_labelled_files_are_told_apart_better_than_by_their_ending(data: Path):
    right = ending = n = 0
    with tarfile.open(data / "code" / "linguist_samples.tar.gz") as archive:
        for member in archive:
            language, name = member.name.split("/")[1], member.name.rsplit("/", 1)[-1]
            text = archive.extractfile(member).read().decode("utf-8", "replace")
            right, ending, n = right + (detect(name, text) == language), ending + (by_ending(name) == language), n + 1
    assert n == 158
    assert right >= 0.98 * n > 0.8 * n >= ending


@pytest.mark.parametrize("line", ["-*-" + " " * 32_000, "-*- " * 8_000, " vi:" * 8_000])
def test_a_long_line_is_not_searched_for_a_modeline_to_its_end(line):
    with (
        patch("curate.code_language.stated._VIM", _Seen()) as vim,
        patch("curate.code_language.stated._EMACS", _Seen()) as emacs,
    ):
        assert detect("x.c", line) == "C"
    assert 0 < vim.longest + emacs.longest < 2_000


class _Seen:
    longest = 0

    def search(self, line):
        self.longest = max(self.longest, len(line))
