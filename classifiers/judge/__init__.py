"""A stand-in for a language model: a chat server on 127.0.0.1 that answers from a file of truth, and misbehaves.

    python -m classifiers.judge --truth truth.jsonl --port 8099 --noise 0.1 --faults 0.2

What annotation is tested with, and what the demonstration runs on: real HTTP, `/v1/chat/completions` and `/v1/models`
as any OpenAI-compatible server has them, `/counts` for what it was asked. Never for real labels: it knows the answers.
"""

from classifiers.judge.answers import Counts, Manners
from classifiers.judge.server import Judge

__all__ = ["Counts", "Judge", "Manners"]
