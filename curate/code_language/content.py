"""Which of several languages a text is in, by marks that the one has and the others cannot have. Rules by hand.

A rule is a language and a pattern; the first that is found decides, so those that are surest stand first. No rule
counts or weighs. What they look for are constructs of the languages, as their manuals have them.
"""

from __future__ import annotations

import re

_CPP = (
    r"^[ \t]*(?:template[ \t]*<|(?:inline[ \t]+)?namespace(?:[ \t]+[\w:]+)?[ \t]*(?:\{|$)|"
    r"using[ \t]+(?:namespace[ \t]+\w|\w+[ \t]*=|\w+::)|(?:public|private|protected)[ \t]*:[ \t]*$|"
    r"(?:class|enum[ \t]+class)[ \t]+\w+[ \w]{0,80}[{:;])|"
    r"^[ \t]*#[ \t]*include[ \t]*<[a-z_]+>|\b(?:std|boost)::|\bconstexpr\b|\bnullptr\b|\bstatic_cast<|"
    r"\boperator[ \t]*[=<>+(\[]"
)
_OBJC = (
    r"^[ \t]*(?:@(?:interface|class|protocol|property|implementation|end|synthesize|"
    r"autoreleasepool|import)\b|#import\b)"
)
_CONTENT: dict[str, tuple[tuple[str, str], ...]] = {
    "h": (
        ("Objective-C", _OBJC),
        ("C++", _CPP),
    ),
    "m": (
        (
            "Objective-C",
            _OBJC
            + r"|^[ \t]*#include[ \t]*[<\"]|^[ \t]*[-+][ \t]?\([\w *]{1,80}\)[ \t]?\w|"
              r"\[\[\w{1,60} \w{1,60}\]|\bNS[A-Z]\w{1,60}[ \t]?\*",
        ),
        ("Mercury", r"^:-[ \t]*module\b"),
        ("Mathematica", r"\(\*|^\w{1,60}\[[^\]\n]{0,80}\][ \t]?:=|\*\)"),
        ("MATLAB", r"^[ \t]*(?:%|function\b|end[ \t]*;?[ \t]*$|clear\b|close all|clc\b|figure\b|disp\b)|\.\.\.[ \t]*$"),
    ),
    "pl": (
        (
            "Prolog",
            r"^[^#\n]{0,200}:-(?!\S{0,80}['\"])|^[ \t]*(?:dynamic|ensure_loaded)\b|"
            r"^[a-z]\w*\([^)\n]{0,300}\)\.[ \t]*(?:%|$)",
        ),
        ("Raku", r"^[ \t]*(?:use[ \t]+v6|my[ \t]+class|unit[ \t]+\w+|multi[ \t]+(?:sub|method))\b"),
        (
            "Perl",
            r"^[ \t]*(?:use[ \t]+(?:strict|warnings|v?5|\w+::)|package[ \t]+[\w:]+[ \t]*;|"
            r"sub[ \t]+\w+|my[ \t]+[$@%(])|[$@%]\w+[ \t]*=",
        ),
    ),
    "t": (
        ("Raku", r"^[ \t]*(?:use[ \t]+v6|use[ \t]+Test[ \t]*;|plan[ \t]+\d+;)"),
        ("Perl", r"\bmy[ \t]+[$@%(]|Test::"),
    ),
    "pro": (
        ("Prolog", r"^[^#\n]{0,200}:-|^[a-z]\w*\([^\n]{0,300}\)[ \t]?(?:-->|\.[ \t]?$)"),
        ("QMake", r"^[ \t]*(?:HEADERS|SOURCES|TEMPLATE|QT|CONFIG|TARGET)[ \t]*[+-]?="),
        ("IDL", r"^[ \t]*(?:pro|function)[ \t]+\w+[ \t]*,?"),
    ),
    "v": (
        (
            "Coq",
            r"^[ \t]*(?:Require[ \t]+(?:Import|Export)|From[ \t]+\w+[ \t]+Require|Theorem|Lemma|"
            r"Definition|Inductive|Fixpoint|Proof)\b",
        ),
        (
            "Verilog",
            r"^[ \t]*(?:module|endmodule|`\w+|always[ \t]*@|assign|reg|wire|input|output|initial)\b|"
            r"`(?:timescale|define)",
        ),
        ("V", r"^[ \t]*(?:pub[ \t]+)?(?:fn|mut|struct|import|module)[ \t]+\w+"),
    ),
    "ts": (("XML", r"\A\s*<(?:\?xml|!DOCTYPE TS|TS\b)"), ("TypeScript", r"")),
    "tsx": (("XML", r"\A\s*<(?:\?xml|tileset)"), ("TSX", r"")),
    "rs": (("XML", r"\A\s*<\?xml"), ("Rust", r"")),
    "res": (("XML", r"\A\s*<\?xml"), ("ReScript", r"")),
    "tt": (("T4", r"<#"), ("XML", r"\A\s*<\?xml")),
    "fs": (
        ("F#", r"^[ \t]*(?:#light|import|let|module|namespace|open|type)[ \t]+[\w.]"),
        ("GLSL", r"^[ \t]*(?:#version|precision|uniform|varying|vec[234])\b"),
        ("Forth", r"^: \S+|\\ .*$"),
    ),
    "f": (
        (
            "Fortran",
            r"(?i)^(?:[c*][^abd-z]|      (?:subroutine|program|end|data|integer|real|implicit|common|"
            r"function)\b|[ \t]*!)",
        ),
        ("Forth", r"^: \S+"),
    ),
    "d": (
        (
            "D",
            r"^[ \t]*(?:module[ \t]+[\w.]+[ \t]*;|import[ \t]+[\w ,.:]{1,200};)|\bunittest\b|"
            r"\b\w+[ \t]?\([^()\n]{0,200}\)[ \t]?\{",
        ),
        ("Makefile", r"^[\w./\\-]+[ \t]?:[ \t]"),
    ),
    "cls": (
        ("TeX", r"\\(?:ProvidesClass|NeedsTeXFormat|newcommand|documentclass|RequirePackage|LoadClass|def)\b"),
        ("Apex", r"(?i)^[ \t]*(?:global|public|private|@istest)[ \t].{0,80}\bclass[ \t]"),
        ("VBA", r"^(?:VERSION \d|Attribute VB_)"),
        ("OpenEdge ABL", r"(?i)\bUSING\b|\bMETHOD[ \t]+PUBLIC\b|END[ \t]+CLASS\."),
    ),
    "i": (("SWIG", r"^[ \t]*%(?:module|include|\{|define|feature)"), ("Assembly", r"")),
    "inc": (
        ("PHP", r"<\?(?:php|=)"),
        ("Assembly", r"(?i)^[ \t]*(?:\w+:?[ \t]+)?(?:mov|equ|db|dw|section|%define|%macro|\.macro|push|jmp)\b"),
        ("Pascal", r"(?i)\{\$|^[ \t]*(?:procedure|function|const|var|begin)\b"),
        ("C++", r"^[ \t]*#[ \t]*(?:include|define|if)|\bstd::"),
        ("SQL", r"(?i)^[ \t]*(?:create|select|insert|drop)\b"),
    ),
    "es": (
        ("Erlang", r"^[ \t]*(?:%%|-\w+\(|main[ \t]?\([^)\n]{0,200}\)[ \t]?->)"),
        ("JavaScript", r""),
    ),
    "tab": (("SQL", r"(?i)^[ \t]*(?:create|alter|drop|comment[ \t]+on|insert)\b"), ("Text", r"")),
    "rd": (("R", r"^%|\\(?:name|title|alias|usage)\{"),),
    "r": (("Rebol", r"(?i)\A\s*rebol[ \t]*\["), ("R", r"")),
    "app": (("Erlang", r"^[ \t]*\{application,"),),
    "fcgi": (("Lua", r"^#!.*\blua"), ("Python", r"^#!.*python"), ("Ruby", r"^#!.*ruby"), ("Shell", r"^#!.*\bsh\b")),
    "al": (("AL", r"(?i)^[ \t]*(?:table|codeunit|page|report)[ \t]+\d+"), ("Perl", r"")),
    "sc": (
        ("SuperCollider", r"\b(?:SynthDef|Synth|Ugen)\b|~\w+[ \t]?="),
        ("Scala", r""),
    ),
    "lock": (("JSON", r"\A\s*\{"), ("TOML", r"^\[\[?[\w.-]+\]"), ("YAML", r"")),
    "hl": (("HTML", r"(?i)<html|<!doctype"), ("Clojure", r"^[ \t]*\(")),
    "ms": (("Roff", r"^\.[A-Za-z]"), ("MAXScript", r"")),
    "cl": (
        ("OpenCL", r"\b__?kernel\b|\b__global\b|\bget_global_id\b"),
        ("Common Lisp", r"^[ \t]*\((?:def|in-package)"),
    ),
    "st": (("HTML", r"\A\s*<"), ("Smalltalk", r"")),
    "mod": (("XML", r"\A\s*<[?!]"), ("Modula-2", r"")),
    "l": (("Common Lisp", r"^[ \t]*\((?:def|in-package)"), ("Lex", r"^%[%{]")),
    "pp": (
        ("Puppet", r"^[ \t]*(?:class|define|node)[ \t]+[\w:'\"]+[^\n{(]{0,200}[{(]|=>"),
        ("Pascal", r"(?i)^[ \t]*(?:unit|program|uses)\b"),
    ),
    "n": (("Roff", r"^\.[A-Za-z]"), ("Nemerle", r"")),
    "nb": (("Mathematica", r"Notebook\["), ("Text", r"")),
    "sls": (("Scheme", r"^[ \t]*\("), ("SaltStack", r"")),
    "gs": (("Genie", r"^[ \t]*(?:init|def|uses)\b[^;{\n]{0,200}$"), ("JavaScript", r"")),
    "re": (("C++", r"/\*!re2c|^[ \t]*#[ \t]*include"), ("Reason", r"")),
    "vba": (("Vim Script", r"^UseVimball"), ("VBA", r"")),
}

