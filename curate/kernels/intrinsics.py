"""What Python can't say in one instruction: an unaligned load, a 128-bit product, bits of a word, 64 bytes at once.

LLVM makes them of what the processor has (AVX-512, AVX2, SSE2, NEON); the result is the same on all. Loads check
nothing: whoever calls them keeps the address inside the array (tests/kernels/test_guard_page.py).
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

BYTE, WORD, DOUBLE = ir.IntType(8), ir.IntType(64), ir.IntType(128)
LANES = 64
VECTOR = ir.VectorType(BYTE, LANES)


@intrinsic
def _load64(typingctx, array, index):
    """The 8 bytes at array[index:], little-endian. The caller checks that they are there."""

    def code(context, builder, signature, args):
        return _load(context, builder, signature, args, WORD)

    return types.uint64(array, types.intp), code


@intrinsic
def _multiply_fold(typingctx, a, b):
    """High half xor low half of the 128-bit product: the mixing step of wyhash."""

    def code(context, builder, signature, args):
        product = builder.mul(builder.zext(args[0], DOUBLE), builder.zext(args[1], DOUBLE))
        high = builder.trunc(builder.lshr(product, ir.Constant(DOUBLE, 64)), WORD)
        return builder.xor(high, builder.trunc(product, WORD))

    return types.uint64(types.uint64, types.uint64), code


@intrinsic
def _lowest(typingctx, bits):
    """Number of the lowest bit that is set; undefined for 0."""

    def code(context, builder, signature, args):
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), code


@intrinsic
def _ones(typingctx, bits):
    """How many bits are set."""

    def code(context, builder, signature, args):
        return builder.ctpop(args[0])

    return types.int64(types.uint64), code


@intrinsic
def _borrowed(typingctx, array):
    """The array without its owner, for as long as the caller holds the owner.

    numba counts references of arrays around calls and slices, each with a locked instruction: half the time of a kernel
    that calls much. An array without an owner has none to count.
    """

    def code(context, builder, signature, args):
        view = make_array(array)(context, builder, args[0])
        view.meminfo = ir.Constant(view.meminfo.type, None)
        view.parent = ir.Constant(view.parent.type, None)
        return view._getvalue()

    return array(array), code


def byte_classes(*classes: bytes | range) -> Any:
    """An intrinsic (array, index) -> one uint64 a class: bit k says whether array[index + k] is in it, for 64 bytes.

    The caller checks that the 64 bytes are there.
    """
    returned = types.UniTuple(types.uint64, len(classes))

    @intrinsic
    def _masks(typingctx, array, index):
        def code(context, builder, signature, args):
            octets = _load(context, builder, signature, args, VECTOR)
            masks = [builder.bitcast(_among(builder, octets, sorted(set(c))), WORD) for c in classes]
            return context.make_tuple(builder, returned, masks)

        return returned(array, types.intp), code

    return _masks


def _load(context, builder, signature, args, kind):
    start = make_array(signature.args[0])(context, builder, value=args[0]).data
    at = builder.gep(builder.bitcast(start, BYTE.as_pointer()), [args[1]])
    load = builder.load(builder.bitcast(at, kind.as_pointer()))
    load.align = 1
    return load


def _among(builder, octets, members):
    """<64 x i1>: which octets are members, one subtraction and comparison for each run of consecutive ones."""
    found = None
    starts = [m for m in members if m - 1 not in members]
    ends = [m for m in members if m + 1 not in members]
    for low, high in zip(starts, ends, strict=True):
        above = builder.sub(octets, ir.Constant(VECTOR, [low] * LANES))
        run = builder.icmp_unsigned("<=", above, ir.Constant(VECTOR, [high - low] * LANES))
        found = run if found is None else builder.or_(found, run)
    return found


# numba takes the typing context away; type checkers do not know.
load64: Any = _load64
multiply_fold: Any = _multiply_fold
lowest: Any = _lowest
ones: Any = _ones
borrowed: Any = _borrowed
