"""How the loss cuts its tokens, apart from the kernel that does: `--plan` and the presets count memory by these
numbers, and must not wait seconds for torch (nor need it) to do so. So nothing is imported here.
"""

CHUNK = 1024  # tokens whose logits are held at a time
HELD = 1 << 25  # logits in all, up to which they are kept for the backward pass: 128 MB

ROOM = 1 << 30  # bytes of logits that the fused loss holds at a time
STEP = 256  # tokens that its chunks are a multiple of: rows of a matrix product's tiles


def fused_chunk(tokens: int, words: int, element: int) -> int:
    """Tokens whose logits the fused loss holds at a time, of `words` words in `element` bytes each: all chunks alike.

    Larger than the reference's, for between chunks the weight's gradient is read and written whole, in fp32: at 4,096
    tokens (two chunks of 8,192 at 128,256 words in bf16) that is a quarter as often. It depends on shapes alone: what
    is summed in which order is the same in every run.
    """
    most = max(ROOM // (words * element) // STEP, 1)
    steps = max(-(-tokens // STEP), 1)
    chunks = -(-steps // most)
    return -(-steps // chunks) * STEP
