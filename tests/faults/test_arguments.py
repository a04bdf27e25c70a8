"""Each wrong argument, file or folder ends in one sentence that names it, with exit code 2, before anything is read."""

import os
import socket

import pytest

from curate.cli.main import main
from tests.faults import bad_files

PLUGIN = """from curate.signals import Signal
import numpy as np, pyarrow as pa
SIGNALS = {"x": Signal(pa.float32(), "", "", "")}
"""
PLUGIN += "def compute(scan, documents):\n    n = documents.num_rows\n    return %s\n"
FILES = {
    "a.txt": bad_files.prose(1),
    "raises.py": PLUGIN % "1 // 0",
    "columns.py": PLUGIN % '{"y": np.zeros(n)}',
    "length.py": PLUGIN % '{"x": np.zeros(n + 1)}',
    "type.py": PLUGIN % '{"x": ["a"] * n}',
    "syntax.py": "def compute(:\n",
    "rubbish.tiktoken": "rubbish\n",
    "rubbish.json": '{"model": 3}',
    "rubbish.bin": b"\x07\x00\x9f\x01" * 99,
    "latin.txt": "caf\xe9\n".encode("latin-1"),
    "file": "x",
    "other/notes.txt": "mine",
    "in/a.txt": bad_files.prose(2),
    "broken.yaml": "rules: [{signal",
    "nothing.yaml": "base: llama3\nname: nothing\n",
    "signal.yaml": "sources: [{paths: [a.txt]}]\nrules: [{signal: gopher.wrds, min: 1}]\n",
}
RECIPES = {
    "raises": ("plugins: [raises.py]", "raises.py:6 failed: ZeroDivisionError"),
    "columns": ("plugins: [columns.py]", "gave ['y']"),
    "length": ("plugins: [length.py]", "values of length.x for"),
    "type": ("plugins: [type.py]", "type.x that are no float"),
    "syntax": ("plugins: [syntax.py]", "syntax.py"),
    "tiktoken": ("tokenizer: {file: rubbish.tiktoken}", "rubbish.tiktoken:1"),
    "huggingface": ("tokenizer: {file: rubbish.json}", "rubbish.json"),
    "words": ("adult: {lists: [latin.txt]}", "latin.txt"),
    "kind": ("shards: {target: 0}", "shards.target"),
}
WRONG = [
    (["nothing.yaml"], "nothing.yaml names no sources"),
    (["a.txt", "--sample", "0"], "--sample 0"),
    (["a.txt", "--sample", "200%"], "--sample 200%"),
    (["a.txt", "--workers", "0"], "--workers"),
    (["a.txt", "--engine", "spark"], "'spark'"),
    (["a.txt", "--engine", "portable"], "--job-endpoint"),
    (["a.txt", "--nope"], "--nope"),
    (["broken.yaml"], "broken.yaml:1"),
    (["signal.yaml"], "gopher.words"),
    (["a.txt", "signal.yaml"], "not both"),
    (["gone.txt"], "gone.txt"),
    (["rubbish.bin"], "rubbish.bin"),
    (["pipe.txt"], "pipe.txt"),
    (["empty"], "the folder is empty"),
    (["nope://bucket/x.jsonl"], "nope://bucket/x.jsonl"),
    (["a.txt", "-o", "file"], "-o file"),
    (["a.txt", "-o", "file/x"], "-o file/x"),
    (["a.txt", "-o", "other"], "notes.txt"),
    (["in", "-o", "in/out"], "-o in/out"),
    (["a.txt", "-o", "nope://bucket/x"], "nope://bucket/x"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("arguments")
    recipes = {f"r_{name}.yaml": f"{text}\nsources: [{{paths: [a.txt]}}]\n" for name, (text, _) in RECIPES.items()}
    for name, content in {**FILES, **recipes}.items():
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (root / "empty").mkdir()
    os.mkfifo(root / "pipe.txt")
    return root


def said_and_code(arguments, folder, monkeypatch, capsys) -> tuple[str, int]:
    monkeypatch.chdir(folder)
    with pytest.raises(SystemExit) as stopped:
        main(["run", *arguments, *([] if "-o" in arguments else ["-o", "out"])])
    return capsys.readouterr().err, int(stopped.value.code or 0)


@pytest.mark.parametrize(("arguments", "named"), WRONG, ids=lambda x: " ".join(x) if isinstance(x, list) else "")
def test_a_wrong_argument_is_named_in_one_sentence(arguments, named, folder, monkeypatch, capsys):
    said, code = said_and_code(arguments, folder, monkeypatch, capsys)
    assert code == 2
    assert named in said
    assert "Traceback" not in said and "defect" not in said
    assert not (folder / "out/work").exists()


@pytest.mark.parametrize("name", RECIPES)
def test_what_a_recipe_names_is_tried_before_the_first_phase(name, folder, monkeypatch, capsys):
    said, code = said_and_code([f"r_{name}.yaml"], folder, monkeypatch, capsys)
    assert code == 2
    assert RECIPES[name][1] in said
    assert said.count("\n") == 1
    assert not (folder / "out/work").exists()


def test_a_dead_job_endpoint_is_told_and_can_be_tried_again(folder, monkeypatch, capsys):
    from pipelines import runners

    monkeypatch.setattr(runners, "JOB_SERVER_SECONDS", 1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        endpoint = f"127.0.0.1:{free.getsockname()[1]}"
    arguments = ["a.txt", "--engine", "portable", "--job-endpoint", endpoint, "-o", "dead"]
    said, code = said_and_code(arguments, folder, monkeypatch, capsys)
    assert code == 3
    assert f"--job-endpoint {endpoint}" in said.splitlines()[-1]
    assert "Traceback" not in said
