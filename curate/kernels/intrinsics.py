"""Single instructions that Python can't say: an unaligned 64-bit load and a 64x64 to 128-bit multiplication."""

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

BYTE, WORD, DOUBLE = ir.IntType(8), ir.IntType(64), ir.IntType(128)


@intrinsic
def _load64(typingctx, array, index):
    """The 8 bytes at array[index:], little-endian. The caller checks that they are there."""

    def code(context, builder, signature, args):
        data = make_array(signature.args[0])(context, builder, value=args[0]).data
        at = builder.gep(builder.bitcast(data, BYTE.as_pointer()), [args[1]])
        load = builder.load(builder.bitcast(at, WORD.as_pointer()))
        load.align = 1
        return load

    return types.uint64(array, types.intp), code


@intrinsic
def _multiply_fold(typingctx, a, b):
    """High half xor low half of the 128-bit product: the mixing step of wyhash."""

    def code(context, builder, signature, args):
        product = builder.mul(builder.zext(args[0], DOUBLE), builder.zext(args[1], DOUBLE))
        high = builder.trunc(builder.lshr(product, ir.Constant(DOUBLE, 64)), WORD)
        return builder.xor(high, builder.trunc(product, WORD))

    return types.uint64(types.uint64, types.uint64), code


# numba takes the typing context away; type checkers do not know.
load64: Any = _load64
multiply_fold: Any = _multiply_fold
