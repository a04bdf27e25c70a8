# ruff: noqa: RUF012  (pydantic copies the defaults)
"""What a source says of a crawl that is read by its name. Meaning and examples: docs/sources.md."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, model_validator

from curate.recipe.quantities import Text
from curate.recipe.section import Section


def _crawl(value: str) -> str:
    if not re.fullmatch(r"CC-[A-Z]+[A-Za-z0-9/-]*", value):
        raise ValueError(f"{value!r} is no name of a crawl; write one such as CC-MAIN-2026-40")
    return value


def _name(value: str) -> str:
    if "/" in value or "." not in value.strip("."):
        raise ValueError(f"{value!r} is no name of a host; write one such as docs.example.org, without https://")
    return value


def _code(value: str) -> str:
    if not (len(value) == 3 and value.isascii() and value.islower()):
        raise ValueError(f"{value!r} is no code of the index; it has ISO 639-3, such as eng, deu, zho")
    return value


def _address(value: str) -> str:
    if "." not in value.removeprefix("https://").removeprefix("http://").split("/")[0]:
        raise ValueError(f"{value!r} is no beginning of an address; write one such as https://example.org/docs/")
    return value


def _folder(value: str) -> str:
    return value.rstrip("/")


Crawl = Annotated[Text, AfterValidator(_crawl)]
Endpoint = Annotated[Text, AfterValidator(_folder)]


class Subset(Section):
    """Which captures of a crawl are read; a capture is in it by any of the first three, and by all of the last two."""

    hosts: list[Annotated[Text, AfterValidator(_name)]] = []
    domains: list[Text] = []
    urls: list[Annotated[Text, AfterValidator(_address)]] = []
    types: list[Text] = []
    languages: list[Annotated[Text, AfterValidator(_code)]] = []

    @model_validator(mode="after")
    def _is_a_part(self) -> "Subset":
        if not self.stated():
            raise ValueError("is empty; name hosts, domains, urls, types or languages, or leave subset out")
        return self

    def stated(self) -> dict[str, Any]:
        return {name: list(value) for name, value in self if value}


def check_crawl(
    crawl: str | None, paths: list[str], label: str | None, files: str | None, subset: Subset | None
) -> None:
    """Raises where a source of this kind does not name a crawl, or asks for what no crawl has."""
    if crawl is None:
        raise ValueError("kind commoncrawl reads a crawl by its name; add one, such as crawl: CC-MAIN-2026-40")
    if paths or label:
        raise ValueError("has paths or a label beside crawl; a crawl's files are where it lists them, take them out")
    if files == "wet" and subset is not None:
        raise ValueError("has subset with files: wet; the index places only WARC records, so take one of them out")
