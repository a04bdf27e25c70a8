"""A cheap model for all documents and a good one for those about which the cheap one is unsure.

joint       what both said of documents that neither was trained on; lies in the cascade's card
band        the fast scores that go to the slow model
merged      one score out of both
build       a cascade's folder out of two models
"""

from classifiers.cascade.folder import build
from classifiers.cascade.histogram import Joint, joint
from classifiers.cascade.uncertainty import Band, Expected, band, expected, merged, sent, slow_threshold, too_few

__all__ = [
    "Band",
    "Expected",
    "Joint",
    "band",
    "build",
    "expected",
    "joint",
    "merged",
    "sent",
    "slow_threshold",
    "too_few",
]
