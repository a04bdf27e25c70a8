"""DistilRoBERTa (Sanh et al. 2019) as a classifier of documents: from a checkpoint, or small from random weights."""
