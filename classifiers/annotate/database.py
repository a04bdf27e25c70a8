"""SQLite files of annotation, opened alike: what is committed is on disk, and a file that is no such thing is refused.

WAL, so that readers and the writer do not wait for each other; synchronous FULL, so that not even a loss of power takes
back a commit (NORMAL would survive kill -9 but not that, and a lost reservation is money).
"""

from __future__ import annotations

import os
import sqlite3

from curate.errors import RunStopped, UserError

VERSION = 1
WAIT_SECONDS = 60.0
NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)  # a full disk is either


def open(path: str, table: str, alone: bool = False) -> sqlite3.Connection:
    """The file with `table` in it, made where there is none; `alone` refuses it to every other process."""
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    wait = 0.5 if alone else WAIT_SECONDS
    try:
        file = sqlite3.connect(path, timeout=wait, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as why:
        raise UserError(f"{path}: cannot be opened ({why})") from None
    try:
        if alone:
            file.execute("PRAGMA locking_mode = EXCLUSIVE")
        file.execute("PRAGMA journal_mode = WAL")
        file.execute("PRAGMA synchronous = FULL")
        _made(file, path, table)
    except sqlite3.Error as why:
        file.close()
        if getattr(why, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
            raise UserError(f"{path}: another annotation is at work in this folder; wait for it, or stop it") from None
        if getattr(why, "sqlite_errorcode", sqlite3.SQLITE_NOTADB) & 0xFF in NO_ROOM:
            raise RunStopped(f"{path}: cannot be written ({why}). Make room; the same command continues.") from None
        raise UserError(f"{path}: is no file of answers of Curate ({why}); name another, or move it away") from None
    return file


def _made(file: sqlite3.Connection, path: str, table: str) -> None:
    """In a transaction, which also takes the lock of who is alone."""
    file.execute("BEGIN IMMEDIATE")
    (version,) = file.execute("PRAGMA user_version").fetchone()
    (tables,) = file.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if version != VERSION and (version or tables):
        raise sqlite3.DatabaseError(f"its version is {version}, not {VERSION}")
    file.execute(table)
    file.execute(f"PRAGMA user_version = {VERSION}")
    file.execute("COMMIT")
