"""What the owner of a page reserves, as headers and tags say it: `noai`, `noimageai`, `noindex`, `tdm`, `tdm-policy`.

Robots directives (X-Robots-Tag, robots meta tag; `none` is noindex and nofollow) may be addressed to one robot. Those
for a robot that gathers training data say `noai` where they say noindex, nofollow or none: Common Crawl documents
nofollow as the way to keep CCBot away. TDM Reservation Protocol (W3C community group, 2024): `tdm-reservation: 1`, and
`tdm-policy` where terms are offered. `noimageai` is about pictures only and kept for whoever takes those.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

EVERYONE = ("robots", "googlebot", "bingbot", "googlebot-news", "slurp", "otherbot", "*")
GATHERERS = (
    "ccbot", "gptbot", "google-extended", "anthropic-ai", "claudebot", "bytespider", "applebot-extended", "ai2bot",
    "meta-externalagent", "facebookbot", "amazonbot", "cohere-ai", "cohere-training-data-crawler", "diffbot", "omgili",
    "omgilibot", "timpibot", "img2dataset", "imagesiftbot", "pangubot", "perplexitybot", "webzio-extended", "youbot",
)  # fmt: skip
WORDS = ("noai", "noimageai", "noindex")


def of_headers(headers: Mapping[str, str]) -> tuple[str, ...]:
    """Reservations in HTTP headers (names in lower case, repeated ones joined by commas), in order."""
    found = set(_tdm("tdm-reservation", headers.get("tdm-reservation", "")))
    if found:
        found |= _tdm("tdm-policy", headers.get("tdm-policy", ""))
    robot = "robots"
    for part in headers.get("x-robots-tag", "").lower().split(","):
        name, colon, word = part.partition(":")
        if colon and name.strip() in (*EVERYONE, *GATHERERS):
            robot, part = name.strip(), word
        found |= of_robots(robot, [part])
    return tuple(sorted(found))


def of_tags(tags: Iterable[tuple[str, str]]) -> set[str]:
    """Reservations in meta tags, given as (name, content)."""
    found: set[str] = set()
    for name, content in ((name.lower(), content) for name, content in tags):
        found |= _tdm(name, content)
        if name in EVERYONE or name in GATHERERS:
            found |= of_robots(name, content.lower().split(","))
    return found if "tdm" in found else found - {"tdm-policy"}


def of_robots(robot: str, directives: Iterable[str]) -> set[str]:
    words = {word.strip() for directive in directives for word in directive.split()}
    if robot in GATHERERS:
        return {"noai"} if words & {"noai", "noindex", "nofollow", "none"} else set()
    return {word for word in WORDS if word in words} | ({"noindex"} if "none" in words else set())


def _tdm(name: str, content: str) -> set[str]:
    if name == "tdm-reservation":
        return {"tdm"} if "1" in map(str.strip, content.split(",")) else set()
    return {"tdm-policy"} if name == "tdm-policy" and content.strip() else set()
