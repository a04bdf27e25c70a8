"""The whole road: what was planted into the demonstration input is found by a run of its own recipe."""

from curate import demo
from curate.demo.vocabulary import add_vocabulary
from curate.recipe import load
from pipelines.run import Options, curate

EXACT = ("exact copy", "URL variant", "older capture", "empty record", "file cut short", "noise")


def test_every_planted_kind_is_found_by_a_run(tmp_path, capsys):
    folder, corpus = tmp_path / "demo", tmp_path / "corpus"
    demo.make(folder)
    add_vocabulary(folder, 4096)
    curate(load(str(folder / "recipe.yaml")), str(corpus), Options(workers=2))
    findings = demo.check(folder, corpus)
    with capsys.disabled():
        print(f"\n{findings}")
    recall = {row.kind: row.recall for row in findings}
    assert {kind: recall[kind] for kind in EXACT} == dict.fromkeys(EXACT, 1.0)
    assert all(share == 1 for kind, share in recall.items() if kind != "language"), recall
