"""A frozen value with something else in it: `dataclasses.replace` for one of many fields that changes often.

A turn is changed eight times on its way, and to fill each of its thirty fields anew took a twentieth of it.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, TypeVar

__all__ = ["changed"]

if TYPE_CHECKING:
    from dataclasses import replace as changed  # a type checker knows each class's fields there
else:
    Value = TypeVar("Value")

    def changed(value: Value, /, **changes: Any) -> Value:
        """Of a dataclass without `__post_init__`, which is not run. With slots it is no faster.

        Raises TypeError where it has no such field.
        """
        if not hasattr(value, "__dict__"):
            return dataclasses.replace(value, **changes)
        if unknown := changes.keys() - value.__dict__.keys():
            raise TypeError(f"{type(value).__name__} has no {', '.join(sorted(unknown))}")
        another = object.__new__(type(value))
        another.__dict__.update(value.__dict__, **changes)
        return another
