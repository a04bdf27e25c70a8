"""One question to an OpenAI-compatible chat endpoint, and what came of it: an answer, or one of three kinds of failure.

`Failed`: nothing came, and asking again may help (429, 5xx, a broken connection, a body that is no JSON). `Refused`:
this request and no other is at fault (too long a prompt). RunStopped: no request will fare better (a wrong key, no such
model, a quota that is spent). Whether a failed request may have cost something decides what the budget counts: a
refusal is free, a connection that broke after sending is not.

The whole answer must arrive within `timeout`, not only its next bytes (`deadline`), and within MOST_BYTES, also where
it comes compressed. The key travels in one
header and stands nowhere else; an endpoint's message that repeats it is masked.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from classifiers.annotate.dialect import Dialect
from classifiers.annotate.endpoint import Endpoint
from curate.errors import RunStopped, UserError

if TYPE_CHECKING:
    import httpx2

MOST_BYTES = 4 << 20
MOST_TOKENS = 100_000_000  # that a request can have cost; more is no count
CONNECT_SECONDS = 10.0
LONGEST_WAIT = 31 * 86_400.0  # that a Retry-After is told as
IDLE_SECONDS = 3.0  # servers close idle connections after 5, and a request sent into that moment is lost
FREE = frozenset({400, 404, 408, 409, 413, 422, 425, 429, 500, 503})  # statuses of requests that were not answered
QUOTA = ("insufficient_quota", "exceeded your current quota", "billing")


@dataclass(frozen=True)
class Reply:
    """What the model said. Tokens are None where the endpoint does not count; `cut` where they did not suffice."""

    content: str
    prompt_tokens: int | None
    completion_tokens: int | None
    cut: bool


class Failed(Exception):
    """No answer this time. `busy` where the endpoint asks for patience, `wait` seconds if it says how much."""

    def __init__(self, what: str, costs: bool, busy: bool = False, wait: float | None = None, dead: bool = False):
        super().__init__(what)
        self.what, self.costs, self.busy, self.wait, self.dead = what, costs, busy, wait, dead


class AskOtherwise(Exception):
    """The endpoint does not know a parameter, which later bodies do without."""


class Refused(Exception):
    """The endpoint takes no request like this one; the text says why."""


class Client:
    """Connections to one endpoint, shared by threads."""

    def __init__(self, endpoint: Endpoint, schema: dict[str, Any], name: str, concurrency: int = 1):
        import httpx2

        from classifiers.annotate import deadline

        self.endpoint, self.dialect = endpoint, Dialect(schema, name, endpoint.max_tokens)
        self.most_completion = endpoint.max_tokens  # or what an endpoint that knows no limit was seen to write
        here = {f"all://{host}": None for host in ("127.0.0.1", "localhost", "[::1]")}  # past any proxy
        self._http = httpx2.Client(
            headers={
                "Accept-Encoding": "identity",
                **({"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}),
            },
            timeout=httpx2.Timeout(endpoint.timeout, connect=min(CONNECT_SECONDS, endpoint.timeout)),
            limits=httpx2.Limits(max_connections=concurrency, keepalive_expiry=IDLE_SECONDS),
            mounts=here,
            verify=endpoint.base.startswith("https:"),  # loading certificates takes 0.1 s
        )
        self._deadline = deadline.held(self._http)

    def close(self) -> None:
        self._http.close()

    def body(self, messages: list[dict[str, str]]) -> bytes:
        """The request as it would be sent now."""
        return self.dialect.body(self.endpoint.model, messages)

    def ask(self, body: bytes) -> Reply:
        """Send a body; Failed, AskOtherwise, Refused or RunStopped where no answer comes of it."""
        status, headers, content = self._sent(body)
        if status == 200:
            self.dialect.took(body)
            return self._reply(content)
        message = self._message(content)
        if status in (400, 422, 501) and self.dialect.learns(body, message):
            raise AskOtherwise
        raise self._failure(status, headers, message)

    def _sent(self, body: bytes) -> tuple[int, Any, bytes]:
        """(status, headers, body); every way in which HTTP can go wrong becomes a Failed."""
        import httpx2

        try:
            return self._received("POST", "/chat/completions", body)
        except httpx2.ConnectError as why:
            raise Failed(f"it cannot be reached ({_line(why)})", costs=False, dead=True) from None
        except (httpx2.ConnectTimeout, httpx2.PoolTimeout):
            raise Failed("no connection in time", costs=False, dead=True) from None
        except httpx2.TimeoutException:
            raise Failed(f"no answer in {self.endpoint.timeout:g} s", costs=True) from None
        except (httpx2.HTTPError, httpx2.StreamError):
            raise Failed("the connection broke", costs=True) from None
        except httpx2.InvalidURL as why:
            raise UserError(f"--endpoint {self.endpoint.shown}: {_line(why)}") from None

    def _received(self, method: str, path: str, body: bytes | None = None) -> tuple[int, Any, bytes]:
        self._deadline.of(self.endpoint.timeout)
        headers = {"Content-Type": "application/json"}
        with self._http.stream(method, f"{self.endpoint.base}{path}", content=body, headers=headers) as got:
            content = bytearray()
            for chunk in got.iter_raw():
                content += chunk
                if len(content) > MOST_BYTES:
                    raise _too_long()
            return got.status_code, got.headers, _plain(bytes(content), got.headers.get("content-encoding", ""))

    def _reply(self, content: bytes) -> Reply:
        try:
            said = json.loads(content)
            choice, usage = said["choices"][0], said.get("usage") or {}
            text, counts = choice["message"].get("content"), [usage.get(name) for name in _COUNTS]
        except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
            raise Failed("a body that is no chat completion", costs=True) from None
        prompt, completion = (count if type(count) is int and 0 <= count < MOST_TOKENS else None for count in counts)
        self.most_completion = max(self.most_completion, completion or 0)
        return Reply(text if isinstance(text, str) else "", prompt, completion, choice.get("finish_reason") == "length")

    def _failure(self, status: int, headers: httpx2.Headers, message: str) -> Exception:
        """What a status other than 200 means for this request and for the run."""
        where, said = self.endpoint.shown, f": {message}" if message else ""
        if status in (401, 403):
            return RunStopped(
                f"{where}: refuses the key ({status}){said}. Put a valid one into the environment (OPENAI_API_KEY, or "
                "the variable that --key-env names); the same command continues."
            )
        if status == 404:
            return RunStopped(f"{where}: knows no model {self.endpoint.model!r} (404){said}.{self._models()}")
        if status == 402 or (status == 429 and any(word in message for word in QUOTA)):
            return RunStopped(f"{where}: your account there is spent ({status}){said}. The same command continues.")
        if 300 <= status < 400:
            return RunStopped(f"{where}: answers from elsewhere; give --endpoint {headers.get('location', '')!r}.")
        if status == 429:
            return Failed("429", costs=False, busy=True, wait=_seconds(headers))
        if status in (408, 409, 425) or status >= 500:
            return Failed(str(status), costs=status not in FREE, wait=_seconds(headers))
        return Refused(f"{status}{said}")

    def _models(self) -> str:
        """Those that the endpoint has, where it says so."""
        import httpx2

        try:
            rows = json.loads(self._received("GET", "/models")[2])["data"]
            names = sorted(_one_line(str(row["id"])) for row in rows)[:20]
        except (Failed, httpx2.HTTPError, httpx2.StreamError, ValueError, KeyError, TypeError, RecursionError):
            return " Is the address right? It should end where /chat/completions begins."
        return f" It has: {', '.join(names)}."

    def _message(self, content: bytes) -> str:
        """What an endpoint says of its refusal, on one line, without the key."""
        try:
            error = json.loads(content)
            error = error.get("error", error) if isinstance(error, dict) else error
            text = str(error.get("message", error) if isinstance(error, dict) else error)
        except (ValueError, RecursionError):
            text = content.decode("utf-8", "replace")
        text = text.replace(self.endpoint.key, "***") if self.endpoint.key else text
        return _one_line(text)


_COUNTS = ("prompt_tokens", "completion_tokens")


def _seconds(headers: Any) -> float | None:
    """Of Retry-After; None where there is none, or it is a date."""
    try:
        seconds = float(headers.get("retry-after", ""))
    except ValueError:
        return None
    return min(seconds, LONGEST_WAIT) if 0 <= seconds < float("inf") else None


def _line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _one_line(text: str) -> str:
    """What may stand in a sentence on a terminal: no escapes, no halves of surrogate pairs."""
    return "".join(sign if sign.isprintable() else " " for sign in " ".join(text.split())[:200])


def _plain(content: bytes, encoding: str) -> bytes:
    """Of a server that compresses unasked, and perhaps a thousand times what it sends."""
    if encoding.strip().lower() in ("", "identity"):
        return content
    try:
        plain = zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(content, MOST_BYTES + 1)
    except zlib.error:
        raise Failed(f"a body that cannot be read as {_one_line(encoding)[:40]!r}", costs=True) from None
    if len(plain) > MOST_BYTES:
        raise _too_long()
    return plain


def _too_long() -> Failed:
    return Failed(f"an answer of more than {MOST_BYTES >> 20} MB", costs=True)
