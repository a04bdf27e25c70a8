"""YAML as users write it: refused where a plain reader would guess, or end in an error of its own.

A field written twice would silently be the last of them; a date that is none, brackets nested thousands deep and bytes
that are no text are told as what they are.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import yaml

from trainer.errors import TrainingError


class _Loader(yaml.SafeLoader):
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag == "tag:yaml.org,2002:merge":
                continue
            if (key.tag, key.value) in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value} is written twice", key.start_mark)
            seen.add((key.tag, key.value))
        return super().construct_mapping(node, deep)


def parse(content: str | bytes, name: str) -> Any:
    """What it holds. TrainingError, which begins with `name`, where it is no YAML."""
    try:
        text = content.decode("utf-8") if isinstance(content, bytes) else content
        return yaml.load(text, _Loader)
    except RecursionError:
        raise TrainingError(f"{name}: is not YAML that can be read: it is nested too deep") from None
    except (yaml.YAMLError, ValueError) as error:
        raise TrainingError(f"{name}: is not YAML: {' '.join(str(error).split())}") from None
