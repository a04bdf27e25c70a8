"""Vendored, generated, minified, lock file, test: told by a file's path, and by its first 4 KB.

The rules are ours, in the sense of linguist's lists (`vendor.yml`, `generated.rb`), and kept short: folders and names
that mean one thing in nearly every repository, and the sentence by which a generator signs its work, which has to stand
in a comment near the top, so that a text *about* generated code is none.
"""

from __future__ import annotations

import re

FLAGS = ("vendored", "generated", "minified", "lockfile", "test")
HEAD = 4096
_SIGNED_IN = 2048  # characters within which a generator signs
_MINIFIED_LINE = 110  # mean characters a line above which linguist takes JavaScript and CSS for minified

_VENDORED = re.compile(
    r"(?:^|/)(?:vendor|vendors|vendored|_vendor|_vendored|third[-_]?party|3rd[-_]?party|node_modules|bower_components|"
    r"jspm_packages|godeps|pods|carthage|site-packages|dist-packages|extern|externals?|deps|\.yarn/releases)/|"
    r"(?:^|/)(?:jquery(?:[-.][\d.]+)?|jquery\.[\w.-]+|bootstrap(?:-[\d.]+)?|angular|react(?:-dom)?|d3(?:\.v\d)?|"
    r"modernizr[-.\d]*|require|html5shiv|normalize)(?:\.min)?\.(?:js|css)$|(?:^|"
    r"/)gradlew(?:\.bat)?$|(?:^|/)mvnw(?:\.cmd)?$"
)
_GENERATED = re.compile(
    r"\.pb(?:\.gw)?\.(?:go|cc|h|swift|dart)$|_pb2(?:_grpc)?\.pyi?$|_pb\.(?:js|d\.ts|rb)$|\.(?:g|"
    r"freezed|gr|mocks)\.dart$|"
    r"\.designer\.(?:cs|vb)$|\.g(?:\.i)?\.cs$|[._-]generated\.\w+$|(?:^|/)zz_generated\.\w|_generated\.go$|"
    r"\.(?:js|css|mjs|min)\.map$|(?:^|/)__generated__/|(?:^|/)__[\w-]*snapshots__/|\.(?:xib|storyboard|pbxproj)$|"
    r"(?:^|/)r\.java$|\.tlog$|(?:^|/)configure$|(?:^|/)aclocal\.m4$|(?:^|/)makefile\.in$|\.resx$"
)
_THING = r"(?:file|code|class|header|script|document|module|source|table|content|program|package|parser|page|grammar)"
_SIGNED = re.compile(
    r"^[^\w\n]{0,12}(?:(?:rem|dnl)[ \t]+)?(?:(?:warning|note|notice|important|attention)\W{1,4})?(?:"
    rf"(?:this is an?[ \t]+)?(?:(?:this|"
    rf"the)[ \t]+)?(?:{_THING}(?:[ \t]+[\w./-]+)?[ \t]+)?(?:(?:is|was|has been|were)[ \t]+)?(?:"
    r"(?:auto(?:matically)?|machine|mechanically)[- \t]*(?:generated|created)\b|"
    r"generated[ \t]+(?:by|from|with|using|automatically|via)\b|created automatically\b)|"
    rf"code generated\b|<auto-?generated|[\w .]{{0,60}}\b{_THING},? (?:(?:is|was) )?(?:automatically )?created by$)|"
    r"@(?:partially-)?generated\b|\bdo not (?:edit|modify)\b[^\n]{0,60}generated|"
    r"generated\b[^\n]{0,60}\bdo not (?:edit|modify)",
    re.I | re.M,
)
_COMMENT = re.compile(r"\s*(?:#|//|/\*|\*|<!--|--|;|%|\(\*|\{-|\"\"\"|'''|\.\.\s|rem\b|dnl\b|@|<auto)", re.I)
_PROSE = (".md", ".rst", ".txt", ".mdx", ".markdown", ".adoc", ".org", ".tex")
_TEMPLATES = (
    ".tt",
    ".t4",
    ".tmpl",
    ".tpl",
    ".j2",
    ".jinja",
    ".jinja2",
    ".ejs",
    ".erb",
    ".mustache",
    ".hbs",
    ".in",
    ".gotmpl",
)
_MINIFIED = re.compile(r"[.-]min\.(?:js|mjs|cjs|css|svg|html?)$")
_CAN_BE = re.compile(r"\.(?:js|mjs|cjs|css)$")
_LOCK = re.compile(
    r"(?:^|/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|deno\.lock|cargo\.lock|"
    r"go\.sum|go\.work\.sum|gopkg\.lock|glide\.lock|poetry\.lock|pdm\.lock|uv\.lock|"
    r"pipfile\.lock|pixi\.lock|pylock[\w.]*\.toml|"
    r"conda-lock\.ya?ml|composer\.lock|gemfile\.lock|podfile\.lock|cartfile\.resolved|"
    r"package\.resolved|mix\.lock|rebar\.lock|"
    r"pubspec\.lock|flake\.lock|packages\.lock\.json|project\.assets\.json|paket\.lock|gradle\.lockfile|renv\.lock|"
    r"stack\.yaml\.lock|cabal\.project\.freeze|shard\.lock|conan\.lock|module\.bazel\.lock|\.terraform\.lock\.hcl|"
    r"manifest\.toml|packrat\.lock|berksfile\.lock|chart\.lock)$"
)
_TEST = re.compile(
    r"(?:^|/)(?:tests?|__tests?__|testing|testdata|test[-_](?:data|utils|cases|fixtures|helpers|"
    r"suite|resources)|specs?|"
    r"fixtures?|__fixtures__|__mocks__|__[\w-]*snapshots__|e2e|unit-?tests?|integration-?tests?|"
    r"[a-z]*test(?:suite|s)?(?=/(?:java|kotlin|"
    r"resources|scala))|androidtest|testsuites?|[\w-]+\.tests?)/|"
    r"(?:^|/)(?:test_[^/]*|[^/]*[_.-](?:test|tests|spec|specs))\.\w+$|(?:^|/)(?:conftest\.py|"
    r"tests?\.\w+|phpunit\.xml(?:\.dist)?)$"
)
_TEST_CLASS = re.compile(
    r"(?:^|/)(?:\w*[a-z\d](?:Tests?|Spec|TestCase|IT)|Test[A-Z]\w*)\.(?:java|kt|cs|scala|groovy|" r"php|swift|fs|vb)$"
)


