"""What the gradient of queries gives beside itself; it is tested with the others in `test_attention_backward`."""

import torch

from tests.trainer.kernels.fused.interpreted import drawn
from trainer.kernels.fused.attention_backward_queries import backward


def test_delta_is_each_querys_gradient_times_its_output():
    grad, q, out = (drawn(2, 37, 6, 16, seed=at) for at in range(3))
    k, v = (drawn(2, 37, 3, 16, seed=at) for at in (3, 4))
    starts = torch.zeros(2, 37, dtype=torch.int32)
    _, delta = backward(grad, q, k, v, out, torch.ones(2, 6, 37), starts)
    torch.testing.assert_close(delta, (grad * out).sum(-1).transpose(1, 2), rtol=1e-5, atol=1e-5)
