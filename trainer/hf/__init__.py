"""Hugging Face Llama checkpoints, read and written."""

from trainer.hf.load import load
from trainer.hf.save import save

__all__ = ["load", "save"]
