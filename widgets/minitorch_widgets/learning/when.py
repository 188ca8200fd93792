"""When: the conditions by which a page of a lesson is complete: the learner has performed the act.

    Step("Select the node that made loss.", complete=when.selected("loss.grad_fn"))
    Step("Run backward().", complete=when.holds(lambda names: names["x"].grad is not None))

A condition is asked at each look and after each act in the view. One that raises does not hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from minitorch_widgets.learning.guide import Guide
    from minitorch_widgets.learning.predicting import Prediction


class Condition(NamedTuple):
    """What has to be, and what the view has to tell of for it."""

    check: Callable[[Guide, Mapping[str, Any]], bool]
    """Of the guide and what the view told of last."""
    watches: str = ""
    begin: Callable[[Guide], Any] | None = None
    """Called as the page is turned to; what it returns is `guide.before`."""


def selected(what: str) -> Condition:
    """A tensor is selected, by its name, or a node, by the expression that leads to it or by its own name."""

    def check(guide: Guide, told: Mapping[str, Any]) -> bool:
        found = guide.find(what)
        return found is not None and found == {"kind": told.get("kind"), "id": told.get("what")}

    return Condition(check, "selected")


def reached(node: str) -> Condition:
    """The backward walk stands where this node has just run, or further."""

    def check(guide: Guide, told: Mapping[str, Any]) -> bool:
        walk = guide.inspector.timeline
        position = guide.position_of(node)
        return walk is not None and position is not None and walk.position >= position

    return Condition(check, "moved")


def edited(name: str) -> Condition:
    """A number of this tensor is another one than when the page was turned to, in the picture or by a cell."""

    def check(guide: Guide, told: Mapping[str, Any]) -> bool:
        now = guide.values(name)
        return now is not None and guide.before is not None and now != guide.before

    return Condition(check, "", lambda guide: guide.values(name))


def holds(condition: Callable[[dict[str, Any]], Any]) -> Condition:
    """This is true of the student's variables, by name, after a cell."""
    return Condition(lambda guide, told: bool(condition(guide.variables())))


def answered(prediction: Prediction, right: bool = False) -> Condition:
    """This question of `predict(...)` is answered; with `right`, rightly."""

    def check(guide: Guide, told: Mapping[str, Any]) -> bool:
        return prediction.done and (not right or all(each.right for each in prediction.verdicts.values()))

    return Condition(check)
