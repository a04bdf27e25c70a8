"""Puts together what each phase recorded about one document. Reads one row a file; costs milliseconds a shard.

The ledger says what was decided, the documents row where it came from; each rule's word is not stored but said again by
`curate.rules` from the stored signals and the run's own recipe, which cannot differ since rules are pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.compute as pc

from curate import rules
from curate.corpus import detail, older, parquet
from curate.corpus.cascaded import scored_by
from curate.corpus.explanation import MOST, Explanation, Explanations, Place
from curate.corpus.find import Match, find, nearest, one, row_of
from curate.corpus.named import name_of
from curate.corpus.preferred import preferred
from curate.errors import UserError
from curate.pii import masked, masked_url
from curate.recipe.classifiers import PREFIX
from curate.report.clean_text import head
from schemas import rows_of, shards_of
from schemas.identity import IN_ITS_CORPUS

if TYPE_CHECKING:
    from curate.corpus.corpus import Corpus
    from curate.recipe.rules import Rule


def explain(corpus: Corpus, what: str | int) -> Explanations:
    """One explanation for each of the first records that `what` names; a keeper's id in an older corpus by that one."""
    matches = find(corpus, what)
    if matches:
        return Explanations([_explanation(corpus, m) for m in matches[:MOST]], records=len(matches))
    if place := _older_place(corpus, str(what).strip()):
        return explain(*place)
    close = nearest(corpus, str(what))
    close = [masked_url(url) for url in close] if corpus.recipe.get("pii") else close
    hint = f" Nearest: {', '.join(close)}" if close else " Give a uid, an id, a URL or a path as the report shows them."
    asked = head(str(what), 300)
    return Explanations(missing=f"{asked}: no record of {corpus.path} has this uid, id, URL or path.{hint}")


def _older_place(corpus: Corpus, asked: str) -> tuple[Corpus, int] | None:
    """Where `asked` lies if it is the id of a document in an older corpus: a keeper's."""
    number = int(asked) if asked.isascii() and asked.isdecimal() else 0
    is_older = IN_ITS_CORPUS < number < 1 << 63 and older.path_of(corpus, number)
    return older.home(corpus, number) if is_older else None


def _explanation(corpus: Corpus, match: Match) -> Explanation:
    document = match.document or _from_ledger(match.ledger)
    if corpus.recipe.get("pii"):
        document = _without_values(document)
    uid = document.get("uid") or (match.ledger[0]["uid"] if match.ledger else None)
    if match.id is None or match.document is None:
        return Explanation(_fate(match, None), match.id, uid, document, match.ledger, keeper=_keeper(corpus, match))
    signals = _signals(corpus, match.id)
    text = _text(corpus, match.id)
    category, tokens, repeats = (text[k] for k in ("category", "tokens", "repeats")) if text else (None, None, None)
    known, row = (_recipe_rules(corpus) if signals else []), {**document, **signals}
    return Explanation(
        fate=_fate(match, text), id=match.id, uid=uid, document=document, decisions=match.ledger, signals=signals,
        rules=rules.explain(known, row), spared=rules.why_spared(known, row), keeper=_keeper(corpus, match),
        lost_lines=_lost_lines(corpus, match.id, document["text"]), category=category, tokens=tokens, repeats=repeats,
        places=_places(corpus, match.id, category) if category else [], contamination=_contamination(corpus, match.id),
        scores=_scores(corpus, match.id), cuts=_cuts(corpus, document.get("language")),
        scored_by=scored_by(corpus, match.id) if corpus.recipe.get("classifiers") else {},
    )  # fmt: skip


def _without_values(document: dict[str, Any]) -> dict[str, Any]:
    """Text, title, URL, host and licence with tokens for whatever kind of personal data is in them."""
    texts = {name: masked(document[name]) for name in ("text", "title") if document.get(name)}
    addresses = {name: masked_url(document[name]) for name in ("url", "host", "license") if document.get(name)}
    return {**document, **texts, **addresses}


