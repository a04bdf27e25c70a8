"""Classifiers of documents: judged samples, models trained on them, what they are worth, and their use at scale.

annotate (a language model's judgements, or links of Wikipedia) -> train (fastText, DistilRoBERTa) -> evaluate -> score.
"""
