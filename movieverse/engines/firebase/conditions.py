"""What Django's filters and expressions mean for a row, worked out here.

Every row that a query gives has passed its whole condition here, whatever the store has picked by. A condition is true,
false or, where it compares nothing with something, None, as in SQL.
"""

import operator
import re
from collections.abc import Callable
from typing import Any

from django.db import DataError, NotSupportedError
from django.db.models import DecimalField, Field, JSONField
from django.db.models.expressions import Case, Col, CombinedExpression, ExpressionWrapper, Value
from django.db.models.lookups import Lookup
from django.db.models.sql.where import AND, OR, NothingNode, WhereNode

from movieverse.fields import ListField

from .values import compared, decoded, in_order, in_order_of_numbers

Row = dict[str, Any]
Condition = Callable[[Row], bool | None]
Expression = Callable[[Row], Any]

NESTED = (JSONField, ListField)

_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "exact": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
_TEXTS: dict[str, Callable[[str, str], Any]] = {
    "contains": lambda text, part: part in text,
    "startswith": str.startswith,
    "endswith": str.endswith,
    "iexact": lambda text, other: text.casefold() == other.casefold(),
    "icontains": lambda text, part: part.casefold() in text.casefold(),
    "istartswith": lambda text, start: text.casefold().startswith(start.casefold()),
    "iendswith": lambda text, end: text.casefold().endswith(end.casefold()),
    "regex": lambda text, pattern: _searched(pattern, text),
    "iregex": lambda text, pattern: _searched(f"(?i){pattern}", text),
}
_LISTS: dict[str, Callable[[list[Any], list[Any]], bool]] = {
    "has": lambda items, wanted: all(item in items for item in wanted),
    "has_all": lambda items, wanted: all(item in items for item in wanted),
    "has_any": lambda items, wanted: any(item in items for item in wanted),
}


def comparable(field: Field) -> Callable[[Any], Any]:
    """What the values of a field are compared by."""
    return in_order_of_numbers if isinstance(field, DecimalField) else in_order


