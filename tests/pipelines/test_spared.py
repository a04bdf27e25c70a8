"""What is meant for prose touches neither code nor papers, and spares most of them even where they lie in the web.

On all readable files of .data/code and the LaTeX of .data/arxiv, with every shipped recipe. Figures: pytest -s.
"""

import gzip
import io
import tarfile
from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from curate import rules, signals
from curate.line_rules import taken_lines
from curate.recipe import load, shipped
from curate.recipe.spares import TECHNICAL
from curate.rules import exempt
from pipelines.edits import _covered

NAMES = [name for name, _ in shipped()]
MOST = 200_000  # bytes of a file; larger ones are generated tables


@pytest.fixture(scope="module")
def pages(data):
    """{group: (texts, what rules compare)}"""
    found = {"code": [], "papers": []}
    for archive in sorted((data / "code").glob("*.tar.gz")):
        found["code"] += _texts(archive, "")
    for archive in sorted((data / "arxiv" / "src").glob("*.tar")):
        with tarfile.open(archive) as papers:
            for paper in papers:
                if paper.name.endswith(".gz"):
                    found["papers"] += _latex(gzip.decompress(papers.extractfile(paper).read()))
    return {group: (pa.array(texts, pa.large_string()), _columns(texts)) for group, texts in found.items()}


def _texts(archive, suffix):
    texts = []
    with tarfile.open(**({"fileobj": archive} if isinstance(archive, io.BytesIO) else {"name": archive})) as tar:
        for member in tar:
            if member.isfile() and member.name.endswith(suffix) and 0 < member.size <= MOST:
                try:
                    texts.append(tar.extractfile(member).read().decode())
                except UnicodeDecodeError:
                    continue
    return texts


def _latex(source):
    """The .tex files of a paper, which is a tar or one file."""
    if source[257:262] == b"ustar":
        return _texts(io.BytesIO(source), ".tex")
    return [source.decode("utf-8", "replace")]


def _columns(texts):
    measured = pa.Table.from_batches([signals.compute(pa.table({"text": pa.array(texts, pa.large_string())}))])
    known = {"language": "en", "language_score": 0.995, "chars": 1000}
    for name, value in known.items():
        measured = measured.append_column(name, pa.array([value] * len(texts)))
    return measured


def _in(group, columns):
    return columns.append_column("group", pa.array([group] * columns.num_rows))


@pytest.mark.parametrize("group", ["code", "papers"])
@pytest.mark.parametrize("name", NAMES)
def test_no_rule_removes_and_no_edit_takes_a_line_of_another_group(name, group, pages):
    recipe, (texts, columns) = load(name), pages[group]
    assert columns.num_rows > 20
    table = _in(group, columns)
    meant_for_others = [rule for rule in [*recipe.rules, *recipe.select] if not rule.groups or group not in rule.groups]
    assert meant_for_others and (rules.apply(meant_for_others, table).rule_index < 0).all()
    named, _ = taken_lines(recipe.line_rules, texts, table)
    assert not any(lines.any() for _, lines in named)
    assert _covered(recipe, group) == (False, False)


@pytest.mark.parametrize("group", ["code", "papers"])
@pytest.mark.parametrize("name", NAMES)
def test_no_edit_takes_a_line_of_a_marked_page_of_the_web(name, group, pages):
    recipe, (texts, columns) = load(name), pages[group]
    marked = exempt(TECHNICAL, columns)
    assert marked.sum() > 20 and not marked.all()
    table = _in("web", columns)
    for _, lines in (found := taken_lines(recipe.line_rules, texts, table))[0]:
        assert not lines[np.repeat(marked, np.diff(found[1]))].any()
    for edits in (recipe.frequent_lines, recipe.repeated_lines):
        assert edits is None or (exempt(edits.unless, columns) == marked).all()


@pytest.mark.parametrize(("group", "least"), [("code", 0.9), ("papers", 0.99)])
@pytest.mark.parametrize("name", ["default", "llama3"])
def test_marks_spare_most_of_it_where_it_lies_in_the_web(name, group, least, pages):
    table = _in("web", pages[group][1])
    table = table.filter(
        pc.greater_equal(table["gopher.words"], 50)
    )  # a file of fewer words is too short for any group
    chosen = load(name).rules
    bare = [rule.model_copy(update={"unless": []}) for rule in chosen]
    kept, unmarked = ((rules.apply(r, table).rule_index < 0).mean() for r in (chosen, bare))
    print(f"\n{name}: of {table.num_rows} files of {group} in the web {kept:.1%} stay, without `unless` {unmarked:.1%}")
    removed = Counter(rules.apply(chosen, table).names(chosen))
    print({rule: n for rule, n in removed.most_common(6) if rule})
    assert least <= kept
    assert unmarked < kept
