"""What is meant for prose leaves code, papers and marked web pages alone in a whole run: hosts, line edits, divergence.

A run for all shipped recipes that spare alike, over files of .data/code (a group of its own, and as pages of the web),
LaTeX of .data/arxiv (likewise) and web pages of prose, all on few hosts. The recipe's sections have their `groups` and
`unless`; their thresholds are so low that half of what they judge goes, and each of them is on.
"""

import json
import random
from collections import Counter

import pyarrow.compute as pc
import pyarrow.dataset as ds
import pytest

from curate.recipe import load
from curate.recipe.spares import TECHNICAL
from pipelines.run import Options, curate
from tests.pipelines import inputs
from tests.pipelines.test_spared import NAMES, pages  # noqa: F401  (a fixture)

OFF = {"rules": [], "select": [], "near_duplicates": None, "categories": [], "mix": {"shares": "natural"}}
HARSH = {
    "hosts": [{"signal": "gopher.words", "min_documents": 2, "drop_top_fraction": 0.5}],
    "frequent_lines": {"in_more_than": 2, "min_chars": 5},
    "repeated_lines": {"max_percent": 10, "min_words": 5},
    "line_rules": [{"signal": "line.words", "min": 6}],
    "divergence": {"drop_top_fraction": 0.5, "min_tokens": 2},
}
FOOTER = "All rights are reserved by the press of the village."
PER_GROUP = 60


def sections(name):
    """HARSH, with whom the shipped recipe's own sections concern where it has them."""
    recipe, made = load(name), {}
    for section, harsh in HARSH.items():
        own = getattr(recipe, section)
        own = own[0] if isinstance(own, list) and own else own
        whom = {key: json.loads(own.model_dump_json())[key] for key in ("groups", "unless")} if own else {}
        made[section] = [{**harsh[0], **whom}] if isinstance(harsh, list) else {**harsh, **whom}
    return made


@pytest.fixture(scope="module")
def files(pages, tmp_path_factory):  # noqa: F811
    """{group: file of documents}; a marked page of the web has `marked` in its URL."""
    folder, draw = tmp_path_factory.mktemp("spared"), random.Random(5)
    found = {"web": [_page(f"{inputs.prose(draw, 80)}\n{FOOTER}", n, "prose") for n in range(PER_GROUP)]}
    for group, (texts, columns) in pages.items():
        marked = pc.or_(*(pc.greater_equal(columns[one.signal], one.lower) for one in TECHNICAL)).to_pylist()
        chosen = draw.sample(range(len(marked)), PER_GROUP)
        found[group] = [_page(f"{texts[n].as_py()[:4000]}\n{FOOTER}", n, group) for n in chosen]
        high = [n for n in range(len(marked)) if marked[n] and len(texts[n].as_py()) < 4000]
        found["web"] += [_page(texts[n].as_py(), n, f"marked-{group}") for n in draw.sample(high, min(20, len(high)))]
    for group, rows in found.items():
        (folder / f"{group}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def _page(text, number, kind):
    return {"text": text, "url": f"https://{kind.split('-')[0]}{number % 4}.example.org/{kind}/{number}"}


@pytest.fixture(scope="module")
def runs():
    """Sections -> finished run."""
    return {}


@pytest.fixture(params=NAMES)
def run(request, files, runs, tmp_path_factory):
    chosen = sections(request.param)
    key = json.dumps(chosen, sort_keys=True)
    if key not in runs:
        runs[key] = _run(chosen, files, tmp_path_factory.mktemp("run"))
    return runs[key]


def _run(chosen, files, folder):
    sources = [{"paths": [str(files / f"{group}.jsonl")], "group": group} for group in ("web", "code", "papers")]
    path = folder / "recipe.yaml"
    whole = {"base": None, "name": "harsh", "sources": sources, **OFF, **chosen}
    path.write_text(json.dumps(whole))
    curate(load(str(path)), str(folder / "corpus"), Options(workers=1))
    return folder / "corpus"


def test_every_section_that_is_meant_for_prose_takes_from_prose_alone(run):
    url = {}
    for file in sorted(run.glob("work/urls-*/headers-*.parquet")):
        table = ds.dataset(str(file)).to_table(["uid", "url"])
        url |= dict(zip(table["uid"].to_pylist(), table["url"].to_pylist(), strict=True))
    rows = ds.dataset(sorted(map(str, run.glob("ledger/*.parquet")))).to_table(["uid", "rule", "phase"])
    by_phase = Counter()
    for uid, rule, phase in zip(*(rows[name].to_pylist() for name in rows.column_names), strict=True):
        if phase in ("filter", "clean", "select"):
            by_phase[phase] += 1
            assert "/prose/" in url[uid], f"{rule} touched {url[uid]}"
    assert min(by_phase[phase] for phase in ("filter", "clean", "select")) > 0, by_phase


def test_marked_pages_of_the_web_were_there_to_be_touched(files):
    urls = [json.loads(line)["url"] for line in (files / "web.jsonl").read_text().splitlines()]
    assert {"marked-code", "marked-papers", "prose"} == {url.split("/")[3] for url in urls}
