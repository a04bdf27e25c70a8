"""The command line as a user meets it, in this process."""

from curate.cli.main import main


def ran(capsys, *arguments) -> tuple[int, str, str]:
    """(exit code, what was printed, what was said on stderr)."""
    code = 0
    try:
        main([*map(str, arguments)])
    except SystemExit as stopped:
        code = int(stopped.code or 0)
    return code, *capsys.readouterr()
