"""Personal data as the peers find it, each in its environment: `python pii_theirs.py presidio|datatrove|dolma`.

Reads texts as JSON from standard input; writes {"spans": {kind: [[text, start, end], ...]}, "seconds": CPU}. Presidio
by its recognisers of patterns alone, as they are set by default, without a model of names; datatrove by the
expressions of its PIIFormatter, private addresses included; dolma by those of its fastest tagger.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from collections.abc import Callable, Iterator

Find = Callable[[str], Iterator[tuple[str, int, int]]]


def presidio() -> Find:
    from presidio_analyzer.predefined_recognizers import (
        CreditCardRecognizer,
        EmailRecognizer,
        IbanRecognizer,
        IpRecognizer,
        PhoneRecognizer,
    )

    kinds = {
        "email": ("EMAIL_ADDRESS", EmailRecognizer()),
        "ip": ("IP_ADDRESS", IpRecognizer()),
        "phone": ("PHONE_NUMBER", PhoneRecognizer()),
        "card": ("CREDIT_CARD", CreditCardRecognizer()),
        "iban": ("IBAN_CODE", IbanRecognizer()),
    }

    def find(text: str) -> Iterator[tuple[str, int, int]]:
        for kind, (name, recogniser) in kinds.items():
            for found in recogniser.analyze(text, [name], None) or []:
                if found.score > 0:
                    yield kind, found.start, found.end

    return find


def datatrove() -> Find:
    from datatrove.pipeline.formatters.pii import PIIFormatter

    formatter = PIIFormatter(only_remove_public_ips=False)
    shapes = {"email": formatter.emails_replacer, "ip": formatter.ip_replacer}

    def find(text: str) -> Iterator[tuple[str, int, int]]:
        for kind, shape in shapes.items():
            for found in shape.regex.finditer(text):
                if not shape.validator or shape.validator(found.group(0)):
                    yield kind, *found.span()

    return find


def dolma() -> Find:
    from dolma.taggers.pii import FastPiiRegex

    tagger = FastPiiRegex
    shapes = {
        "email": (re.compile(tagger.EMAIL_REGEX), 1),
        "phone": (re.compile(tagger.PHONE_REGEX), 0),
        "ip": (re.compile(tagger.IP_REGEX), 0),
    }

    def find(text: str) -> Iterator[tuple[str, int, int]]:
        for kind, (shape, group) in shapes.items():
            for found in shape.finditer(text):
                yield kind, *found.span(group)

    return find


def main() -> None:
    logging.disable()
    find, texts = globals()[sys.argv[1]](), json.load(sys.stdin)
    spans: dict[str, list[tuple[int, int, int]]] = {}
    start = time.process_time()
    for number, text in enumerate(texts):
        for kind, *place in find(text):
            spans.setdefault(kind, []).append((number, *place))
    json.dump({"spans": spans, "seconds": time.process_time() - start}, sys.stdout)


if __name__ == "__main__":
    main()
