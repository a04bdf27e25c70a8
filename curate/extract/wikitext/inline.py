"""Third pass: what stands inside a line. Tags, bold and italic, addresses, signs set high or low, switches."""

from __future__ import annotations

import re

from curate.extract.wikitext.links import addresses_to_text

BREAK = "\x07"  # a line's end that is meant
_BLOCK = """
    div p center blockquote table tr ul ol li dl dt dd h1 h2 h3 h4 h5 h6 hr caption noinclude onlyinclude
"""
_INLINE = """
    b i u s em strong small big sup sub span font del ins strike cite var abbr dfn q bdi bdo ruby rb rt rp rtc kbd samp
    tt code tbody thead td th a nobr wbr section data time mark nowiki math ref references gallery pre source
    syntaxhighlight poem img chem ce includeonly score timeline
"""
_BREAKS = re.compile(r"<br\b[^<>\n]*>\n?|</br[ \t]{0,9}>", re.I)
_BLOCK_TAG = re.compile(rf"</?(?:{'|'.join(_BLOCK.split())})\b[^<>]*>", re.I)
_INLINE_TAG = re.compile(rf"</?(?:{'|'.join(_INLINE.split())})\b[^<>]*>", re.I)
_RAISED = re.compile(r"<(sup|sub)\b[^<>]{0,200}>([^<>]{1,40})</\1\s*>", re.I)
_HIGH = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_LOW = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_QUOTES = re.compile("'{2,}")
_SWITCH = re.compile(r"__(?!_)(\w{3,40})__(?!_)")
_VARIANTS = re.compile(r"-\{([^{}\n]{0,500})\}-")
# Bounded: a run of spaces is tried at each of them.
_EMPTY = re.compile(r"[ \t]{0,3}[(（][ \t,;:、，；]{0,30}[)）]")
_LEADING = re.compile(r"([(（])[ \t]{0,3}[,;、，；][ \t,;、，；]{0,30}")
_TRAILING = re.compile(r"[ \t]{0,3}[,;、，；][ \t,;、，；]{0,30}([)）])")
_SPACES = re.compile(r"(?<=\S)[ \t\xa0]{2,}")


def plain(text: str) -> str:
    """The text with every mark off that works inside lines."""
    if "<" in text:
        text = _RAISED.sub(_raised, text)
        text = _BREAKS.sub(BREAK + "\n", text)
        text = _INLINE_TAG.sub("", _BLOCK_TAG.sub("\n", text))
    text = addresses_to_text(text)
    if "''" in text:
        text = "\n".join(_unquoted(line) if "''" in line else line for line in text.split("\n"))
    if "__" in text:
        text = _SWITCH.sub(lambda switch: "" if switch[1] == switch[1].upper() else switch[0], text)
    if "-{" in text:
        text = _VARIANTS.sub(_variant, text)
    text = _EMPTY.sub("", text)
    text = _TRAILING.sub(r"\1", _LEADING.sub(r"\1", text))
    return _SPACES.sub(" ", text)


def _raised(found: re.Match[str]) -> str:
    """Digits set high or low as Unicode has them; letters, as in 1st, stay as they are."""
    table = _HIGH if found[1].lower() == "sup" else _LOW
    content = found[2].replace("''", "").replace("&minus;", "−").replace("&nbsp;", "").strip()
    return content.translate(table) if all(ord(sign) in table for sign in content) else content


def _unquoted(line: str) -> str:
    """Without '' and '''. Where both come in odd numbers, one ''' is an apostrophe before '' (MediaWiki's rule)."""
    runs = [len(run) for run in _QUOTES.findall(line)]
    bold, italic = sum(n in (3, 4) or n >= 5 for n in runs), sum(n == 2 or n >= 5 for n in runs)
    if bold % 2 and italic % 2:
        line = re.sub(r"(?<=\w)'''", "'", line, count=1)
    return _QUOTES.sub(lambda run: "'" * (1 if len(run[0]) == 4 else max(0, len(run[0]) - 5)), line)


def _variant(found: re.Match[str]) -> str:
    """`-{zh-hans:A;zh-hant:B}-` shows one of them; a rule with a flag (`-{H|…}-`) shows nothing."""
    content = found[1]
    flag, bar, rest = content.partition("|")
    if bar:
        content = "" if flag.strip() in ("H", "T", "-") else rest
    first = content.split(";")[0]
    language, colon, words = first.partition(":")
    return words.strip() if colon and re.fullmatch(r"\s*[a-z]{2}(?:-\w+)*\s*", language) else first
