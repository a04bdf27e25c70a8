"""The shards of one row length in all corpora, checked, by stream: one category of one corpus.

Where a folder is no run, a length is missing, a shard is cut short, of another schema, length or vocabulary, it is
said in one sentence before anything is trained. Footers are read by many threads, since a store answers each in some
20 ms; a rank reads all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from trainer.data import storage
from trainer.data.footers import Shard, Source, first_line, open_shard
from trainer.data.vocabulary import CARD, Vocabulary, open_vocabulary
from trainer.errors import TrainingError

THREADS = 32


@dataclass(frozen=True)
class RowGroup:
    """Row group `group` of a shard."""

    shard: Shard
    group: int

    @property
    def url(self) -> str:
        return self.shard.url

    @property
    def rows(self) -> int:
        return int(self.shard.rows[self.group])


@dataclass(frozen=True)
class Stream:
    """The row groups of one category of one corpus, in the order of their files' names."""

    name: str
    shards: tuple[Shard, ...]

    @cached_property
    def rows(self) -> np.ndarray:
        """Rows of each row group."""
        return np.concatenate([shard.rows for shard in self.shards])

    @cached_property
    def _ends(self) -> np.ndarray:
        return np.cumsum([len(shard.rows) for shard in self.shards])

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, at: int) -> RowGroup:
        shard = int(np.searchsorted(self._ends, at, side="right"))
        return RowGroup(self.shards[shard], at - int(self._ends[shard]) + len(self.shards[shard].rows))


@dataclass(frozen=True)
class Shards:
    length: int
    vocabulary: Vocabulary
    streams: dict[str, Stream]

    @property
    def rows(self) -> dict[str, int]:
        return {name: int(stream.rows.sum()) for name, stream in self.streams.items()}


def open_corpora(
    corpora: Mapping[str, str],
    length: int,
    cache: str | None = None,
    *,
    source: Source | None = None,
    needed: Collection[str] | None = None,
) -> Shards:
    """Everything packed at `length` tokens a row. Where `needed` names corpora, the others may lack that length, as
    long as one of all has it."""
    with _told():
        source = source or Source.of(corpora, cache)
        folders = {name: tokens_folder(name, given) for name, given in corpora.items()}
        vocabulary = _one_vocabulary(folders)
        lengths = {name: _lengths(folder) for name, folder in folders.items()}
        having = [name for name in corpora if length in lengths[name]]
        for name in corpora:
            if name not in having and (needed is None or name in needed or not having):
                raise TrainingError(_no_length(name, folders[name], lengths[name], length))
        streams: dict[str, Stream] = {}
        for name in having:
            streams |= _streams(name, folders[name], length, vocabulary, source)
        return Shards(length, vocabulary, streams)


def vocabulary_of(corpora: Mapping[str, str]) -> Vocabulary:
    """The one that all corpora share."""
    with _told():
        return _one_vocabulary({name: tokens_folder(name, given) for name, given in corpora.items()})


def tokens_folder(name: str, given: str) -> str:
    """`tokens/` of a run, however the recipe names it."""
    root = given.rstrip("/")
    for folder in (root, storage.join(root, "tokens")):
        if storage.exists(storage.join(folder, CARD)):
            return folder
    if storage.names(root):
        raise TrainingError(
            f"corpora.{name}: {given} is no finished run, since it has no tokens/{CARD}; "
            "name the folder given to `curate run -o`, when that run has ended"
        )
    raise TrainingError(f"corpora.{name}: {given}: there is no such folder; name the one given to `curate run -o`")


@contextmanager
def _told() -> Iterator[None]:
    """A folder or a store that cannot be read is a user's to mend."""
    try:
        yield
    except OSError as error:
        raise TrainingError(f"{first_line(error)}; see that it is there and may be read") from None


def _one_vocabulary(folders: Mapping[str, str]) -> Vocabulary:
    found = {name: open_vocabulary(folder) for name, folder in folders.items()}
    (first, vocabulary), *others = found.items()
    for name, other in others:
        if other.digest != vocabulary.digest:
            raise TrainingError(
                f"corpora.{name}: {other.file} is another vocabulary ({other.digest[:12]}) than {vocabulary.file} of "
                f"corpora.{first} ({vocabulary.digest[:12]}); give both runs the same `tokenizer` and pack one anew"
            )
    return vocabulary


def _lengths(folder: str) -> list[int]:
    found = [name.removeprefix("sequence=") for name in storage.names(folder) if name.startswith("sequence=")]
    return sorted(int(name) for name in found if name.isdecimal())


def _no_length(name: str, folder: str, lengths: list[int], length: int) -> str:
    there = f"{', '.join(map(str, lengths))} are there" if lengths else "no sequence= folder is there"
    wanted = sorted({*lengths, length})
    return (
        f"corpora.{name}: {folder} has no rows of {length} tokens ({there}); set the stage's `length`, "
        f"or write `pack: {{lengths: {wanted}}}` in the corpus's recipe and run it again"
    )


def _streams(corpus: str, folder: str, length: int, vocabulary: Vocabulary, source: Source) -> dict[str, Stream]:
    root = storage.join(folder, f"sequence={length}")
    listed = [found for found in storage.files(root) if found[0].endswith(".parquet") and not _hidden(found[0])]
    with ThreadPoolExecutor(THREADS) as pool:
        opened = pool.map(
            lambda f: open_shard(storage.join(root, f[0]), f[1], f[2], length, vocabulary, source), listed
        )
        of_category: dict[str, list[Shard]] = {}
        for (name, _, _), shard in zip(listed, opened, strict=True):
            of_category.setdefault(_category(root, name), []).append(shard)
    streams = {f"{corpus}/{name}": Stream(f"{corpus}/{name}", tuple(of_category[name])) for name in sorted(of_category)}
    filled = {name: stream for name, stream in streams.items() if stream.rows.sum()}
    if not filled:
        raise TrainingError(f"corpora.{corpus}: {root} holds no row; its run kept nothing, see its report/index.html")
    return filled


def _hidden(name: str) -> bool:
    return any(part.startswith((".", "_")) for part in name.split("/"))


def _category(root: str, name: str) -> str:
    for part in name.split("/")[:-1]:
        if part.startswith("category="):
            return part.removeprefix("category=")
    raise TrainingError(f"{storage.join(root, name)}: lies in no category= folder; move it into one")
