"""A supervisor as a process of its own: host.py JSON of the arguments of `supervise`."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).parents[3]))

from trainer.supervisor import supervise as supervising
from trainer.supervisor import verdict
from trainer.supervisor.node_check import Checked
from trainer.supervisor.supervise import supervise

verdict.PAUSES = (0.0, 0.0, 0.0)
asked = json.loads(sys.argv[1])
least, unfit = asked.pop("least", None), asked.pop("unfit", None)
if unfit:
    supervising.check = lambda *given: Checked(unfit)
faults, run = SimpleNamespace(**asked.pop("faults")), Path(asked.pop("run"))
code = supervise(run=run, faults=faults, fits=least and (lambda world: world >= least), **asked)
assert not {"torch", "numpy", "pydantic"} & set(sys.modules), "it starts at once"
sys.exit(code)
