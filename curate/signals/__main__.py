"""The page of signals, made from the families: `python -m curate.signals > docs/signals.md`."""

from curate.signals._families import families

HEAD = """# Signals

A signal is one number a document; a recipe's rules compare it with thresholds. This page is made from the families in
`curate/signals/`: `python -m curate.signals > docs/signals.md`. How to add your own: [plugins.md](plugins.md).
"""


def page() -> str:
    """The whole page, in Markdown."""
    parts = [HEAD]
    for family, module in families().items():
        rows = [
            f"| `{family}.{name}` | {s.type} | {s.unit} | {s.meaning} | {s.source} |"
            for name, s in sorted(module.SIGNALS.items())
        ]
        head = ["| signal | type | unit | meaning | source |", "|---|---|---|---|---|"]
        parts.append("\n".join([f"## {family}", (module.__doc__ or "").strip(), "", *head, *rows, ""]))
    return "\n".join(parts)


if __name__ == "__main__":
    print(page(), end="")
