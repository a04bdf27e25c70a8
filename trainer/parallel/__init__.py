"""How a model is spread over ranks: FSDP2, tensor and sequence, context and pipeline parallelism, from outside it.

`mesh.build` gives each rank its place, `engine.Engine` a model spread over the mesh, with one forward and backward
pass of a batch as its only way in. The gradients, and so the run, are those of one process up to rounding.
"""
