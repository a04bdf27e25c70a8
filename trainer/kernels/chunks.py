"""How the loss cuts its tokens, apart from the kernel that does: `--plan` and the presets count memory by these two
numbers, and must not wait seconds for torch (nor need it) to do so. So nothing is imported here.
"""

CHUNK = 1024  # tokens whose logits are held at a time
HELD = 1 << 25  # logits in all, up to which they are kept for the backward pass: 128 MB
