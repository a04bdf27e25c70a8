"""Which Beam runner carries a run.

Local is FnApiRunner, forced: the default direct runner first looks for a downloaded binary and falls back silently,
so that a networked machine and an offline one would run different engines. Any other engine is a portable one behind a
job endpoint; `embed` is the runner in this process behind the portable API, the cheap test of portability.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any

JOB_SERVER_SECONDS = 30


@dataclass(frozen=True)
class Engine:
    """`local`, or `portable` with its job endpoint and further Beam arguments.

    `accelerator` is what the step that runs transformers asks of its workers, as Beam's resource hint has it.
    """

    name: str = "local"
    job_endpoint: str | None = None
    beam_args: tuple[str, ...] = field(default_factory=tuple)
    accelerator: str | None = None

    def __post_init__(self) -> None:
        if self.name not in ("local", "portable"):
            raise ValueError(f"--engine: {self.name!r} is no engine; choose local or portable")
        if self.name == "portable" and not self.job_endpoint:
            raise ValueError(
                "--engine portable needs --job-endpoint, for example localhost:8099 (or embed to try it here)"
            )
        if self.name == "local" and self.accelerator:
            raise ValueError("--accelerator: the local engine uses the GPU of this machine unasked; leave it out")

    def pipeline(self) -> Any:
        """A fresh beam.Pipeline on this engine."""
        import apache_beam as beam
        from apache_beam.options.pipeline_options import PipelineOptions

        quieten_beam()
        if self.name == "local":
            from apache_beam.runners.portability.fn_api_runner import FnApiRunner

            return beam.Pipeline(FnApiRunner(), PipelineOptions(list(self.beam_args)))
        arguments = [f"--job_endpoint={self.job_endpoint}", f"--job_server_timeout={JOB_SERVER_SECONDS}"]
        if not any(a.startswith("--environment_type") for a in self.beam_args):
            arguments.append("--environment_type=LOOPBACK")
        return beam.Pipeline("PortableRunner", PipelineOptions([*arguments, *self.beam_args]))


def quieten_beam() -> None:
    """Beam logs retries, environments, and each exception on its way to us; a user wants it told once, by us."""
    logging.getLogger("apache_beam").setLevel(logging.CRITICAL)
