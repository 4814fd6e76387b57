"""Quantities of the document: a number, or a number drawn anew each time from a distribution."""

import math
from collections.abc import Mapping
from typing import Any

from engine.clock import Chance

Quantity = Any
"""A number, or ``{kind: exponential | normal | uniform | list, …}``: the document's JSON."""


def draw(quantity: Quantity, chance: Chance, turn: int = 0) -> float:
    """Return the number, or draw one; never below zero, since every quantity here is a time.

    Args:
        turn: how many were drawn before, for a list, whose values come in turn.
    """
    if not isinstance(quantity, Mapping):
        return max(float(quantity or 0), 0.0)
    match quantity["kind"]:
        case "exponential":
            return draw_exponential(float(quantity["mean"]), chance)
        case "normal":
            return max(float(quantity["mean"]) + float(quantity["deviation"]) * _bell(chance), 0.0)
        case "uniform":
            low, high = float(quantity["low"]), float(quantity["high"])
            return max(low + (high - low) * chance.draw(), 0.0)
        case _:
            values = quantity["values"]
            return max(float(values[turn % len(values)]), 0.0)


def draw_exponential(mean: float, chance: Chance) -> float:
    """Draw the time to the next event of a Poisson process whose events are ``mean`` apart."""
    return -mean * math.log(1.0 - chance.draw())


def draw_integer(low: int, high: int, chance: Chance) -> int:
    """Draw a whole number from ``low`` to ``high``, both included."""
    return low + int(chance.draw() * (high - low + 1))


def _bell(chance: Chance) -> float:
    """Box and Muller: a normal deviate from two uniform ones."""
    return math.sqrt(-2.0 * math.log(1.0 - chance.draw())) * math.cos(2.0 * math.pi * chance.draw())
