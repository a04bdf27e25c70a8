"""Hugging Face Llama checkpoints, read and written."""

from trainer.hf.load import load, longest
from trainer.hf.save import save

__all__ = ["load", "longest", "save"]
