"""One document put to the judge: sent, sent again where nothing came, asked again where what came is no answer.

The order is what makes kill -9 harmless: reserve, send, keep the answer, settle. A judge whose reply is no valid answer
is shown the reply with the fault and asked once more; after `patience.questions` of those the text counts as one that
this judge cannot judge, which is kept as answers are. Failures of the endpoint are not kept: another run may fare
better. A label's tokens are those of the request that was answered; the account has the others too.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass

from classifiers.annotate import prompt
from classifiers.annotate.answer import Answer, parse
from classifiers.annotate.budget import Budget
from classifiers.annotate.client import AskOtherwise, Client, Failed, Refused, Reply
from classifiers.annotate.journal import Journal, Key, Said
from classifiers.annotate.pace import Pace
from classifiers.annotate.patience import Patience, Streak
from classifiers.task import Task
from curate.errors import RunStopped

NO_BUDGET = "what is left of the budget is less than a request may cost"  # in figures: Budget.short
BYTES_PER_TOKEN = 4  # for the pace alone; budgets take one
MARGIN = 64  # tokens that a chat template may add
LONGEST_REPLY = 2_000  # characters of an invalid reply that are shown to the judge again
Messages = list[dict[str, str]]


class Stopped(Exception):
    """Another thread met what ends the run."""


class _Unjudged(Exception):
    """Why there will be no answer to this document now."""


@dataclass(frozen=True)
class Means:
    """What all questions of a run share."""

    journal: Journal
    budget: Budget
    pace: Pace
    patience: Patience
    stop: threading.Event


class Asking:
    """One way of asking: a task in one phrasing, put to one model; `time` 1 asks the same a second time."""

    def __init__(self, task: Task, client: Client, means: Means, phrasing: int = 0, time: int = 0):
        self.task, self.client, self.phrasing, self.time = task, client, phrasing, time
        self.means, self.digest = means, prompt.digest(task, phrasing)
        known = means.journal.has_answers(self.digest, client.endpoint.model)
        self._streak = Streak(client.endpoint.shown, means.patience, known)

    def key(self, shown: str) -> Key:
        return Key(self.digest, self.client.endpoint.model, shown, self.time)

    def known(self, shown: str) -> Said | None:
        return self.means.journal.get(self.key(shown))

    def bound(self, text: str) -> tuple[int, int]:
        """Tokens of prompt and answer that the first request for it can cost at most."""
        return self._bound(self.client.body(prompt.messages(self.task, text, self.phrasing)))

    def answer(self, shown: str, text: str, reservation: int) -> Said:
        """What the judge says of a text, or why it says nothing."""
        asked, told = prompt.messages(self.task, text, self.phrasing), Messages()
        held, fault = reservation, ""
        try:
            for _ in range(self.means.patience.questions):
                reply, number = self._reply(shown, asked + told, held)
                try:
                    return self._kept(shown, parse(self.task, reply.content), reply, number)
                except ValueError as why:
                    fault = "it was cut off at its limit of tokens" if reply.cut else str(why)
                    self._settle(number, "no valid answer", reply)
                told, held = self._told(reply.content, fault), 0
        except _Unjudged as why:
            return Said(None, str(why))
        unjudged = Said(None, f"{self.means.patience.questions} answers, none valid; the last: {fault}")
        return self.means.journal.put(self.key(shown), unjudged)

    def _kept(self, shown: str, answer: Answer, reply: Reply, reservation: int) -> Said:
        tokens = (reply.prompt_tokens or 0) + (reply.completion_tokens or 0)
        said = self.means.journal.put(self.key(shown), Said(answer.answer, answer.reason, tokens))
        self._settle(reservation, "answered", reply)
        return said

    def _reply(self, shown: str, messages: Messages, reservation: int) -> tuple[Reply, int]:
        """A reply and the reservation that it is to be settled against; failures are waited out in here."""
        spread, failures, busy = int(shown[:8], 16) / 16**8, 0, 0
        while True:
            body = self.client.body(messages)
            reservation = reservation or self._reserved(body)
            begun = self._take_turn(body, reservation)
            try:
                reply = self.client.ask(body)
            except Failed as failure:
                self.means.budget.settle(reservation, failure.what, None if failure.costs else (0, 0))
                reservation, failures, busy = 0, failures + (not failure.busy), busy + failure.busy
                self._after(failure, begun, failures, busy, spread)
            except AskOtherwise:
                self.means.budget.settle(reservation, "asked otherwise", (0, 0))
                reservation = 0
            except Refused as why:
                self.means.budget.settle(reservation, "refused", (0, 0))
                self._streak.refused(begun, str(why))
                raise _Unjudged(f"the endpoint refuses it: {why}") from None
            except RunStopped:
                self.means.budget.settle(reservation, "refused", (0, 0))
                raise
            else:
                self._streak.well()
                self._correct_pace(body, reply)
                return reply, reservation

    def _reserved(self, body: bytes) -> int:
        reservation = self.means.budget.reserve(*self._bound(body))
        if reservation is None:
            raise _Unjudged(NO_BUDGET)
        return reservation

    def _take_turn(self, body: bytes, reservation: int) -> int:
        """Wait for the pace; when this request begins, in the streak's count."""
        try:
            self._sleep(self.means.pace.turn(len(body) // BYTES_PER_TOKEN))
            while wait := self.means.pace.waits():
                self._sleep(wait)
        except Stopped:
            self.means.budget.settle(reservation, "not sent", (0, 0))
            raise
        return self._streak.begin()

    def _after(self, failure: Failed, begun: int, failures: int, busy: int, spread: float) -> None:
        """Wait as long as is wise after a failure, or give up: on the document, or on the run."""
        self._streak.asked_to_wait(failure.wait or 0.0)
        everybody = self._streak.failed(begun, failure)
        patience = self.means.patience
        if failures >= patience.tries or busy >= patience.busy:
            raise _Unjudged(f"the endpoint failed {failures + busy} times, the last by {failure.what!r}")
        mine = patience.wait(failures + busy, spread) if failure.wait is None else failure.wait
        self.means.pace.pause(max(everybody, mine if failure.busy else 0.0))
        self._sleep(mine)

    def _sleep(self, seconds: float) -> None:
        if self.means.stop.wait(seconds) if seconds > 0 else self.means.stop.is_set():
            raise Stopped

    def _settle(self, reservation: int, outcome: str, reply: Reply) -> None:
        known = reply.prompt_tokens is not None and reply.completion_tokens is not None
        tokens = (reply.prompt_tokens or 0, reply.completion_tokens or 0) if known else None
        self.means.budget.settle(reservation, outcome, tokens)

    def _bound(self, body: bytes) -> tuple[int, int]:
        return len(body) + MARGIN, self.client.most_completion

    def _correct_pace(self, body: bytes, reply: Reply) -> None:
        if reply.prompt_tokens is not None:
            actual = reply.prompt_tokens + (reply.completion_tokens or 0)
            self.means.pace.correct(len(body) // BYTES_PER_TOKEN, actual)

    def _told(self, content: str, fault: str) -> Messages:
        return [
            {"role": "assistant", "content": content[:LONGEST_REPLY] or "(nothing)"},
            {"role": "user", "content": f"That is no valid answer: {fault}. Answer again, in the form asked for."},
        ]


def shown_digest(task: Task, text: str) -> str:
    """SHA-256 of what a judge is shown of a text."""
    return hashlib.sha256(prompt.shown(text, task.sampling.chars).encode("utf-8", "surrogatepass")).hexdigest()
