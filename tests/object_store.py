"""A stand-in for an object store that speaks S3 on 127.0.0.1. Tests that import it are skipped where there is none."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.request import urlopen

import pytest

server = pytest.importorskip("moto.server", reason="no stand-in for an object store: pip install 'moto[server]'")
s3fs = pytest.importorskip("s3fs", reason="no S3 client: pip install s3fs")


@contextmanager
def bucket(name: str) -> Iterator[Any]:
    """A file system with an empty bucket; its address and keys are in the environment, which children inherit."""
    moto = server.ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    address = f"http://{host}:{port}"
    settings = {
        "AWS_ENDPOINT_URL": address,
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    try:
        urlopen(f"{address}/moto-api/reset", data=b"").close()  # what an earlier one of this process held
        with pytest.MonkeyPatch.context() as patch:
            for variable, value in settings.items():
                patch.setenv(variable, value)
            s3fs.S3FileSystem.clear_instance_cache()
            store = s3fs.S3FileSystem(use_listings_cache=False)
            store.mkdir(name)
            yield store
            s3fs.S3FileSystem.clear_instance_cache()
    finally:
        moto.stop()
