"""The page of signals, made from the families: `python -m curate.signals > docs/signals.md`."""

from curate.signals._families import families
from curate.signals._signal import Signal

HEAD = """# Signals

A signal is one number a document; a recipe's rules compare it with thresholds. This page is made from the families in
`curate/signals/`: `python -m curate.signals > docs/signals.md`. How to add your own: [plugins.md](plugins.md).

In a formula `words` and `lines` are their numbers, a line has at least one word, `chars` are code points, `count(x)` is
how often x occurs, and a ratio with nothing below the line is 0. What else a family chose stands above its table.
"""


def page() -> str:
    """The whole page, in Markdown."""
    parts = [HEAD]
    for family, module in families().items():
        rows = [_row(f"{family}.{name}", signal) for name, signal in sorted(module.SIGNALS.items())]
        head = ["| signal | type | unit | meaning | formula | source |", "|---|---|---|---|---|---|"]
        parts.append("\n".join([f"## {family}", (module.__doc__ or "").strip(), "", *head, *rows, ""]))
    return "\n".join(parts)


def _row(name: str, signal: Signal) -> str:
    formula = f"`{signal.formula}`" if signal.formula else ""
    return f"| `{name}` | {signal.type} | {signal.unit} | {signal.meaning} | {formula} | {signal.source} |"


if __name__ == "__main__":
    print(page(), end="")