_OPENINGS = (
    ("PHP", r"\A\s*<\?(?:php|=)"),
    ("SVG", r"\A\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)?(?:<!DOCTYPE svg|<svg)\b"),
    ("HTML", r"(?i)\A\s*(?:<!--(?:(?!-->).)*-->\s*)?<(?:!doctype html|html)\b"),
    ("XML", r"\A\s*<\?xml\b"),
    ("Diff", r"\A(?:diff --git |--- \S+.*\n\+\+\+ |Index: )"),
    ("JSON", r"\A\s*[{\[]\s*(?:\"[^\"\n]*\"\s*[:,]|\{|\[|[\]}]\s*\Z)"),
    ("Protocol Buffer", r"\A\s*syntax\s*=\s*\"proto[23]\""),
)
_RULES = {
    ending: tuple((language, re.compile(pattern, re.M)) for language, pattern in rules)
    for ending, rules in _CONTENT.items()
}
_FIRST = tuple((language, re.compile(pattern, re.S)) for language, pattern in _OPENINGS)


def among(ending: str, head: str) -> str | None:
    """The language of those with this ending whose mark is in the text; None where no rule says."""
    for language, pattern in _RULES.get(ending, ()):
        if pattern.search(head):
            return language
    return None


def openings(head: str) -> str | None:
    """The language of a file whose name says nothing, by how it begins."""
    return next((language for language, pattern in _FIRST if pattern.match(head)), None)
