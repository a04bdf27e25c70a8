"""YAML as people mean it, with the line of every key and item.

PyYAML follows YAML 1.1, in which `no` is false, `15e12` is text, `010` is eight and `2023-12-31` an object. Here
scalars follow YAML 1.2's core (true, false, null, decimal numbers) plus `_` between digits; all else is text, and the
recipe's fields say what it means. The parser is PyYAML's; the meaning of a plain scalar and the walk are ours.
Duplicate keys, which PyYAML lets pass (the last wins), are refused.
"""

import re

import yaml

from curate.recipe.errors import Place, RecipeError

INTEGER = re.compile(r"[-+]?[0-9]+(?:_[0-9]+)*\Z")
NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:_[0-9]+)*(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\Z")
WORDS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
NULLS = ("", "~", "null", "Null", "NULL")
RECIPE = "a recipe is a mapping of sections (`name: ...`, `sources: ...`)"
MAX_VALUES = 100_000  # a recipe is written by hand; aliases that multiply beyond this are an accident or an attack


def parse(text: str, file: str, wanted: str = RECIPE) -> tuple[dict, dict[Place, int]]:
    """The mapping in `text`, and the line (from 1) of each key and item by its place; `wanted` is said of others."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except RecursionError:
        raise RecipeError(f"{file}: lists or mappings inside each other without end") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise RecipeError(f"{file}:{mark.line + 1 if mark else 1}: not YAML: {_reason(error)}") from None
    except yaml.YAMLError as error:
        raise RecipeError(f"{file}: not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(root, yaml.MappingNode):
        raise RecipeError(f"{file}:1: {wanted}")
    walk = _Walk(file)
    tree = walk.mapping(root, (), (id(root),))
    if walk.problems:
        raise RecipeError(walk.problems)
    return tree, walk.lines


def dump(tree: dict) -> str:
    """YAML that `parse`, and any other reader, reads back as `tree`."""
    return yaml.dump(tree, Dumper=_Dumper, sort_keys=False, default_flow_style=None, allow_unicode=True, width=120)


def _reason(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or error.context or "it cannot be parsed"
    return "a tab; YAML is indented with spaces" if "'\\t'" in problem else problem


class _Walk:
    """Turns nodes into values, noting lines and problems as it goes."""

    def __init__(self, file: str):
        self.file, self.values = file, 0
        self.lines: dict[Place, int] = {(): 1}
        self.problems: list[str] = []

    def value(self, node: yaml.Node, place: Place, above: tuple[int, ...]) -> object:
        self.values += 1
        if self.values > MAX_VALUES or id(node) in above:
            raise RecipeError(f"{self.file}:{node.start_mark.line + 1}: aliases that contain themselves or never end")
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        above += (id(node),)
        if isinstance(node, yaml.SequenceNode):
            for i, item in enumerate(node.value):
                self.lines[*place, i] = item.start_mark.line + 1
            return [self.value(item, (*place, i), above) for i, item in enumerate(node.value)]
        return self.mapping(node, place, above)

    def mapping(self, node: yaml.MappingNode, place: Place, above: tuple[int, ...]) -> dict:
        read: dict = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self.problems.append(f"{self.file}:{line}: a key must be a word")
                continue
            key = key_node.value
            if key in read:
                first = self.lines[*place, key]
                self.problems.append(f"{self.file}:{line}: {key!r} is there twice (first on line {first})")
                continue
            self.lines[*place, key] = line
            read[key] = self.value(value_node, (*place, key), above)
        return read


def _scalar(node: yaml.ScalarNode) -> object:
    text = node.value
    if node.style is not None:  # quoted or a block: text
        return text
    if text in NULLS:
        return None
    if INTEGER.match(text):
        return int(text.replace("_", "")) if len(text) <= 40 else text
    if NUMBER.match(text):
        return float(text.replace("_", ""))
    return WORDS.get(text, text)


class _Dumper(yaml.SafeDumper):
    """Quotes what `parse` would take for a number besides what YAML 1.1 would; repeats instead of aliasing."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    # line ends of other alphabets are lost in PyYAML's single quotes; double quotes escape them
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, None if text.isprintable() else '"')


_Dumper.add_representer(str, _text)
_Dumper.add_implicit_resolver("tag:yaml.org,2002:float", NUMBER, list("-+.0123456789"))
