"""The loop, step by step, by the same commands that a user gives: each is printed before it runs.

    demo input -> corpus -> labels (a judge; Wikipedia's links) -> fastText and a transformer -> pages -> cascade
    -> the same recipe with classifiers

A step whose product stands is not done again, so a loop that was stopped goes on where it was; delete the folder to
begin anew. Three things are unlike a real corpus, and only these three: the judge is `classifiers.judge` on this
machine, which knows the answers, gives a twentieth of them wrongly and fails in one of ten requests; the crawl has only
a few hosts, so a page stands for a host where labels are split and sampled; and the transformer starts from random
weights, small enough for a CPU.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from classifiers import task as tasks
from classifiers.demo import answers
from curate.errors import UserError

JUDGED, LINKED = "code", "cited"
KEEP_BEST = 0.1
LICENCE = "Apache-2.0"  # of models that nobody's words but this program's answers were asked for
SPARED = {"signal": "math.score", "min": 0.5}  # what the recipe's category of mathematics asks for


@dataclass(frozen=True)
class Settings:
    """How much of everything; the defaults take a few minutes of two cores."""

    scale: float = 3  # of the input
    documents: int = 2200  # judged
    linked: int = 1000
    noise: float = 0.05
    faults: float = 0.1
    fast: tuple[str, ...] = ()  # settings of training
    slow: tuple[str, ...] = (
        "max_tokens=96",
        "overlap=8",
        "windows=1",
        "layers=2",
        "hidden=64",
        "vocabulary=4096",
        "epochs=4",
    )


def process(command: list[str]) -> int:
    """`curate ...` as a process of its own; its exit code."""
    return subprocess.run([sys.executable, "-m", "curate", *command], check=False).returncode


@dataclass(frozen=True)
class Loop:
    folder: Path
    settings: Settings = Settings()
    curate: Callable[[list[str]], int] = process

    def run(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._corpus()
        self._labels()
        self._models()
        self._used()

    def at(self, *parts: str) -> str:
        return self.folder.joinpath(*parts).as_posix()

    def _corpus(self) -> None:
        _title("A corpus")
        self._curate(self.at("input", "recipe.yaml"), "demo", self.at("input"), "--scale", f"{self.settings.scale:g}")
        self._curate(
            self.at("corpus", "manifest.json"), "run", self.at("input", "recipe.yaml"), "-o", self.at("corpus")
        )

    def _labels(self) -> None:
        _title("Labels: a judge's answers, and what the encyclopedia cites")
        for name in (JUDGED, LINKED):
            self._write_task(name)
        labels = self.at("labels", JUDGED)
        answers.write(self.at("corpus"), JUDGED, self.at("truth.jsonl"))
        with _judge(self.at("truth.jsonl"), self.settings) as endpoint:
            self._curate(
                f"{labels}/labels.parquet",
                *("classifier", "annotate", self.at("tasks", f"{JUDGED}.yaml"), self.at("corpus"), "-o", labels),
                *("--endpoint", endpoint, "--model", "judge", "--documents", str(self.settings.documents)),
            )
        linked = self.at("labels", LINKED)
        self._curate(
            f"{linked}/labels.parquet",
            *("classifier", "annotate", self.at("tasks", f"{LINKED}.yaml"), self.at("corpus"), "-o", linked),
            *("--documents", str(self.settings.linked)),
        )
        for name in (JUDGED, LINKED):
            _by_page(self.at("labels", name), tasks.load(self.at("tasks", f"{name}.yaml")))

    def _models(self) -> None:
        _title("Models, each with a page that says how good it is")
        fast, slow = self.at("models", f"{JUDGED}-fast"), self.at("models", f"{JUDGED}-slow")
        self._train(LINKED, "fasttext", self.at("models", LINKED), self.settings.fast)
        self._train(JUDGED, "fasttext", fast, self.settings.fast)
        self._train(JUDGED, "distilroberta", slow, self.settings.slow, "--base", "scratch")
        both = self.at("models", JUDGED)
        labels, of_task = self.at("labels", JUDGED), ("--task", self.at("tasks", f"{JUDGED}.yaml"))
        self._curate(f"{both}/card.json", "classifier", "cascade", fast, slow, "--labels", labels, "-o", both, *of_task)

    def _train(self, name: str, kind: str, folder: str, settings: tuple[str, ...], *more: str) -> None:
        task, labels = self.at("tasks", f"{name}.yaml"), ("--labels", self.at("labels", name))
        command = ("classifier", "train", task, *labels, "--kind", kind, "-o", folder, "--licence", LICENCE, *more)
        command += tuple(part for one in settings for part in ("--set", one))
        self._curate(f"{folder}/card.json", *command)
        page = self.at("pages", f"{Path(folder).name}.html")
        self._curate(page, "classifier", "evaluate", folder, *labels, "-o", page, "--task", task)

    def _used(self) -> None:
        _title("The recipe, with classifiers")
        recipe = self.at("input", "classifiers.yaml")
        Path(recipe).write_text(self._recipe(), "utf-8")
        print(Path(recipe).read_text("utf-8").partition("classifiers:")[2].join(("classifiers:", "")))
        self._curate(None, "models", "check", recipe)
        self._curate(None, "run", recipe, "-o", self.at("corpus"))
        _title("Pages")
        for page in sorted(Path(self.at("pages")).glob("*.html")):
            print(f"  {page}")
        print(f"  {self.at('corpus', 'report', 'index.html')}")

    def _recipe(self) -> str:
        """The demonstration's own with its models, and with all that they keep in place of shares that are no more.

        The model of code says nothing of mathematics and of other languages than its labels', so it cuts neither.
        """
        lines = Path(self.at("input", "recipe.yaml")).read_text("utf-8").splitlines(keepends=True)
        plain = "".join(line for line in lines if not line.startswith("mix:"))
        web = {"groups": ["web"], "languages": ["en"]}
        cut = {"task": JUDGED, "model": f"../models/{JUDGED}", "keep_best": KEEP_BEST, **web, "unless": SPARED}
        score = {"task": LINKED, "model": f"../models/{LINKED}", "groups": ["web"]}
        entries = (
            yaml.safe_dump(one, default_flow_style=True, sort_keys=False, width=200).strip() for one in (cut, score)
        )
        return plain + "classifiers:\n" + "".join(f"  - {line}\n" for line in entries)

    def _write_task(self, name: str) -> None:
        """The shipped task, but for sampling: of few hosts many documents."""
        said = tasks.load(name).model_dump(mode="json", exclude_none=True)
        said["sampling"] = {**said["sampling"], "groups": ["web"], "strata": ["length"], "per_host": 1_000_000}
        path = Path(self.at("tasks", f"{name}.yaml"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(said, sort_keys=False, allow_unicode=True), "utf-8")

    def _curate(self, product: str | None, *command: str) -> None:
        """`curate ...`, unless its product stands."""
        print(f"\n$ curate {' '.join(command)}", flush=True)
        if product is not None and Path(product).exists():
            print(f"{product} stands", flush=True)
            return
        if code := self.curate(list(command)):
            raise UserError(f"`curate {' '.join(command)}` ended with exit code {code}; see above")


@contextmanager
def _judge(truth: str, settings: Settings) -> Iterator[str]:
    """The address of a judge that answers from `truth`, as a process of its own while the context lasts."""
    manners = ("--noise", str(settings.noise), "--faults", str(settings.faults), "--retry-after", "0.1")
    command = [sys.executable, "-m", "classifiers.judge", "--truth", truth, *manners]
    print(f"\n$ python {' '.join(command[1:])} &", flush=True)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            endpoint = process.stdout.readline().strip()
            if not endpoint:
                raise UserError("the judge did not start; see above")
            yield endpoint
        finally:
            process.terminate()


def _by_page(folder: str, task: tasks.Task) -> None:
    """Labels whose key is the page: the few hosts of the demonstration cannot be split in three."""
    import pyarrow as pa

    from classifiers import labels

    table = labels.read(folder, task).table
    pages = pa.array([answers.page(url) for url in table["url"].to_pylist()], pa.string())
    at = table.schema.get_field_index("key")
    labels.write(table.set_column(at, table.schema.field("key"), pages), folder)


def _title(text: str) -> None:
    print(f"\n{text}\n{'=' * len(text)}", flush=True)


def quiet() -> None:
    """Libraries that count processors or ask the hub do neither here, unless the caller's environment says so.

    Of a model this small two threads have little to share, and burn their time waiting for each other.
    """
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
