"""Rules + signals -> verdicts: which rule, if any, removes each document.

The first rule of the recipe that a document fails decides, so that its removal has one name. A rule is passed over
where it does not apply: another group or language, an `unless` that holds, a signal that is null or NaN. Whole columns
at a time, which costs about 30 ns a document and rule.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from curate.recipe.rules import Bound, Rule, Scope
from curate.recipe.spares import Unless

CODE = "code_language"  # column of documents that stands beside `language`; a table may be without


@dataclass(frozen=True)
class Verdicts:
    """For each row: the rule that removes it (-1: kept), on which side (-1 below min, 1 above max), by what."""

    rule_index: np.ndarray  # int32[n]
    bound: np.ndarray  # int8[n], 0 where kept
    value: np.ndarray  # float64[n], NaN where kept
    threshold: np.ndarray  # float64[n], NaN where kept

    def names(self, rules: Sequence[Rule]) -> np.ndarray:
        """object[n]: the name of each row's rule as the ledger has it, None where the row is kept."""
        spelled = [rule.name_of(-1) if rule.min is not None else None for rule in rules]
        spelled += [rule.name_of(1) if rule.max is not None else None for rule in rules]
        at = self.rule_index + np.where(self.bound > 0, len(rules), 0)
        return np.array([*spelled, None], object)[np.where(self.rule_index < 0, len(spelled), at)]


def apply(rules: Sequence[Rule], columns: pa.Table | pa.RecordBatch, plugins: Sequence[str] = ()) -> Verdicts:
    """Verdicts on the rows of `columns`, which has `group`, `language` and every signal that a rule names.

    `plugins` serve only to say, where a column is absent, whether it was not measured or does not exist.
    """
    rows = columns.num_rows
    verdicts = Verdicts(
        np.full(rows, -1, np.int32), np.zeros(rows, np.int8), np.full(rows, np.nan), np.full(rows, np.nan)
    )
    for i, rule in enumerate(rules):
        values = signal_values(columns, rule.signal, plugins)
        open_rows = applies(rule, columns, plugins) & (verdicts.rule_index < 0)
        for bound, limit, fails in failures(rule, values):
            removed = open_rows & fails
            verdicts.rule_index[removed] = i
            verdicts.bound[removed] = bound
            verdicts.value[removed] = values[removed]
            verdicts.threshold[removed] = limit
    return verdicts


def explain(rules: Sequence[Rule], row: Mapping[str, object]) -> list[tuple[str, float | None, float, bool | None]]:
    """(name, value, threshold, passed) of each bound of each rule for one row; passed is None where it does not apply.

    Judged by the same code as a whole table, so it cannot say otherwise than `apply` did.
    """
    table = _one_row(row, rules)
    told: list[tuple[str, float | None, float, bool | None]] = []
    for rule in rules:
        values = signal_values(table, rule.signal)
        concerned = bool(applies(rule, table)[0]) and not np.isnan(values[0])
        value = None if np.isnan(values[0]) else float(values[0])
        for bound, limit, fails in failures(rule, values):
            told.append((rule.name_of(bound), value, limit, not fails[0] if concerned else None))
    return [(name, value, limit, passed if passed is None else bool(passed)) for name, value, limit, passed in told]


def why_spared(rules: Sequence[Rule], row: Mapping[str, object]) -> dict[str, str]:
    """Rule name -> why the rule does not concern the document `row`, for those that do not."""
    table = _one_row(row, rules)
    spared: dict[str, str] = {}
    for rule in rules:
        values = signal_values(table, rule.signal)
        why = _why_spared(rule, table) or ("not measured" if np.isnan(values[0]) else "")
        if why:
            spared |= {rule.name_of(bound): why for bound, _, _ in failures(rule, values)}
    return spared


def _why_spared(rule: Rule, table: pa.Table) -> str:
    group, language = table["group"][0].as_py(), table["language"][0].as_py()
    if rule.groups is not None and group not in rule.groups:
        return f"not for {group}"
    if not in_scope(rule, table)[0]:
        return f"not in {language}"
    for unless in rule.unless:
        value = signal_values(table, unless.signal)
        if at_least(value, unless.lower)[0]:
            return f"{unless.signal} {value[0]:.2g}"
    return ""


