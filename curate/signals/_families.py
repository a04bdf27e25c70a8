"""The families of signals: the files of this package whose names don't begin with `_`, then the user's plugins."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import ModuleType

from curate.errors import UserError
from curate.signals._signal import Signal

OPTIONAL = "contamination"  # measured only where the recipe names benchmarks


def declared(plugins: Sequence[str] = (), contamination: bool = False) -> dict[str, Signal]:
    """Every signal by its full name, `family.signal`, in name order; those of `contamination` if asked for."""
    signals = {
        f"{family}.{name}": signal
        for family, module in families(tuple(plugins)).items()
        if contamination or family != OPTIONAL
        for name, signal in module.SIGNALS.items()
    }
    return dict(sorted(signals.items()))


def families(plugins: Sequence[str] = ()) -> dict[str, ModuleType]:
    """The modules by family name."""
    stems = sorted(f.stem for f in Path(__file__).parent.glob("*.py") if not f.stem.startswith("_"))
    found = {stem: importlib.import_module(f"curate.signals.{stem}") for stem in stems}
    for path in plugins:
        stem = Path(path).stem
        if stem in found:
            raise UserError(f"The plugin {path} would be a second family {stem!r}: rename the file.")
        found[stem] = _plugin(str(path))
    return found


@cache
def _plugin(path: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"curate_plugin_{Path(path).stem}", path)
    if spec is None or spec.loader is None or not Path(path).is_file():
        raise UserError(f"The plugin {path} is no Python file.")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # the user's code: whatever it raises is the message
        raise UserError(f"The plugin {path} cannot be loaded: {type(error).__name__}: {error}") from error
    _check(path, module)
    return module


def _check(path: str, module: ModuleType) -> None:
    signals = getattr(module, "SIGNALS", None)
    if not isinstance(signals, dict) or not all(isinstance(s, Signal) for s in signals.values()):
        raise UserError(f"The plugin {path} needs SIGNALS, a dict of name to curate.signals.Signal.")
    if not callable(getattr(module, "compute", None)):
        raise UserError(f"The plugin {path} needs a function compute(scan, documents).")
