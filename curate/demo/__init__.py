"""A demonstration input with planted truth, its recipe, and the check of what a run found."""

from curate.demo.build import make
from curate.demo.check import Findings, check
from curate.demo.recipe import recipe
from curate.demo.truth import Plant, Truth

__all__ = ["Findings", "Plant", "Truth", "check", "make", "recipe"]
