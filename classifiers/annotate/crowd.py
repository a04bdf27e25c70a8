"""Many questions at a time, sent in one order: that of the documents.

Threads wait for the endpoint, `concurrency` of them. The budget is reserved here, document after document, and where it
does not reach for one it ends for all behind it. So which documents are judged does not hang on which thread was
faster, as long as no request had to be repeated.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from classifiers.annotate.asking import NO_BUDGET, Asking
from classifiers.annotate.journal import Said


def ask(
    asking: Asking, texts: dict[str, str], concurrency: int, told: Callable[[int], None] = lambda done: None
) -> dict[str, Said]:
    """Digest of what is shown -> what is said of it, for every text: known, answered now, or None with the reason."""
    known = {shown: said for shown in texts if (said := asking.known(shown)) is not None}
    told(len(known))
    round = _Round(asking, concurrency, lambda done: told(len(known) + done))
    answered = round.ask({shown: text for shown, text in texts.items() if shown not in known})
    return {shown: known.get(shown) or answered.get(shown) or Said(None, NO_BUDGET) for shown in texts}


class _Round:
    """The questions in flight, and those that came back."""

    def __init__(self, asking: Asking, concurrency: int, told: Callable[[int], None]):
        self._asking, self._concurrency, self._told = asking, concurrency, told
        self._flying: dict[Future[Said], str] = {}
        self._answered: dict[str, Said] = {}

    def ask(self, texts: dict[str, str]) -> dict[str, Said]:
        with ThreadPoolExecutor(self._concurrency) as pool:
            try:
                for shown, text in texts.items():
                    self._land(self._concurrency - 1)
                    reservation = self._asking.means.budget.reserve(*self._asking.bound(text), self._in_flight)
                    if reservation is None:
                        break
                    self._flying[pool.submit(self._asking.answer, shown, text, reservation)] = shown
                self._land(0)
            except BaseException:
                self._asking.means.stop.set()  # what is in flight is paid for: its answers are waited for, and kept
                raise
        return self._answered

    def _in_flight(self) -> bool:
        return any(not future.done() for future in self._flying)

    def _land(self, most: int) -> None:
        """Until no more than `most` are in flight."""
        while len(self._flying) > most:
            done, _ = wait(self._flying, return_when=FIRST_COMPLETED)
            for future in done:
                shown = self._flying.pop(future)
                self._answered[shown] = future.result()
            self._told(len(self._answered))
