"""`curate ablate`: which corpus or mix does a small model learn more from."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from trainer.ablate.plan import Arm

EPILOG = """
\b
Examples
  curate ablate raw curated -o ablation --tokens 1M --seeds 3
  curate ablate raw curated -o ablation --sizes 32x2,64x3,96x4,128x6 --tokens 500K,1M
  curate ablate curated curated@general:0.5,code:0.5 -o mixes --search 16
  curate ablate raw curated -o ablation --anneal papers
  curate recipe hold-out demo/recipe.yaml > curated.yaml          (how the two runs were made:
  curate recipe hold-out demo/recipe.yaml --raw > raw.yaml         then curate run each)

An arm is a finished run, NAME=RUN, several as RUN+RUN, or either with a mix of its own as RUN@general:0.7,code:0.3.
The others are held against the first. Each run's recipe must hold text out (curate recipe hold-out); that text is
written to ablation/held-out and is the same for all arms. A size is a preset of the trainer or WIDTHxLAYERS. What was
trained is kept in ablation/runs: the same command goes on where it was stopped, and more seeds or sizes train only
what is new. The page is ablation/index.html, the figures are ablation/results.json; see docs/ablation.md.
"""


def ablate(
    arms: Annotated[list[str], typer.Argument(help="Runs to compare, the baseline first.", metavar="A B ...")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder of the results.", metavar="FOLDER")],
    sizes: Annotated[str, typer.Option(help="Proxies, smallest first.")] = "proxy-1m",
    tokens: Annotated[str, typer.Option(help="Tokens that each run is trained on.")] = "1M",
    unique: Annotated[
        str, typer.Option(help="Different tokens a run may see (all, 500K ...): with fewer than --tokens it repeats.")
    ] = "all",
    seeds: Annotated[int, typer.Option(min=1, help="Runs of each, paired by seed; 2 give confidence.")] = 3,
    length: Annotated[int | None, typer.Option(help="Tokens a row; the shortest that all runs have.")] = None,
    search: Annotated[
        int, typer.Option(min=0, help="Mixes of the last arm to try, on the first size; 0 is no search.")
    ] = 0,
    anneal: Annotated[
        str | None,
        typer.Option(help="A new corpus to probe by annealing the first arm with 30 % of it.", metavar="RUN"),
    ] = None,
    anneal_tokens: Annotated[
        str | None, typer.Option(help="Tokens of that probe; a quarter of --tokens.", metavar="TOKENS")
    ] = None,
    held_out: Annotated[str, typer.Option(help="Bytes of held-out text a category, at most.", metavar="BYTES")] = "2M",
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", help="Change a field of the training recipe, for all arms.", metavar="NAME=VALUE"),
    ] = None,
) -> None:
    """Tell which corpus or mix small models learn more from.

    The same models are trained on each, on as many tokens, and measured on the same held-out text.
    """
    from curate.cli.trained import told
    from curate.holdout.write import write
    from trainer.ablate import plan
    from trainer.launch import named, need_torch

    with told():
        need_torch()
        given, new = [plan.arm(text) for text in arms], plan.arm(anneal) if anneal else None
        corpora = _corpora([*given, *([new] if new else [])])
        row = length or _shortest(corpora)
        asked = plan.Plan(
            tuple(given),
            tuple(sizes.split(",")),
            tuple(_count(one, "--tokens") for one in tokens.split(",")),
            tuple(None if one == "all" else _count(one, "--unique") for one in unique.split(",")),
            seeds,
            row,
            named(settings or []),
        )
        _writable(output)
        from trainer.ablate.ablate import Asked
        from trainer.ablate.ablate import ablate as run
        from trainer.ablate.page import verdicts
        from trainer.run_lock import alone

        more = Asked(search, new, _count(anneal_tokens, "--anneal-tokens") if anneal_tokens else None)
        with alone(output):
            described = write(corpora, output / "held-out", row, _count(held_out, "--held-out"))
            typer.echo(_told(described))
            results = run(asked, output / "held-out", output, more, typer.echo)
    for sentence in verdicts(results):
        typer.echo(sentence)
    typer.echo(f"{output / 'index.html'} (and {output / 'results.json'})")


def _corpora(arms: list[Arm]) -> dict[str, str]:
    """name -> run, of all arms; UserError where one name stands for two runs."""
    from curate.errors import UserError

    found: dict[str, str] = {}
    for arm in arms:
        for name, path in arm.corpora.items():
            if found.setdefault(name, path) != path:
                raise UserError(f"{found[name]} and {path}: two runs of one name; the page could not tell them apart")
    return found


def _shortest(corpora: dict[str, str]) -> int:
    from curate.errors import UserError
    from curate.storage import join, names

    lengths = []
    for path in corpora.values():
        found = {name.removeprefix("sequence=") for name in names(join(path, "tokens"))}
        if not found:
            raise UserError(f"{path}: holds no tokens/; name the folder of a finished run, which its `pack` has packed")
        lengths.append({int(name) for name in found if name.isdigit()})
    shared = set.intersection(*lengths)
    if not shared:
        said = ", ".join(f"{path} {sorted(has) or 'none'}" for path, has in zip(corpora.values(), lengths, strict=True))
        raise UserError(f"tokens/: the runs have no row length in common ({said}); pack them at one, with pack.lengths")
    return min(shared)


def _count(text: str, option: str) -> int:
    from curate.errors import UserError

    found = re.fullmatch(r"([\d_.]+(?:e\d+)?)([KMGBT]?)", text.strip(), re.IGNORECASE)
    scale = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "B": 10**9, "T": 10**12}
    try:
        value = float(found[1].replace("_", "")) * scale[found[2].upper()] if found else 0
    except ValueError:
        value = 0
    if not 1 <= value < 1e18:
        raise UserError(f"{option} {text!r}: is no number of tokens; write 1M or 500K")
    return round(value)


def _writable(folder: Path) -> None:
    from curate.errors import UserError

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"--output {folder}: cannot be made ({error.strerror}); name another folder") from None


def _told(described: dict[str, Any]) -> str:
    return (
        f"held out: {described['documents']:,} documents, {described['bytes']:,} bytes (of {described['found']:,}; "
        f"{described['copies']:,} stand in training texts too)"
    )
