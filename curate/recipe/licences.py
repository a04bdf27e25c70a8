"""The licences that a source of code may ask for: SPDX identifiers that can be recognised.

A name that no file can have (`mit`, `Apache`, `BSD`) would silently leave everything out, so it is refused here.
"""

import re
from typing import Annotated

from pydantic import AfterValidator

from curate.licenses import KNOWN
from curate.recipe.names import did_you_mean

_EXPRESSION = re.compile(r"\b(?:OR|AND|WITH)\b|[(),/|&]", re.I)


def _known(name: str) -> str:
    if name not in KNOWN and _EXPRESSION.search(name):
        raise ValueError(
            f"{name!r} is no single licence; licenses takes single SPDX identifiers, an entry each, such as "
            "[MIT, Apache-2.0]: a file under 'A OR B' is admitted by either, one under 'A AND B' by both"
        )
    if name not in KNOWN:
        spelled = next((f"; did you mean {one!r}?" for one in sorted(KNOWN) if one.lower() == name.lower()), None)
        near = spelled or did_you_mean(name, KNOWN)
        raise ValueError(f"{name!r} is no SPDX licence that is recognised{near}")
    return name


Licence = Annotated[str, AfterValidator(_known)]
