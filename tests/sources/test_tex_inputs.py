"""The main file of a paper and what it inputs."""

import pytest

from curate.sources.arxiv import tex_inputs
from curate.sources.arxiv.tex_inputs import joined, main_file

DOCUMENT = "\\documentclass{a}\n\\begin{document}x\\end{document}"

STATED = '{"sources": [{"filename": "b.tex", "usage": "toplevel"}]}'


@pytest.mark.parametrize(
    ("files", "main"),
    [
        ({"a.tex": "text", "b.tex": DOCUMENT}, "b.tex"),
        ({"a.tex": "%\\documentclass", "b.tex": "\\documentstyle[12pt]{a}"}, "b.tex"),
        ({"cover.tex": DOCUMENT, "ms.tex": DOCUMENT}, "ms.tex"),
        ({"a.tex": DOCUMENT + "\\input{b}", "b.tex": DOCUMENT}, "a.tex"),
        ({"a.tex": DOCUMENT, "b.tex": DOCUMENT + "long" * 50}, "b.tex"),
        ({"sub/x.tex": DOCUMENT + "long", "y.tex": DOCUMENT}, "y.tex"),
        ({"00README.XXX": "b.tex toplevelfile\n", "main.tex": DOCUMENT, "b.tex": DOCUMENT}, "b.tex"),
        ({"00README.json": STATED, "main.tex": DOCUMENT, "b.tex": "x"}, "b.tex"),
        ({"00README.json": "[" * 100_000, "main.tex": DOCUMENT}, "main.tex"),
        ({"p.tex": "\\magnification=1200 text\\bye", "macros.tex": "\\def\\a{}"}, "p.tex"),
        ({"only.tex": "text"}, "only.tex"),
        ({"a.tex": "x", "b.tex": "y"}, None),
        ({"a.sty": DOCUMENT}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_the_main_file_is_the_one_that_arxiv_would_typeset(files: dict[str, str], main: str | None) -> None:
    assert main_file(files) == main


@pytest.mark.parametrize(
    ("main", "files", "text"),
    [
        ("a\\input{b}c", {"b.tex": "B"}, "aB\nc"),
        ("a\\input b c", {"b.tex": "B"}, "aB\n c"),
        ("\\include{sub/b}", {"sub/B.tex": "B"}, "B\n"),
        ("\\input{./b.tex}", {"b.tex": "B"}, "B\n"),
        ("\\input{figs/b.txt}", {"figs/b.txt": "B"}, "B\n"),
        ("\\import{sub/}{b}", {"sub/b.tex": "B\\input{c}", "sub/c.tex": "C"}, "BC\n\n"),
        ("\\input{elsewhere/b}", {"b.tex": "B"}, "B\n"),
        ("%\\input{b}\n\\%\\input{b}", {"b.tex": "B"}, "%\\input{b}\n\\%B\n"),
        ("\\begin{verbatim}\\input{b}\\end{verbatim}", {"b.tex": "B"}, "\\begin{verbatim}\\input{b}\\end{verbatim}"),
        ("\\subfile{b}", {"b.tex": DOCUMENT}, "x\n"),
        ("a\\input{none}b", {}, "a\\input{none}b"),
        ("a\\input{b}", {"b.tex": "B\n\\endinput gone"}, "aB\n\n"),
        ("\\usepackage{b}", {"b.sty": "\\def\\x{y}"}, "\\usepackage{b}\n\\makeatletter\n\\def\\x{y}\n\\makeatother\n"),
    ],
)
def test_inputs_are_put_in_their_place(main: str, files: dict[str, str], text: str) -> None:
    assert joined({"main.tex": main, **files}, "main.tex", 1000) == text


@pytest.mark.parametrize("command", ["\\usepackage", "\\usepackage[a]", "\\input", "\\begin", "\\import{a}"])
def test_blanks_behind_a_command_cost_what_they_are_long(command: str) -> None:
    main = command + " " * 100_000
    assert joined({"main.tex": main}, "main.tex", 1 << 20) == main


def test_files_that_input_each_other_end() -> None:
    circle = {"a.tex": "a\\input{b}", "b.tex": "b\\input{a}"}
    assert joined(circle, "a.tex", 1000).startswith("ab")
    twice = {f"{n}.tex": f"\\input{{{n + 1}}}\\input{{{n + 1}}}x" for n in range(40)}
    assert len(joined(twice, "0.tex", 10_000)) < 20_000
    chain = {f"{n}.tex": f"\\input{{{n + 1}}}" for n in range(1000)}
    assert len(joined(chain, "0.tex", 10_000)) < 100


def test_files_that_may_be_the_main_one_are_compared_within_a_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    inside = tex_inputs._inside
    monkeypatch.setattr(tex_inputs, "_inside", lambda text: looked.append(len(text)) or inside(text))
    main = "\\documentclass{a}\n\\begin{document}\\input{big}\\end{document}"
    files = {f"{n}.tex": main for n in range(100, 200)} | {"big.tex": "text\n" * 400_000}
    assert main_file(files) == "100.tex" and sum(looked) < 20_000_000
    small = {f"{n}.tex": main for n in range(100, 200)} | {"big.tex": "\\input{e}" * 2000, "e.tex": ""}
    looked.clear()
    assert main_file(small) == "100.tex" and len(looked) < 20_000