def _searched(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error as error:
        raise DataError(f"{pattern!r} is no regular expression: {error}") from None


# --- Conditions -----------------------------------------------------------------------------------


def condition(node: Any, connection: Any) -> Condition:
    if isinstance(node, NothingNode):
        return lambda row: False
    if isinstance(node, WhereNode):
        return _combined(node, connection)
    if isinstance(node, Lookup):
        return _lookup(node, connection)
    raise NotSupportedError(f"The Realtime Database cannot answer {type(node).__name__}.")


def _combined(node: WhereNode, connection: Any) -> Condition:
    parts = [condition(child, connection) for child in node.children]
    if node.connector not in (AND, OR):
        raise NotSupportedError(f"The Realtime Database cannot answer Q(… {node.connector} …).")
    decides = node.connector == OR  # the answer of one that is the answer of all

    def combined(row: Row) -> bool | None:
        answers = [part(row) for part in parts]
        if decides in answers:
            answer: bool | None = decides
        else:
            answer = None if None in answers else not decides
        return answer if answer is None or not node.negated else not answer

    return combined


def _lookup(lookup: Lookup, connection: Any) -> Condition:
    name = lookup.lookup_name
    left = expression(lookup.lhs, connection)
    if name == "isnull":
        return lambda row: (left(row) is None) == bool(lookup.rhs)
    if name in ("in", "range") and not hasattr(lookup.rhs, "resolve_expression"):
        return _of_several(lookup, left, connection)
    right = _right(lookup, connection)
    if name in _COMPARISONS:
        key, compare = comparable(lookup.lhs.output_field), _COMPARISONS[name]
        other_key = comparable(getattr(lookup.rhs, "output_field", lookup.lhs.output_field))
        return _null_safe(left, right, lambda value, other: _asked(compare, key(value), other_key(other)))
    if name in _LISTS:
        matches = _LISTS[name]
        return lambda row: matches(decoded(left(row)) or [], lookup.rhs)
    if name in _TEXTS and not isinstance(lookup.lhs.output_field, NESTED):
        fits = _TEXTS[name]
        return _null_safe(left, right, lambda value, other: bool(fits(str(value), str(other))))
    raise NotSupportedError(f"The Realtime Database cannot answer {_described(lookup)}.")


def _right(lookup: Lookup, connection: Any) -> Expression:
    if hasattr(lookup.rhs, "resolve_expression"):
        return expression(lookup.rhs, connection)
    value = lookup.rhs if lookup.lookup_name in {*_TEXTS, *_LISTS} else prepared(lookup, lookup.rhs, connection)
    return lambda row: value


def prepared(lookup: Any, value: Any, connection: Any) -> Any:
    """A value that a column is compared with, as it would be stored."""
    field = lookup.lhs.output_field
    return compared(field.get_db_prep_value(value, connection, prepared=True))


def _asked(compare: Callable[[Any, Any], bool], value: Any, other: Any) -> bool:
    try:
        return compare(value, other)
    except TypeError:
        raise NotSupportedError(f"The Realtime Database cannot compare {value!r} with {other!r}.") from None


def _null_safe(left: Expression, right: Expression, compare: Callable[[Any, Any], bool]) -> Condition:
    def answer(row: Row) -> bool | None:
        value, other = left(row), right(row)
        return None if value is None or other is None else compare(value, other)

    return answer


def _of_several(lookup: Any, left: Expression, connection: Any) -> Condition:
    key = comparable(lookup.lhs.output_field)
    if isinstance(lookup.lhs.output_field, NESTED):
        raise NotSupportedError(f"The Realtime Database cannot answer {_described(lookup)}.")
    values = [prepared(lookup, value, connection) for value in lookup.rhs if value is not None]
    wanted = [key(value) for value in values]
    among = frozenset(wanted)

    def answer(row: Row) -> bool | None:
        value = left(row)
        if value is None:
            return None
        if lookup.lookup_name == "in":
            return key(value) in among
        return bool(wanted[0] <= key(value) <= wanted[1])

    return answer


def _described(lookup: Lookup) -> str:
    field = getattr(lookup.lhs, "target", None)
    name = field.name if field is not None else type(lookup.lhs).__name__
    return f"{name}__{lookup.lookup_name}"


# --- Expressions ----------------------------------------------------------------------------------


def expression(node: Any, connection: Any) -> Expression:
    if isinstance(node, Col):
        column = str(node.target.column)
        return lambda row: row.get(column)
    if isinstance(node, Value):
        value = _stored_value(node, connection)
        return lambda row: value
    if isinstance(node, ExpressionWrapper):
        return expression(node.expression, connection)
    if isinstance(node, CombinedExpression) and node.connector in _ARITHMETIC:
        return _arithmetic(node, connection)
    if isinstance(node, Case):
        return _case(node, connection)
    raise NotSupportedError(f"The Realtime Database cannot work out {type(node).__name__}: {node!r}.")


def _stored_value(node: Value, connection: Any) -> Any:
    field: Any = node._output_field_or_none  # type: ignore[attr-defined]
    if field is None:
        return node.value
    prepare = field.get_db_prep_save if node.for_save else field.get_db_prep_value
    return compared(prepare(node.value, connection))


def _arithmetic(node: CombinedExpression, connection: Any) -> Expression:
    left, right = expression(node.lhs, connection), expression(node.rhs, connection)
    compute = _ARITHMETIC[node.connector]

    def result(row: Row) -> Any:
        values = left(row), right(row)
        if None in values:
            return None
        if not all(isinstance(value, int | float) for value in values):
            raise NotSupportedError(f"The Realtime Database computes with numbers alone: {node!r}.")
        return compute(*values)

    return result


def _case(node: Case, connection: Any) -> Expression:
    cases = [(condition(case.condition, connection), expression(case.result, connection)) for case in node.cases]
    default = expression(node.default, connection)

    def result(row: Row) -> Any:
        return next((value for holds, value in cases if holds(row)), default)(row)

    return result
