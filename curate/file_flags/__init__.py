"""What sets a file of a repository apart from what its authors wrote by hand: `flags`."""

from curate.file_flags.flags import FLAGS, HEAD, flags

__all__ = ["FLAGS", "HEAD", "flags"]