def _from_ledger(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What a ledger row alone tells: place and address of a record, or the path of a file."""
    for row in rows:
        if place := detail.read(row["detail"]):
            return {"url": place.url, "path": place.path, "record_offset": place.offset}
    path = next((row["detail"] for row in rows if row["id"] is None), None)
    return {"path": path} if path else {}


def _fate(match: Match, text: dict[str, Any] | None) -> str:
    for row in match.ledger:
        if row["action"] in ("remove", "quarantine"):
            verb = "removed" if row["action"] == "remove" else "set aside"
            return f"{verb} in {row['phase']} by {row['rule']}"
    if text:
        return "kept"
    if match.document and match.document["status"] != "ok":
        return f"no text: {match.document['status']}"
    return "kept, not in the mix" if match.document else "never read"


def _signals(corpus: Corpus, id: int) -> dict[str, Any]:
    row = row_of(corpus, "measure", "signals", id) or {}
    return {name: value for name, value in row.items() if name != "row"}


def _scores(corpus: Corpus, id: int) -> dict[str, Any]:
    """Of a document that came as far as `score`, if the recipe has classifiers."""
    row = row_of(corpus, "score", "scores", id) if corpus.recipe.get("classifiers") else None
    return {name: value for name, value in (row or {}).items() if name.startswith(PREFIX)}


def _cuts(corpus: Corpus, language: str | None) -> dict[str, float]:
    found = {f"{PREFIX}{one['task']}": one.get("min") for one in corpus.recipe.get("classifiers") or []}
    own = {name: least.get(language) if isinstance(least, dict) else least for name, least in found.items()}
    return {name: float(least) for name, least in own.items() if least is not None}


def _recipe_rules(corpus: Corpus) -> list[Rule]:
    from curate.recipe.rules import Rule

    return [Rule.model_validate(rule) for rule in corpus.recipe.get("rules") or []]


def _contamination(corpus: Corpus, id: int) -> list[dict[str, Any]]:
    """Benchmark items in the document, those it has most of first."""
    try:
        path = corpus.files("measure", "contamination").get(int(shards_of(np.array([id]))[0]))
    except UserError:  # `curate clean` dropped work/
        return []
    if path is None:
        return []
    found = parquet.read(path, where=pc.field("row") == int(rows_of(np.array([id]))[0])).to_pylist()
    return sorted(found, key=lambda row: (-row["covered"], -row["overlap"], row["benchmark"], row["item"]))


def _keeper(corpus: Corpus, match: Match) -> dict[str, Any] | None:
    for row in match.ledger:
        if row["keeper"] is not None:
            document = one(corpus, row["keeper"])
            document = _without_values(document) if document and corpus.recipe.get("pii") else document
            return {
                "id": row["keeper"],
                "corpus": older.path_of(corpus, row["keeper"]),
                "uid": document and document["uid"],
                "url": document and name_of(document),
                "similarity": row["similarity"],
                "why": _why(corpus, row),
            }
    return None


def _why(corpus: Corpus, row: dict[str, Any]) -> str | None:
    """Why the policy prefers the keeper of a near duplicate; a capture's keeper is the newest, or oldest, by rule."""
    if older.path_of(corpus, row["keeper"]) is not None:
        return "against: the older corpus wins"
    is_near = row["phase"] == "near_duplicates"
    return preferred(corpus, row["keeper"], row["id"]) if is_near else None


def _lost_lines(corpus: Corpus, id: int, text: str) -> list[str]:
    row = row_of(corpus, "clean", "clean", id, drop=("text", "tokens"))
    lines = text.split("\n")
    return [lines[i] for i in row["removed_lines"] if i < len(lines)] if row else []


def _text(corpus: Corpus, id: int) -> dict[str, Any] | None:
    columns = ["id", "category", "tokens", "repeats"]
    found = corpus.text().to_table(columns, filter=pc.field("id") == id).to_pylist()
    return found[0] if found else None


def _places(corpus: Corpus, id: int, category: str) -> list[Place]:
    """Every piece of the document, by file and row. Reads the columns on pieces of its category, not the tokens."""
    found = []
    for path in (p for p in corpus.below("tokens") if f"/category={category}/" in p):
        first = 0
        for batch in parquet.dataset([path]).to_batches(columns=["ids", "starts", "offsets", "bytes"]):
            ids = batch.column(0)
            hits = np.flatnonzero(np.asarray(ids.flatten()) == id)
            rows = np.asarray(pc.list_parent_indices(ids))[hits]
            at, offset, size = (np.asarray(batch.column(i).flatten())[hits] for i in (1, 2, 3))
            name = path.removeprefix(corpus.path).lstrip("/")
            found += [
                Place(name, first + int(r), int(a), int(o), int(b))
                for r, a, o, b in zip(rows, at, offset, size, strict=True)
            ]
            first += batch.num_rows
    return found
