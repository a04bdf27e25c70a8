"""Sixteen float32 at once: rows of a table added up, and scalar products, in an order that no compiler may change.

So a sum has the same bits on every processor. The caller checks that the 16 numbers are there.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

WIDTH = 16
NUMBER = ir.FloatType()
VECTOR = ir.VectorType(NUMBER, WIDTH)


@intrinsic
def _add_rows(typingctx, to, at, table, numbers, first, count, width):
    """to[at : at + 16] += table[n * width + first :][:16] for n in numbers[:count] in turn, of flat arrays."""

    def code(context, builder, signature, args):
        kinds = signature.args
        into = _place(context, builder, kinds[0], args[0], args[1])
        numbers_at = make_array(kinds[3])(context, builder, value=args[3]).data
        total = cgutils.alloca_once_value(builder, _load(builder, into))
        with cgutils.for_range(builder, args[5]) as loop:
            number = builder.sext(builder.load(builder.gep(numbers_at, [loop.index])), args[4].type)
            row = builder.add(builder.mul(number, args[6]), args[4])
            found = _load(builder, _place(context, builder, kinds[2], args[2], row))
            builder.store(builder.fadd(builder.load(total), found), total)
        builder.store(builder.load(total), into).align = 4
        return context.get_dummy_value()

    index = types.intp
    return types.void(to, index, table, numbers, index, index, index), code


@intrinsic
def _dot(typingctx, a, at, b, bt):
    """Scalar product of a[at : at + 16] and b[bt : bt + 16]: halves are added to halves."""

    def code(context, builder, signature, args):
        first = _load(builder, _place(context, builder, a, args[0], args[1]))
        product = builder.fmul(first, _load(builder, _place(context, builder, b, args[2], args[3])))
        width = WIDTH
        while width > 1:
            width //= 2
            product = builder.fadd(_part(builder, product, 0, width), _part(builder, product, width, width))
        return builder.extract_element(product, ir.Constant(ir.IntType(32), 0))

    return types.float32(a, types.intp, b, types.intp), code


def _place(context, builder, kind, array, at):
    start = make_array(kind)(context, builder, value=array).data
    return builder.bitcast(builder.gep(start, [at]), VECTOR.as_pointer())


def _load(builder, place):
    load = builder.load(place)
    load.align = 4
    return load


def _part(builder, vector, start, width):
    lanes = ir.Constant(ir.VectorType(ir.IntType(32), width), list(range(start, start + width)))
    return builder.shuffle_vector(vector, vector, lanes)


# numba takes the typing context away; type checkers do not know.
add_rows: Any = _add_rows
dot: Any = _dot
