"""Where a judge is and what it is called; the key that opens it is in no text that anyone prints or keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from curate.errors import UserError


@dataclass(frozen=True)
class Endpoint:
    """Where and whom to ask."""

    url: str
    model: str
    key: str | None = field(default=None, repr=False)
    timeout: float = 120.0
    max_tokens: int = 400

    def __post_init__(self) -> None:
        if not _is_address(self.url):
            raise UserError(f"--endpoint {self.url}: write an address such as http://localhost:8000/v1")
        if not self.model:
            raise UserError("--model: say which model of the endpoint to ask")

    @property
    def base(self) -> str:
        """The address up to /v1, which is added where there is no path."""
        parts = urlsplit(self.url)
        path = parts.path.rstrip("/").removesuffix("/chat/completions")
        return parts._replace(path=path or "/v1", query="", fragment="").geturl()

    @property
    def shown(self) -> str:
        """`base` without name and password."""
        parts = urlsplit(self.base)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none, half of an IPv6 address
        return False
