"""Personal data in URLs: in no ledger, report or log of a run whose recipe has `pii`, and in no report at all."""

import itertools
import json
import os
import subprocess
import sys

import pyarrow.parquet as pq
import pytest

import curate
from tests.conftest import ROOT

WORDS = ["river", "stone", "garden", "window", "letter", "summer", "mountain", "bread", "paper", "horse", "market"]
MAIL, CARD, PHONE, IP = "maria.lopez@posteo.net", "4111 1111 1111 1111", "+49 30 901820", "81.169.145.77"
ADDRESSES = {
    "plain": f"https://a.example/contact?email={MAIL}",
    "escaped": "https://a.example/contact?email=maria.lopez%40posteo.net&x=1",
    "blanks": "https://a.example/pay?card=4111+1111+1111+1111",
    "phone": "https://a.example/call/%2B49%2030%20901820",
    "ip": f"http://{IP}/index.html",
}
VALUES = (MAIL, "maria.lopez%40", "maria.lopez", CARD, "4111+1111", PHONE, "%2B49", "901820", IP)
LICENCES = ["CC-BY-SA-4.0", f"ask {MAIL} for it", *ADDRESSES.values()]
ITEM = "Ann has 3 apples and buys 14 more; how many apples does she have after eating two of them on Sunday?"
RECIPE = """\
base: null
name: addresses
sources: [{paths: [pages.jsonl], group: web}]
contamination: {benchmarks: [{name: sums, path: sums.txt}]}
rules: [{signal: gopher.words, min: 50}]
hosts: [{signal: gopher.words, min_documents: 2, drop_top_fraction: 0.9}]
near_duplicates: {}
"""
PII = "pii: {replace: [email, ip, phone, card, iban, key]}\n"


def below(url: str, folder: str) -> str:
    scheme, _, host, path = url.split("/", 3)
    return f"{scheme}//{host}/{folder}/{path}"


def pages() -> list[dict]:
    """Of each address an older capture, the newest, a near copy elsewhere, a short page and one with an item."""
    made = []
    for n, url in enumerate(ADDRESSES.values()):
        prose = " ".join(WORDS[(k * k + n * k + k // 7) % len(WORDS)] + str(k % (9 + n)) for k in range(300))
        made += [{"url": url, "date": date, "text": f"{prose} {date}"} for date in ("2023-01-01", "2024-01-01")]
        made.append({"url": below(url, "copy"), "text": f"{prose} copied"})
        made.append({"url": below(url, "short"), "text": f"short {n}"})
        other = " ".join(WORDS[(k * n + k // 3) % len(WORDS)] + str(k % (20 + n)) for k in range(200))
        made.append({"url": below(url, "item"), "text": f"{other} {ITEM}"})
    for page, stated in zip(made, itertools.cycle([None, *LICENCES]), strict=False):
        page["license"] = stated
    return made


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("addresses")
    (root / "pages.jsonl").write_text("".join(json.dumps(page) + "\n" for page in pages()))
    (root / "sums.txt").write_text(ITEM + "\n")
    return root


@pytest.fixture(scope="module")
def with_pii(folder):
    """(corpus, all that the run said)."""
    return run(folder, "with", RECIPE + PII)


def run(folder, name, recipe):
    (folder / f"{name}.yaml").write_text(recipe)
    command = [sys.executable, "-m", "curate", "run", f"{name}.yaml", "-o", name, "--workers", "1"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    return folder / name, done.stdout + done.stderr


def ledger(corpus) -> list[dict]:
    return [row for path in sorted((corpus / "ledger").glob("*.parquet")) for row in pq.read_table(path).to_pylist()]


def report(corpus) -> str:
    return "".join((corpus / "report" / name).read_text() for name in ("index.html", "audit.json"))


def test_no_value_of_an_address_is_in_ledger_report_log_or_what_is_shown(with_pii):
    made, said = with_pii
    corpus, rows = curate.open(made), ledger(made)
    removed = [row for row in rows if row["phase"] == "urls"]
    assert len(removed) == len(ADDRESSES) and all("<" in row["detail"] for row in removed)
    assert {row["rule"] for row in rows} >= {"urls.older_capture", "gopher.words < 50"}
    shown = [str(corpus.explain(f"{row['uid']:016x}")) for row in rows]
    shown += [str(corpus.show(n=50)), *(str(corpus.show(removed_by=row["rule"], n=50)) for row in rows)]
    for value in VALUES:
        assert not any(value in text for text in (str(rows), report(made), said, *shown)), value
    for token in ("<EMAIL>", "<CARD>", "<PHONE>", "<IP>"):
        assert token in str(rows)
    audit = json.loads((made / "report/audit.json").read_text())
    assert audit["largest_clusters"] and audit["contamination"]["examples"]


def test_a_removed_record_is_still_found_by_the_url_that_it_had(with_pii):
    for url in ADDRESSES.values():
        found = curate.open(with_pii[0]).explain(url)
        assert any("urls.older_capture" in one.fate for one in found), url


def test_the_corpus_itself_keeps_its_urls_and_the_books_are_those_of_a_run_without(folder, with_pii):
    plain, _ = run(folder, "without", RECIPE)
    bare = [{**row, "detail": None} for row in ledger(plain)]
    assert bare == [{**row, "detail": None} for row in ledger(with_pii[0]) if row["phase"] != "clean"]
    assert any(ADDRESSES["escaped"] in row["detail"] for row in ledger(plain) if row["phase"] == "urls")
    assert not any(value in report(plain) for value in VALUES)
    texts = [curate.open(made).text().to_table(["uid", "url"]).to_pylist() for made in (plain, with_pii[0])]
    assert texts[0] == texts[1]


def test_licences_in_text_hold_no_value_and_are_else_what_was_stated(folder, with_pii):
    plain, hidden = (
        curate.open(made).text().to_table(["uid", "license"]).to_pylist()
        for made in (run(folder, "as-stated", RECIPE)[0], with_pii[0])
    )
    assert len(plain) == len(hidden) and {row["license"] for row in plain} & set(LICENCES[1:])
    for before, after in zip(plain, hidden, strict=True):
        assert not any(value in (after["license"] or "") for value in VALUES)
        assert before == after or before["license"] in LICENCES[1:]


def test_what_names_no_one_is_shown_to_the_letter():
    from curate.pii import masked_urls

    urls = ["https://example.org/a%20b?q=1+2&x=%40#t", None, "", "not a url", "https://user@example.com/"]
    assert masked_urls(urls) == urls
    assert masked_urls([f"https://a.example/?m={MAIL}&ip={IP}"], ["ip"]) == [f"https://a.example/?m={MAIL}&ip=<IP>"]