def flags(name: str, head: str, mean_line: float) -> tuple[bool, ...]:
    """One for each of FLAGS. `name`: its path; `head`: its first HEAD characters; `mean_line`: characters of a line."""
    path = name.lower()
    return (
        _VENDORED.search(path) is not None,
        _GENERATED.search(path) is not None or _is_signed(path, head),
        _MINIFIED.search(path) is not None or (mean_line > _MINIFIED_LINE and _CAN_BE.search(path) is not None),
        _LOCK.search(path) is not None,
        _TEST.search(path) is not None or _TEST_CLASS.search(name) is not None,
    )


def _is_signed(path: str, head: str) -> bool:
    """Whether a comment of its beginning says that the file was generated; prose has no comments but HTML's."""
    top = head[:_SIGNED_IN]
    if path.endswith(_TEMPLATES) or not ("enerated" in top or "reated" in top or "GENERATED" in top):
        return False  # what a template makes is generated, the template is not
    for found in _SIGNED.finditer(top):
        line = top[found.start() : top.find("\n", found.start()) + 1 or None]
        if path.endswith(_PROSE):
            if "<!--" in line:
                return True
        elif _COMMENT.match(line) or _inside_comment(top[: found.start()]):
            return True
    return False


def _inside_comment(before: str) -> bool:
    """Whether a comment of several lines, or a string that stands for one, is open."""
    opened = before.rfind("/*") > before.rfind("*/") or before.rfind("<!--") > before.rfind("-->")
    return opened or before.count('"""') % 2 == 1 or before.count("'''") % 2 == 1
