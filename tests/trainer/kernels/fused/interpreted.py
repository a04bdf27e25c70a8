"""What the tests of fused kernels share. The interpreter computes bf16 wrongly: it is tried on a GPU only."""

import torch
from triton.runtime import interpreter

from trainer.kernels import choice

torch.set_num_threads(1)
CPU = torch.device("cpu")
TYPES = (torch.float32, torch.float16)
_TOLERANCE = {torch.float32: {"rtol": 2e-5, "atol": 2e-5}, torch.float16: {"rtol": 4e-3, "atol": 4e-3}}


_patched = interpreter._patch_lang_tensor


def _scalars_are_indices(tensor, scope):
    """Triton 3.6 asks for int() of an array of one value, which numpy 2.4 refuses; loops have such bounds."""
    _patched(tensor, scope)
    scope.set_attr(tensor, "__index__", lambda self: self.handle.data.item())


interpreter._patch_lang_tensor = _scalars_are_indices


def drawn(*shape, seed, dtype=torch.float32):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed)).to(dtype)


def agree(fused, reference, inputs, along, *, name):
    """Kernel `name` chosen, `fused(*inputs)` gives what `reference` gives in fp64, and the same gradients.

    Tensors of a floating type are differentiated; `along` is the gradient of the result, one for each of several.
    """
    dtype = inputs[0].dtype
    with choice.chosen({name: "triton"}, CPU):
        got = _both(fused, inputs, along, lambda x: x)
    wanted = _both(reference, inputs, along, lambda x: x.double())
    for one, other in zip(got, wanted, strict=True):
        assert one.dtype == dtype or one.dtype == torch.float32
        torch.testing.assert_close(one.double(), other.double(), **_TOLERANCE[dtype])


def _both(function, inputs, along, cast):
    """Results and gradients, in a row."""
    inputs = [cast(x).detach().requires_grad_() if x.is_floating_point() else x for x in inputs]
    along = along if isinstance(along, tuple) else (along,)
    results = function(*inputs)
    results = results if isinstance(results, tuple) else (results,)
    grads = torch.autograd.grad(
        results, [x for x in inputs if x.requires_grad], [cast(x) for x in along], materialize_grads=True
    )
    return [*results, *grads]
