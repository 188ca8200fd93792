"""Hyperparameters: what a run was told, for TensorBoard to compare it with others."""

from __future__ import annotations

from typing import Any

from minitorch_edu.tensor import Tensor
from minitorch_edu.utils.tensorboard.summary import _summary, make_np

KINDS = (
    ((int, float), "DATA_TYPE_FLOAT64", "number_value"),
    (str, "DATA_TYPE_STRING", "string_value"),
)


def hparams(
    hparam_dict: dict[str, Any], metric_dict: dict[str, Any], domains: dict[str, list[Any]] | None = None
) -> list[Any]:
    """Three summaries: which hyperparameters and metrics there are, the values of this run, and that it ended well."""
    from tensorboard.plugins.hparams import api_pb2, metadata, plugin_data_pb2

    domains = domains or {}
    if not isinstance(domains, dict):
        raise TypeError("parameter: hparam_domain_discrete should be a dictionary, nothing logged.")
    for name, values in domains.items():
        like = type(hparam_dict.get(name, values))
        if not isinstance(values, list) or not all(isinstance(each, like) for each in values):
            raise TypeError(
                f"parameter: hparam_domain_discrete[{name}] should be a list of same type as hparam_dict[{name}]."
            )

    start = plugin_data_pb2.SessionStartInfo()
    infos = []
    for name, value in hparam_dict.items():
        if value is not None:
            kind, field, value = _kind(value)
            setattr(start.hparams[name], field, value)
            infos.append(_info(name, kind, field, domains.get(name)))
    metrics = [api_pb2.MetricInfo(name=api_pb2.MetricName(tag=tag)) for tag in metric_dict]
    experiment = api_pb2.Experiment(hparam_infos=infos, metric_infos=metrics)
    end = plugin_data_pb2.SessionEndInfo(status=api_pb2.Status.Value("STATUS_SUCCESS"))

    def kept(tag: str, **what: Any) -> Any:
        content = plugin_data_pb2.HParamsPluginData(version=metadata.PLUGIN_DATA_VERSION, **what)
        return _summary(tag, metadata.PLUGIN_NAME, content.SerializeToString())

    return [
        kept(metadata.EXPERIMENT_TAG, experiment=experiment),
        kept(metadata.SESSION_START_INFO_TAG, session_start_info=start),
        kept(metadata.SESSION_END_INFO_TAG, session_end_info=end),
    ]


def _kind(value: Any) -> tuple[str, str, Any]:
    for types, kind, field in KINDS:
        if isinstance(value, types):
            return kind, field, value
    if isinstance(value, Tensor):
        return "DATA_TYPE_FLOAT64", "number_value", make_np(value)[0]
    raise ValueError("value should be one of int, float, str, bool, or torch.Tensor")


def _info(name: str, kind: str, field: str, domain: list[Any] | None) -> Any:
    from google.protobuf import struct_pb2
    from tensorboard.plugins.hparams import api_pb2

    values = None
    if domain is not None:
        values = struct_pb2.ListValue(values=[struct_pb2.Value(**{field: each}) for each in domain])
    return api_pb2.HParamInfo(name=name, type=api_pb2.DataType.Value(kind), domain_discrete=values)
