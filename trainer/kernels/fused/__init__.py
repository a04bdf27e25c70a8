"""The Triton kernels, one operation a file, with the functions that launch them; imported only where they are chosen.

Each file ends with `cases()`: what training an 8B and a 1B model launches, for compilation without a GPU
(`trainer.kernels.ahead`). None adds with atomics: the same input gives the same bits.
"""

import os

# Triton 3.10 will no longer contract a * b + c unless it is told to: the same code from every version.
os.environ.setdefault("TRITON_DEFAULT_FP_FUSION", "1")


def _interpret_loops() -> None:
    """Triton 3.6's interpreter makes a loop's bound an int in a way that numpy 2.4 refuses."""
    from triton.runtime import interpreter

    patch = interpreter._patch_lang_tensor

    def patched(tensor, scope):
        patch(tensor, scope)
        scope.set_attr(tensor, "__index__", lambda self: int(self.handle.data.item()))

    interpreter._patch_lang_tensor = patched


if os.environ.get("TRITON_INTERPRET") == "1":
    _interpret_loops()
