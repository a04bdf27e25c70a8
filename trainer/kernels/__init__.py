"""The operations a step spends its time in: each file one of them, `reference` its plain PyTorch.

Call them as `kernels.attention.attention(...)`: every file has a function of its own name, which today is the
reference, and which a fused kernel of the same arguments can stand in for.
"""
