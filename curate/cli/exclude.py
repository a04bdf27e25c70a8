"""`curate exclude`: take documents out of a finished corpus."""

from __future__ import annotations

from typing import Annotated

import typer

EPILOG = """
\b
Example
  curate exclude corpus takedown.csv

The first row of a list names its columns: url, host, uid (one of them a row), and reason. Only files that hold one of
the documents are written anew. Name the list in the recipe too (exclude: [takedown.csv]), so that the next run leaves
them out.
"""


def exclude(
    corpus: Annotated[str, typer.Argument(help="Folder of a finished run.")],
    lists: Annotated[list[str], typer.Argument(help="CSV files of addresses, hosts and uids.", metavar="LIST...")],
) -> None:
    """Take documents out of a finished corpus, and put it on record."""
    from curate.counted import counted
    from curate.exclusions import NAMED
    from curate.report.clean_text import head
    from pipelines.exclude import exclude as take_out

    done = take_out(corpus.rstrip("/") or corpus, lists)
    if done.resumed:
        typer.echo("finished what an interrupted exclude had begun")
    if not done.documents and not done.only_in_work:
        typer.echo("nothing was taken out: the corpus has no text of what the lists name")
    else:
        typer.echo(f"excluded {counted(done.documents, 'document')}; {counted(done.files, 'file')} written anew")
    if done.only_in_work:
        typer.echo(f"  and the text of {done.only_in_work:,} that work/ alone still had")
    if done.favoured:
        typer.echo(f"  {done.favoured:,} near duplicates had been removed in favour of them; they stay removed")
    if done.unmatched:
        rows = f"{len(done.unmatched):,} of {counted(done.rows, 'row')}"
        typer.echo(f"{rows} name nothing that is in the corpus; look for typos:")
        for entry in done.unmatched[:NAMED]:
            typer.echo(f"  {entry.place}  {head(entry.value, 80)}")
        if len(done.unmatched) > NAMED:
            typer.echo(f"  and {len(done.unmatched) - NAMED:,} more")