def applies(rule: Rule, columns: pa.Table | pa.RecordBatch, plugins: Sequence[str] = ()) -> np.ndarray:
    """bool[n]: rows that the rule concerns and does not exempt."""
    return in_scope(rule, columns) & ~exempt(rule.unless, columns, plugins)


def exempt(unless: Sequence[Unless], columns: pa.Table | pa.RecordBatch, plugins: Sequence[str] = ()) -> np.ndarray:
    """bool[n]: rows that any of `unless` exempts; a null exempts from nothing."""
    found = np.zeros(columns.num_rows, bool)
    for one in unless:
        found |= at_least(signal_values(columns, one.signal, plugins), one.lower)
    return found


def in_scope(scope: Scope, columns: pa.Table | pa.RecordBatch) -> np.ndarray:
    """bool[n]: rows of the groups and languages that a line of a recipe names."""
    concerned = np.ones(columns.num_rows, bool)
    if scope.groups is not None:
        concerned &= _is_in(columns, "group", scope.groups)
    if scope.languages is not None:
        concerned &= _in_language(columns, scope.languages)
    if scope.except_languages:
        concerned &= ~_in_language(columns, scope.except_languages)
    return concerned


def _in_language(columns: pa.Table | pa.RecordBatch, wanted: Sequence[str]) -> np.ndarray:
    """bool[n]: rows in one of these languages, natural (`en`) or of code (`Python`): no name is both."""
    found = _is_in(columns, "language", wanted)
    return found | _is_in(columns, CODE, wanted) if CODE in columns.schema.names else found


def signal_values(columns: pa.Table | pa.RecordBatch, signal: str, plugins: Sequence[str] = ()) -> np.ndarray:
    """A signal as float64[n], NaN for null. A date is seconds since 1970."""
    if signal not in columns.schema.names:
        raise KeyError(_absent(signal, plugins))
    column = columns.column(signal)
    if pa.types.is_temporal(column.type):
        column = column.cast(pa.timestamp("s", "UTC"), safe=False).cast(pa.int64())
    return np.asarray(column.cast(pa.float64(), safe=False).fill_null(float("nan")))


def at_least(values: np.ndarray, limit: float) -> np.ndarray:
    """bool[n]: values that reach `limit`; NaN does not."""
    return (values >= limit) | (values == rounded(limit))


def failures(rule: Rule, values: np.ndarray) -> list[tuple[Bound, float, np.ndarray]]:
    """(bound, limit, bool[n] of failures) of each bound that the rule has. NaN fails neither."""
    fails: list[tuple[Bound, float, np.ndarray]] = []
    if rule.lower is not None:
        fails.append((-1, rule.lower, (values < rule.lower) & (values != rounded(rule.lower))))
    if rule.upper is not None:
        fails.append((1, rule.upper, (values > rule.upper) & (values != rounded(rule.upper))))
    return fails


def rounded(limit: float) -> float:
    """The limit as a column of float32 has it."""
    # Fractions are stored as float32, and float32(0.65) is below 0.65: a score of 0.65 must not fail `min: 0.65`. No
    # other float32 lies between the two, so sparing this one value is the comparison in float32. Whole limits are exact
    return limit if limit == int(limit) else float(np.float32(limit))


def _is_in(columns: pa.Table | pa.RecordBatch, name: str, wanted: Sequence[str]) -> np.ndarray:
    if name not in columns.schema.names:
        raise KeyError(f"rules look at the column {name!r}, which the table does not have")
    found = pc.is_in(columns.column(name).cast(pa.string()), value_set=pa.array(wanted, pa.string()))
    return np.asarray(found)


def _absent(signal: str, plugins: Sequence[str]) -> str:
    from curate.signals import declared

    if signal in declared(plugins):
        return f"{signal!r} was not measured: the table has no such column"
    return f"{signal!r} is neither a column of the table nor a declared signal"


def _one_row(row: Mapping[str, object], rules: Sequence[Rule]) -> pa.Table:
    names = {"group", "language", CODE} | {rule.signal for rule in rules}
    names |= {unless.signal for rule in rules for unless in rule.unless}
    columns = {}
    for name in sorted(names):
        text = name in ("group", "language", CODE)
        array = pa.array([row.get(name)], pa.string() if text else None)
        columns[name] = array.cast(pa.float64()) if pa.types.is_null(array.type) else array
    return pa.table(columns)
