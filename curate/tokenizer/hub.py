"""tokenizer.json of a Hugging Face name: `org/model`, or `org/model@revision` for one that stays as it is.

The local cache (HF_HOME) is asked first, so that all processes of a run read one file and a machine without a network
works once the file is there. Without a revision whatever `main` was when the cache got it is taken; the vocabulary is
written beside the tokens either way, with its digest.
"""

from __future__ import annotations

from pathlib import Path

from curate.tokenizer.errors import TokenizerError

FILE = "tokenizer.json"


def content(name: str) -> bytes:
    """The file's bytes."""
    model, _, revision = name.partition("@")
    try:
        from huggingface_hub import hf_hub_download, try_to_load_from_cache
    except ImportError as error:
        raise TokenizerError(f"tokenizer.name: {name} is a name of Hugging Face, for which the package huggingface_hub "
                             "is needed; pip install huggingface_hub") from error
    cached = try_to_load_from_cache(model, FILE, revision=revision or "main")
    if isinstance(cached, str):
        return Path(cached).read_bytes()
    try:
        return Path(hf_hub_download(model, FILE, revision=revision or "main")).read_bytes()
    except Exception as error:  # many kinds: no network, no such model, no rights, offline mode
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise TokenizerError(f"tokenizer.name: {name} is not in the local cache and the hub did not give it "
                             f"({reason}); download tokenizer.json and name it by file:") from error
