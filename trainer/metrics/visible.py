"""Text that a model wrote or a corpus held, safe to show.

Control characters, bidirectional overrides (Unicode TR 36, "Trojan Source") and unpaired surrogates each become their
code point in brackets; escaping for HTML comes after.
"""

from __future__ import annotations

import re

_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    """`text` with each invisible or unsafe character spelled out; line ends and tabs stay."""
    return _HIDDEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)
