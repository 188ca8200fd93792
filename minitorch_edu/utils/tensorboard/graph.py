"""The graph of a model, as TensorBoard draws it: the history of what it computes from an input."""

from __future__ import annotations

from typing import Any

from tensorboard.compat.proto.graph_pb2 import GraphDef
from tensorboard.compat.proto.node_def_pb2 import NodeDef
from tensorboard.compat.proto.versions_pb2 import VersionDef

from minitorch_edu.autograd.grad_mode import enable_grad
from minitorch_edu.tensor import Tensor


def graph(model: Any, inputs: Any = None) -> Any:
    """A node for each op that the model runs, and one for each parameter, by its name."""
    inputs = inputs if isinstance(inputs, tuple | list) else (inputs,)
    with enable_grad():
        outputs = model(*inputs)
    names = {id(parameter): name.replace(".", "/") for name, parameter in model.named_parameters()}
    nodes: dict[Any, Any] = {}
    for place, output in enumerate(_tensors(outputs)):
        last = [] if output.grad_fn is None else [_walk(output.grad_fn, names, nodes)]
        nodes[f"output/{place}"] = NodeDef(name=f"output/{place}", op="output", input=last)
    return GraphDef(node=nodes.values(), versions=VersionDef(producer=22))


def _tensors(value: Any) -> list[Tensor]:
    if isinstance(value, Tensor):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    return [each for part in value for each in _tensors(part)] if isinstance(value, tuple | list) else []


def _walk(root: Any, names: dict[int, str], nodes: dict[Any, Any]) -> str:
    """Add the nodes that lead to this one, without recursion: a history may be long. Returns its name."""
    waiting = [root]
    while waiting:
        node = waiting[-1]
        before = [edge for edge, _ in node.next_functions if edge is not None]
        missing = [each for each in before if each not in nodes]
        waiting.extend(missing)
        if not missing:
            waiting.pop()
            if node not in nodes:
                sources = [nodes[each].name for each in before]
                name, op = _title(node, names, len(nodes))
                nodes[node] = NodeDef(name=name, op=op, input=sources)
    return nodes[root].name


def _title(node: Any, names: dict[int, str], count: int) -> tuple[str, str]:
    if not hasattr(node, "variable"):
        op = node.name().removesuffix("0").removesuffix("Backward")
        return f"{op}_{count}", op
    return names.get(id(node.variable), f"leaf_{count}"), "Parameter"
