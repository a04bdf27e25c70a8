"""What C4's rules look at: Raffel et al. 2020 (T5), section 2.2. The measures only; `line_rules` and `rules` decide.

The paper's numbers changed: its first versions (arXiv v1) ask for 3 words a line and 5 sentences a page, the
published one (JMLR 21, 140) and its authors' code for 5 words and 3 sentences. The recipe `c4` has the published
ones; some peers kept the first. Where the paper is silent, this is chosen:
- terminal punctuation is `.`, `!`, `?`, `"` or `”`, and what stands for them in other writing (`。`, `！`, `？`, `」`,
  `।`, `؟`, `۔`, `။`, `។` ...); an ellipsis is none (as in the authors' code); citation marks at the end of a line
  (`[1]`, `[edit]`, `[citation needed]`) are looked through;
- a line without a word is no line; a page is its whole text, lines that a rule would take included;
- "javascript", "lorem ipsum" and the notices (terms of use, privacy policy, cookie policy, uses cookies, use of
  cookies, use cookies) are found in any case and inside words;
- a sentence ends with each line, and inside a line at `.`, `!` or `?`, closing quotes or brackets perhaps, then a
  space and no small letter; a full stop behind a single letter (initials, U.S.) ends none. Made for English. The full
  stops, question and exclamation marks of other writing end one wherever the line goes on; Thai and Lao have none.
What C4 does and this family does not: its list of words (`adult`), repeated spans of three sentences
(`near_duplicates`), langdetect (`language_score`), and taking citation marks out of the text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from curate.signals._signal import Signal

if TYPE_CHECKING:
    from curate.kernels.scan import Scan

RAFFEL = "Raffel et al. 2020, 2.2"
CODE = "Raffel et al. 2020, their code"
SIGNALS = {
    "terminal_punctuation_line_fraction": Signal(
        pa.float32(),
        "fraction",
        "lines that end in terminal punctuation",
        RAFFEL,
        'lines that end in . ! ? " ” or their like / lines',
    ),
    "curly_brackets": Signal(pa.int32(), "characters", "opening curly brackets", RAFFEL, "count({)"),
    "lorem_ipsum_lines": Signal(
        pa.int32(), "lines", "lines with lorem ipsum", RAFFEL, "lines that contain lorem ipsum"
    ),
    "javascript_lines": Signal(
        pa.int32(), "lines", "lines that mention javascript", RAFFEL, "lines that contain javascript"
    ),
    "policy_lines": Signal(
        pa.int32(),
        "lines",
        "lines that mention terms of use, privacy policy, cookies",
        RAFFEL,
        "lines that contain one of the six notices",
    ),
    "citation_marks": Signal(
        pa.int32(),
        "marks",
        "[1], [edit], [citation needed] and their like",
        RAFFEL,
        "count([number]) + count([edit]) + count([citation needed])",
    ),
    "sentences": Signal(
        pa.int32(), "sentences", "sentences, at least one a line", RAFFEL, "lines + ends of sentences inside lines"
    ),
    "longest_word": Signal(pa.int32(), "code points", "length of the longest word", CODE, "max(chars of words)"),
}


def compute(scan: Scan, documents: pa.RecordBatch) -> dict[str, np.ndarray]:
    """One value a document of each signal."""
    from curate.kernels import line_facts as facts
    from curate.signals._ratio import ratio

    lines = facts.line_facts(scan)
    longest = np.zeros(len(scan.chars), np.int32)
    np.maximum.at(longest, np.repeat(np.arange(len(longest)), np.diff(lines.offsets)), lines.longest)
    counts = {
        "curly_brackets": lines.texts[:, facts.BRACES],
        "lorem_ipsum_lines": lines.total(lines.have(facts.LOREM)),
        "javascript_lines": lines.total(lines.have(facts.JAVASCRIPT)),
        "policy_lines": lines.total(lines.have(facts.POLICY)),
        "citation_marks": lines.texts[:, facts.CITATIONS],
        "sentences": lines.texts[:, facts.SENTENCES],
    }
    return {name: values.astype(np.int32) for name, values in counts.items()} | {
        "terminal_punctuation_line_fraction": ratio(
            lines.total(lines.have(facts.TERMINAL)), np.diff(scan.line_offsets)
        ),
        "longest_word": longest,
    }
