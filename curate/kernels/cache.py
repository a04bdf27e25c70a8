"""Where compiled kernels are kept: one folder for each (sources, numba, processor).

numba looks only at the file of the function that it compiles, not at the functions that this one calls, so a changed
helper would leave an old kernel in use. Here the digest of all sources that use `curate.kernels.jit` names the folder.
A folder that can't be written is no reason to stop: the kernels then go to a temporary folder.
"""

import hashlib
import os
import tempfile
from importlib.metadata import version
from pathlib import Path

PACKAGE = Path(__file__).parents[1]


def prepare() -> Path:
    """Point numba at the folder for these sources, and return it. A NUMBA_CACHE_DIR that the user set stays."""
    if "NUMBA_CACHE_DIR" not in os.environ:
        os.environ["NUMBA_CACHE_DIR"] = str(_writable(_root() / digest()))
    folder = os.environ["NUMBA_CACHE_DIR"]
    from numba import config

    setattr(config, "CACHE_DIR", folder)  # noqa: B010 (untyped; numba may have been imported before this)
    return Path(folder)


def digest(package: Path = PACKAGE) -> str:
    """Name of the folder: 16 hex digits."""
    h = hashlib.sha256(f"numba {version('numba')} {_processor()} {package}".encode())  # numba's keys hold paths
    for file in sorted(package.rglob("*.py")):
        source = file.read_bytes()
        if file.parent.name == "kernels" or b"curate.kernels.jit" in source:
            h.update(file.relative_to(package).as_posix().encode() + b"\0" + source + b"\0")
    return h.hexdigest()[:16]


def _root() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path(os.environ.get("HOME") or tempfile.gettempdir()) / ".cache"
    return Path(base) / "curate" / "numba"


def _writable(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return Path(tempfile.mkdtemp(prefix="curate-numba-"))


def _processor() -> str:
    from llvmlite import binding

    return binding.get_host_cpu_name()
