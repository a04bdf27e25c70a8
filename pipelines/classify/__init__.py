"""Classifiers' scores of the cleaned texts, made once for each (model, cleaned corpus), and the cuts by them.

models           the recipe's models, their cards, and the folder of each in work/
concerned        whom a classifier scores, and whom its cut judges
fast             fastText's scores, in tasks of the pool
bands            of a cascade: which fast scores go to its second model, and where its cut lies
transformer_step DistilRoBERTa's scores, in a DoFn of its own that alone asks for an accelerator
columns          both together as columns of `scores`, with what is counted for the cuts
cuts             by yield, precision or score: the least score that stays
run              all of them in order, as `score` does it
"""
