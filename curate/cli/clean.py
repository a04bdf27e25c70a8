"""`curate clean`: drop the working files of a finished run."""

from __future__ import annotations

from typing import Annotated

import typer

EPILOG = """
\b
Example
  curate clean corpus

What stays: text, tokens, ledger, report, manifest, recipe. What goes: whatever a later recipe needs that names this
corpus in `against`.
"""


def clean(corpus: Annotated[str, typer.Argument(help="Folder of a finished run.")]) -> None:
    """Drop the working files of a finished run.

    The corpus stays. A changed recipe then starts from the raw files, `explain` knows less, and no recipe can name the
    corpus in `against`.
    """
    import fsspec

    from curate.errors import UserError
    from curate.storage import exists, join

    if not exists(join(corpus, "manifest.json")):
        raise UserError(f"{corpus}: no manifest.json, so this is no finished corpus; nothing was removed.")
    files, path = fsspec.core.url_to_fs(join(corpus, "work"))
    if not files.exists(path):
        typer.echo("nothing to drop")
        return
    dropped = files.du(path)
    files.rm(path, recursive=True)
    typer.echo(f"dropped {dropped / 1e6:,.1f} MB; no other run can be `against` this corpus any more")
