"""Rules that take single lines out of a page, and what they may compare.

A line rule is a rule whose signal is a fact of one line. It keeps lines with min <= signal <= max; lines that fail it
are taken out by the phase `clean`, each with the first rule that it fails as its name in the ledger. Blank lines
stay.
"""

from pydantic import field_validator

from curate.recipe.names import did_you_mean
from curate.recipe.rules import Rule
from curate.recipe.spares import TECHNICAL, Exempt

LINE_SIGNALS = {
    "line.words": "words between white space",
    "line.chars": "characters from its first word to the end of its last",
    "line.longest_word": "characters of its longest word",
    "line.upper_fraction": "capital letters among its characters",
    "line.terminal_punctuation": "1 if it ends in `.`, `!`, `?` or a quotation mark and not in `...`, else 0",
    "line.punctuation": "1 if it ends in the punctuation of `fineweb.punctuated_line_fraction`, else 0",
    "line.javascript": "1 if it mentions javascript, else 0",
    "line.lorem_ipsum": "1 if it has lorem ipsum, else 0",
    "line.policy": "1 if it mentions terms of use, privacy policy, cookie policy or use of cookies, else 0",
    "line.numeric": "1 if it is of digits alone, else 0",
    "line.counter": "1 if it is a counter such as 3 likes, else 0",
    "line.link": "1 if it is short and has sign-in, read more or items in cart, else 0",
}


class LineRule(Rule):
    """Keeps lines with min <= signal <= max; blank lines, and pages out of scope, keep theirs.

    Lines of code and formulas are no sentences, so pages marked as such are exempt unless the recipe says otherwise.
    """

    unless: Exempt = TECHNICAL

    @field_validator("signal")
    @classmethod
    def _of_a_line(cls, signal: str) -> str:
        if signal not in LINE_SIGNALS:
            near = did_you_mean(signal, LINE_SIGNALS)
            raise ValueError(f"{signal!r} is no signal of a line{near} (there are {', '.join(LINE_SIGNALS)})")
        return signal
