"""The time of a model's matrix products, which are cuBLAS': 788 TFLOP/s were measured for a large one on an H200.

A product is cut into tiles of 128 x 256 (or 256 x 128) that 132 SMs compute in waves; the last wave is rarely full, and
what a tile has beyond the matrix is computed for nothing. A small result with a long sum is cut along the sum, too, and
its parts (fp32) are added up afterwards. Filling and draining a tile's pipeline takes about as long as 128 elements of
its sum (assumed). The measured large product had these losses as well (8,192 cubed: 15.5 waves of 16).

Fast: 788 for every shape. Figure: 788 by what is used of the SMs' time, at the best of these tiles. Slow: 92 % of that
(assumed: a GPU that trains for hours is clocked lower by its power limit). Both have 2 microseconds a launch on top.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from benchmarks import gpu_model_device as device
from benchmarks.gpu_model_walk import Bounded
from trainer.config import ModelConfig

TILES = ((128, 256), (256, 128))
PARTS = (1, 2, 4, 8)
FILL = 128  # elements of the sum, assumed
LARGE = 8192  # the product that was measured, cubed
SLOW = 0.92  # assumed
LAUNCH = 2e-3  # ms, assumed


@dataclass(frozen=True)
class Product:
    """[m, k] x [k, n]."""

    name: str
    m: int
    n: int
    k: int

    @property
    def flops(self) -> float:
        return 2.0 * self.m * self.n * self.k

    @property
    def used(self) -> float:
        """The share of the SMs' time that goes into what is asked for, at the tiles and parts that are best."""
        return max(used(self.m, self.n, self.k, *tile, parts) for tile in TILES for parts in PARTS)

    @property
    def bounded(self) -> Bounded:
        fast = 1e3 * self.flops / device.MATMUL
        figure = fast / min(1.0, self.used / used(LARGE, LARGE, LARGE, *TILES[0], 1))
        return Bounded(fast, figure + LAUNCH, figure / SLOW + LAUNCH)


def used(m: int, n: int, k: int, rows: int, columns: int, parts: int) -> float:
    """Parts of a sum are written and read once more, 8 bytes an element, at the speed of memory."""
    tiles = ceil(m / rows) * ceil(n / columns) * parts
    least = 2.0 * m * n * k / device.MATMUL
    waves = ceil(tiles / device.SMS) * device.SMS * 2.0 * rows * columns * (k / parts + FILL) / device.MATMUL
    return least / (waves + (8.0 * parts * m * n / device.COPY if parts > 1 else 0.0))


def of_layer(config: ModelConfig, tokens: int) -> list[Product]:
    """Forward; wq, wk and wv are three products, as are w1 and w3."""
    keys = config.kv_heads * config.head_dim
    queries = config.heads * config.head_dim
    sides = {
        "wq": (queries, config.dim), "wk": (keys, config.dim), "wv": (keys, config.dim), "wo": (config.dim, queries),
        "w1": (config.ffn_dim, config.dim), "w3": (config.ffn_dim, config.dim), "w2": (config.dim, config.ffn_dim),
    }  # fmt: skip
    return [Product(name, tokens, out, given) for name, (out, given) in sides.items()]


def backward(product: Product) -> list[Product]:
    """The gradients of what is multiplied: of the tokens, and of the weight."""
    return [
        Product(f"{product.name}, gradient of tokens", product.m, product.k, product.n),
        Product(f"{product.name}, gradient of weight", product.n, product.k, product.m),
    ]


def total(products: list[Product]) -> Bounded:
    return sum((each.bounded for each in products), Bounded(0.0, 0.0, 0.0))
