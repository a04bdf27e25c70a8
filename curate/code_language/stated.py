"""What a file says of its language: the interpreter of its `#!` line, the mode its editor is to use."""

from __future__ import annotations

import re

from curate.code_language.rows import by_name

_INTERPRETERS = """
Shell: sh bash zsh ksh dash ash mksh csh tcsh rc bats openrc-run
Python: python pypy uv ipython sage
Perl: perl
Raku: raku perl6 rakudo
Ruby: ruby jruby rbx macruby rake
JavaScript: node nodejs d8 rhino bun qjs gjs
TypeScript: deno ts-node tsx
PHP: php
Lua: lua luajit lua5 texlua
Awk: awk gawk mawk nawk
Tcl: tclsh wish
Expect: expect
R: rscript r littler
Scala: scala amm scala-cli
Groovy: groovy
Kotlin: kotlin kscript
Haskell: runhaskell runghc stack
OCaml: ocaml ocamlrun utop
Erlang: escript
Elixir: elixir
Scheme: guile csi scheme chez petite gosh
Common Lisp: sbcl clisp ecl
Racket: racket
Clojure: clojure bb clj lumo
Julia: julia
Makefile: make
Crystal: crystal
Nim: nim
D: rdmd dmd
Swift: swift
Go: gorun
Rust: rust-script run-cargo-script
PowerShell: pwsh powershell
Fish: fish
Prolog: swipl yap gprolog
Dart: dart
Nix: nix-shell
jq: jq
Octave: octave
Zig: zig
"""

_MODES = """
Shell: sh shell-script bash zsh
Python: python python3 py
Perl: perl cperl
Ruby: ruby
JavaScript: javascript js js2 node
TypeScript: typescript
PHP: php
Lua: lua
Awk: awk
Tcl: tcl
R: r
Scala: scala
Haskell: haskell
OCaml: ocaml tuareg
Erlang: erlang
Elixir: elixir
Scheme: scheme
Common Lisp: lisp common-lisp
Emacs Lisp: emacs-lisp elisp
Clojure: clojure
Makefile: make makefile makefile-gmake
CMake: cmake
C: c
C++: c++ cpp
C#: csharp cs
Objective-C: objc objective-c
Java: java
Go: go
Rust: rust
Swift: swift
Verilog: verilog
SystemVerilog: systemverilog
VHDL: vhdl
Prolog: prolog
SQL: sql
TeX: latex tex
Markdown: markdown
reStructuredText: rst
HTML: html
XML: xml nxml
YAML: yaml
TOML: toml
JSON: json
INI: dosini conf-unix
Fortran: fortran f90
MATLAB: matlab octave
Dockerfile: dockerfile
Vim Script: vim
Groovy: groovy
Org: org
"""

_LONGEST_LINE = 500  # characters of a line that is searched; patterns take the square of one that has no modeline
_SHEBANG = re.compile(r"#![ \t]*(\S+)(?:[ \t]+([^\r\n]*))?")
_EMACS = re.compile(
    r"-\*-(?:[ \t]*(?=[^:;\n]+-\*-)|"
    r"(?:[^\n]*?[;\s])?[ \t]*mode[ \t]*:)[ \t]*([\w+.#-]+?)(?:-mode)?[ \t]*(?:;|-\*-)",
    re.I,
)
_VIM = re.compile(
    r"(?:^|[ \t])(?:vi|vim|ex)(?:[<=>]?\d*)?:[^\n]*?\b(?:ft|filetype|syntax|syn)[ \t]*=[ \t]*([\w+#-]+)", re.I | re.M
)


def of_shebang(head: str) -> str | None:
    """The language of the interpreter that a `#!` line names; `env`, `sudo` and options are looked through."""
    found = _SHEBANG.match(head.removeprefix("\ufeff"))
    if found is None:
        return None
    words = [found[1], *(found[2] or "").split()]
    if re.split(r"[/\\]", words[0])[-1] in ("env", "sudo"):
        words = [word for word in words[1:] if not word.startswith("-") and "=" not in word]
    if not words:
        return None
    program = re.split(r"[/\\]", words[0])[-1].lower()
    language = INTERPRETERS.get(program) or INTERPRETERS.get(re.sub(r"[-\d.]+$", "", program))
    if language == "Shell":
        return _handed_on(head) or language
    return language


def of_modeline(head: str, tail: str) -> str | None:
    """The language that an Emacs or Vim modeline in the first or last five lines asks for."""
    first, last = (
        [line[:_LONGEST_LINE] for line in lines] for lines in (head.split("\n", 5)[:5], tail.split("\n")[-6:])
    )
    for line in first[:2]:
        if "-*-" in line and (found := _EMACS.search(line)):
            return MODES.get(found[1].lower())
    for line in [*first, *last]:
        if "vi" in line.lower() and (found := _VIM.search(line)):
            return MODES.get(found[1].lower())
    return None


def _handed_on(head: str) -> str | None:
    """A shell script whose first lines hand themselves to another interpreter (`exec scala "$0"`)."""
    for line in head.split("\n", 6)[1:6]:
        if found := re.match(r"\s*exec\s+(?:\S*/)?([\w.+-]+)\b.*[\"']?\$0", line):
            program = re.sub(r"[-\d.]+$", "", found[1].lower())
            return INTERPRETERS.get(program)
    return None


INTERPRETERS = by_name(_INTERPRETERS)
MODES = by_name(_MODES)
