"""The error of a vocabulary that cannot be used."""

from curate.errors import UserError


class TokenizerError(UserError):
    """A vocabulary that is missing, broken, or unable to give a text back byte for byte."""
