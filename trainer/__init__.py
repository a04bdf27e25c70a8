"""The bundled trainer: Llama 3 models from packed token shards, through faults. It knows only `schemas`."""
