"""Numbers as a recipe writes them: `64M`, `15T`, `15e12`, `30_000_000`, `1%`, `2023-12-31`.

One meaning for a suffix everywhere: K, M, G (or B), T are powers of a thousand, for bytes as for tokens; `KiB`, `MiB`,
`GiB` are powers of 1,024. A truth value is never a number, NaN and infinity are refused, and a whole number is stored
as an int, so that `50`, `50.0` and `5e1` are one recipe and one phase key.
"""

import datetime
import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, Strict

QUANTITY = re.compile(r"([-+]?[0-9_.]+(?:[eE][-+]?[0-9]+)?)\s*([A-Za-z%]*)")
THOUSANDS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "B": 10**9, "T": 10**12}
BYTES = {"KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30, "TIB": 2**40}
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def number(value: object) -> int | float:
    """An int or float from `value`, text such as `15T` or `15e12` included."""
    return _quantity(value, THOUSANDS, "a number such as 50, 0.3, 30_000_000 or 15T")


def whole(value: object) -> int:
    """As `number`, but whole: counts, seeds, lengths."""
    return _whole(number(value), value)


def size(value: object) -> int:
    """A whole number of bytes: 1000, 64M, 1G, 64MiB."""
    return _whole(_quantity(value, THOUSANDS | BYTES, "a size such as 1000, 64M, 1G or 64MiB"), value)


def share(value: object) -> int | float:
    """A number, or a percentage: 0.01 or 1%."""
    return _quantity(value, {"": 1, "%": 0.01}, "a share such as 0.01 or 1%")


def threshold(value: object) -> int | float | datetime.date:
    """A number, or an ISO date for rules on `date`."""
    if isinstance(value, datetime.datetime):
        raise ValueError(f"{value} has a time; write the day, such as 2023-12-31")
    if isinstance(value, datetime.date):
        return value
    if isinstance(value, str) and DATE.fullmatch(value.strip()):
        try:
            return datetime.date.fromisoformat(value.strip())
        except ValueError:
            raise ValueError(f"{value!r} is no day of the calendar") from None
    return number(value)


def _quantity(value: object, units: Mapping[str, float], wanted: str) -> int | float:
    if isinstance(value, str):
        value = _read(value, units, wanted)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{value!r} is not {wanted}")
    if not abs(value) <= 1e300:  # NaN, infinity, and whole numbers that no float holds
        raise ValueError(f"{value!r} is not {wanted}")
    return int(value) if value == int(value) else value


def _read(text: str, units: Mapping[str, float], wanted: str) -> int | float:
    match = QUANTITY.fullmatch(text.strip())
    if match is None or (unit := match[2].upper()) not in units:
        raise ValueError(f"{text!r} is not {wanted}")
    try:
        base = int(match[1]) if match[1].lstrip("+-").replace("_", "").isdigit() else float(match[1])
    except ValueError:
        raise ValueError(f"{text!r} is not {wanted}") from None
    return base / 100 if unit == "%" else base * units[unit]


def _whole(read: int | float, value: object) -> int:
    if not isinstance(read, int):
        raise ValueError(f"{value!r} is not whole")
    return read


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("is blank")
    return text


Text = Annotated[str, Strict(), AfterValidator(_not_blank)]
Flag = Annotated[bool, Strict()]
Word = Annotated[str, Strict(), Field(pattern=r"^[a-z][a-z0-9_-]*$")]  # names that become folders and columns
Count = Annotated[int, BeforeValidator(whole), Field(ge=1, lt=2**63)]  # kernels and columns hold 64 bits
Natural = Annotated[int, BeforeValidator(whole), Field(ge=0, lt=2**63)]
Whole = Annotated[int, BeforeValidator(whole), Field(ge=-(2**62), le=2**62)]
Bytes = Annotated[int, BeforeValidator(size), Field(ge=1)]
Number = Annotated[int | float, BeforeValidator(number)]
Positive = Annotated[int | float, BeforeValidator(number), Field(gt=0)]
Share = Annotated[int | float, BeforeValidator(share), Field(gt=0, le=1)]
Part = Annotated[int | float, BeforeValidator(share), Field(ge=0, le=1)]  # a share that may be none
Threshold = Annotated[int | float | datetime.date, BeforeValidator(threshold)]
