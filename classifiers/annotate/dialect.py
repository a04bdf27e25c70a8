"""What a request to this endpoint may contain: OpenAI-compatible servers agree on messages, and not on much else.

A request begins with all that makes answers good: structured outputs (`response_format` with a JSON schema, which the
server then enforces), temperature 0, a limit of tokens. A server that refuses one of them says so with a 400 that names
it; the request is sent again without, and so is every later one. A 400 that names nothing is taken for structured
outputs once, if no request with them has been answered yet.
"""

from __future__ import annotations

import json
import threading
from typing import Any

OF_FORMAT = ("response_format", "json_schema", "structured output", "guided", "grammar")


class Dialect:
    """The parameters in use; threads share it."""

    def __init__(self, schema: dict[str, Any], name: str, max_tokens: int):
        form = {"name": name.replace("-", "_"), "strict": True, "schema": schema}
        self._parameters: dict[str, Any] = {
            "temperature": 0,
            "max_tokens": max_tokens,
            "response_format": {"type": "json_schema", "json_schema": form},
        }
        self._sure, self._lock = False, threading.Lock()

    def body(self, model: str, messages: list[dict[str, str]]) -> bytes:
        with self._lock:
            request = {"model": model, "messages": messages, **self._parameters}
        return json.dumps(request, ensure_ascii=False).encode("utf-8", "replace")

    def took(self, body: bytes) -> None:
        """A request with such a body was answered."""
        self._sure = self._sure or "response_format" in json.loads(body)

    def learns(self, body: bytes, message: str) -> bool:
        """Whether a refusal says how to ask better: then a new body of the same messages is worth sending."""
        sent, said = json.loads(body), message.lower()
        with self._lock:
            if "response_format" in sent and (any(word in said for word in OF_FORMAT) or not self._names_other(said)):
                return self._without("response_format")
            if "max_tokens" in sent and "max_tokens" in said and ("max_completion_tokens" in said or "support" in said):
                if (most := self._parameters.pop("max_tokens", None)) is not None:
                    self._parameters["max_completion_tokens"] = most
                return True
            return "temperature" in sent and "temperature" in said and self._without("temperature")

    def _names_other(self, said: str) -> bool:
        return self._sure or "max_tokens" in said or "temperature" in said

    def _without(self, name: str) -> bool:
        self._parameters.pop(name, None)
        return True
