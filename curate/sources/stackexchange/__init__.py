"""Stack Exchange data dumps: `site.7z`, `stackoverflow.com-Posts.7z`, or a Posts.xml (plain or compressed).

A record is a question with its answers, best score first; of equal scores the accepted answer first, then the older.
The accepted one has no place of its own: its author's question decided it, once; scores are the readers', and go on.
The body is an HTML fragment, all of it content: `Q: title`, the question, and before each answer a line `A:`, as The
Pile and RedPajama have it, since else nothing would tell question from answer. Code and MathJax (`$...$` in the text)
are the renderer's business. `offset` is the question's number; `date` the day its text became what it is: the newest
creation or edit among its posts, so that a rule on `date` keeps out what was written later. Comments, tag wikis, users
and votes are not text of a thread. Closed questions and duplicates stay: what is a near duplicate in words is for
`near_duplicates`, and the others are paraphrases with answers of their own. One pass, once for headers and once for
bodies; memory: `stackexchange_threads`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import BinaryIO

from curate import storage
from curate.sources.archives import sevenzip
from curate.sources.compressed import Broken, chunks, compression
from curate.sources.record import OK, Options, Piece, Record
from curate.sources.stackexchange.rows import ANSWER, NOWHERE, QUESTION, Post, Rows
from curate.sources.stackexchange.threads import Threads

GROUP = "forum"
_PARTS, _PARTS_PACKED = 64, 8
_UNSAID = re.compile(r' alt="(?:enter image description here|alt text)"')  # what the editor puts in by itself
_SITE = (
    r"(?:[a-z0-9-]+\.)*(?:stackexchange|stackoverflow|serverfault|superuser|askubuntu|stackapps)\.com"
    r"|(?:meta\.)?mathoverflow\.net"
)
_ARCHIVE = re.compile(rf"(?:.*/)?({_SITE})(?:-[A-Za-z]+)?\.7z", re.I)
_FOLDER = re.compile(rf"(?:.*/)?({_SITE})/[^/]+", re.I)
_TABLE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>\s*)?"
    rb"<(?:posts|comments|postlinks|tags|users|votes|badges|posthistory)\s*>\s*<row [^>]*?\bId=\"",
)


def recognise(path: str, head: bytes) -> bool:
    if head.startswith(sevenzip.SIGNATURE):
        return _ARCHIVE.fullmatch(path) is not None
    return _TABLE.match(head) is not None


def cuts(url: str, size: int, head: bytes, target: int) -> list[tuple[int, int, int]]:
    """(part, of so many, bytes). Every part reads the whole file and keeps its threads, so there are few: a plain table
    is passed over at 480 MB a CPU second, an archive has to be decompressed for each."""
    packed = head.startswith(sevenzip.SIGNATURE) or compression(head) is not None
    parts = min(size // (8 * target), _PARTS_PACKED if packed else _PARTS)
    return [(part, parts, size // parts) for part in range(parts)] if parts > 1 else [(0, -1, size)]


def read(piece: Piece, options: Options) -> Iterator[Record]:
    """Threads by number; then what says that the file breaks off, or holds no posts."""
    site, status = _site(piece.url), OK
    with Threads() as threads, storage.open_read(piece.url) as stream:
        try:
            if not _fill(threads, stream, piece, options):
                status = "no_posts"
        except Broken as broken:
            status = broken.args[0]
        for posts in threads.groups():
            yield from _records(posts, site, options)
    if status != OK and piece.start == 0:
        yield Record(2 * NOWHERE - 1, status=status)  # an offset no post has


def _fill(threads: Threads, stream: BinaryIO, piece: Piece, options: Options) -> bool:
    """Whether it is a table of posts. Raises Broken after the last one that could be read."""
    rows = Rows(options.max_bytes, options.bodies, piece.start, max(piece.end, 1))
    try:
        for chunk in _table(stream):
            for post in rows.feed(chunk):
                threads.add(post)
    except Broken:
        for post in rows.finish(whole=False):
            threads.add(post)
        raise
    for post in rows.finish():
        threads.add(post)
    return rows.any_post


def _table(stream: BinaryIO) -> Iterator[bytes]:
    packed = stream.read(len(sevenzip.SIGNATURE)) == sevenzip.SIGNATURE
    stream.seek(0)
    return sevenzip.chunks(stream, "posts.xml") if packed else chunks(stream)


def _site(url: str) -> str | None:
    """The host that the archive, or the folder of the file, is named after."""
    found = _ARCHIVE.fullmatch(url) or _FOLDER.fullmatch(url)
    return found.group(1).lower() if found else None


def _records(posts: list[Post], site: str | None, options: Options) -> Iterator[Record]:
    """The thread, and behind it the posts that are in none. Only the number of a question, or of a wiki, is its own
    thread's; all others have their place as an offset, so that no two records have the same."""
    question = posts[0] if posts[0].kind == QUESTION else None
    seen: set[int] = set()
    answers, others = [], []
    for post in posts:
        if post.id in seen:
            others.append(Record(NOWHERE + post.at, status="repeated_post"))
        elif post.kind == ANSWER and question:
            answers.append(post)
        elif post.kind == ANSWER:
            others.append(Record(NOWHERE + post.at, date=post.date, status="orphan_answer"))
        elif post is not question:
            others.append(Record(post.id, date=post.date, status=post.status))
        seen.add(post.id)
    if question:
        yield _thread(question, answers, site, options)
    yield from others


def _thread(question: Post, answers: list[Post], site: str | None, options: Options) -> Record:
    least, enough = options.settings.get("min_score"), options.settings.get("min_answers") or 0
    good = [answer for answer in answers if least is None or answer.score >= least]
    good.sort(key=lambda answer: (-answer.score, answer.id != question.accepted, answer.id))
    posts = [question, *good]
    record = Record(question.id, media="fragment", charset="utf-8", title=question.title or None)
    record.url = f"https://{site}/questions/{question.id}" if site else None
    record.date = max((post.date for post in posts if post.date is not None), default=None)
    record.license = ", ".join(sorted({post.license for post in posts if post.license})) or None
    if least is not None and question.score < least:
        record.status = "low_score"
    elif len(good) < enough:
        record.status = "unanswered"
    elif options.bodies:
        record.body = _fragment(question, good)
    return record


def _fragment(question: Post, answers: list[Post]) -> str:
    parts = [f"<p>Q: {escape(question.title, quote=False)}</p>\n{question.body}"]
    text = "\n".join(parts + [f"<p>A:</p>\n{answer.body}" for answer in answers])
    return _UNSAID.sub("", text)
