"""Bytes of tensors that are alive, counted by watching every operation: what autograd and checkpointing really keep."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from torch import Tensor
from torch.multiprocessing.reductions import StorageWeakRef
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves


class Living(TorchDispatchMode):
    """Each storage counts once, however many tensors look at it; those of `before` not at all."""

    def __init__(self, before: Iterable[Tensor]) -> None:
        super().__init__()
        self._before = {tensor.untyped_storage().data_ptr() for tensor in before}
        self._storages: dict[int, tuple[StorageWeakRef, int]] = {}
        self.peak = 0

    def bytes(self) -> int:
        self._storages = {at: one for at, one in self._storages.items() if not one[0].expired()}
        return sum(size for _, size in self._storages.values())

    def __torch_dispatch__(self, operation: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        made = operation(*args, **(kwargs or {}))
        for tensor in tree_leaves(made):
            if isinstance(tensor, Tensor):
                self._count(tensor)
        self.peak = max(self.peak, self.bytes())
        return made

    def _count(self, tensor: Tensor) -> None:
        storage = tensor.untyped_storage()
        known = self._storages.get(storage._cdata)
        if (known is None or known[0].expired()) and storage.data_ptr() not in self._before:
            self._storages[storage._cdata] = StorageWeakRef(storage), storage.nbytes()
