"""Manifests read as the models of Kubernetes' own client, which knows each field and which are required."""

from __future__ import annotations

from typing import Any

_PLAIN: dict[str, type] = {"str": str, "int": int, "bool": bool}


def read_manifest(manifest: dict[str, Any]) -> Any:
    """Read an object of the cluster.

    Args:
        manifest: The object, with apiVersion and kind.

    Raises:
        AssertionError: If a field is unknown, or a value of another type.
        ValueError: If a required field is missing.
    """
    return _read(f"V1{manifest['kind']}", manifest, manifest["kind"])


def _read(kind: str, value: Any, place: str) -> Any:
    # Only here, since its thousand modules take a second to import.
    from kubernetes_asyncio.client import models

    if kind.startswith("list["):
        return [_read(kind[5:-1], each, f"{place}[{number}]") for number, each in enumerate(value)]
    if kind.startswith("dict("):
        inner = kind.split(", ", 1)[1][:-1]
        return {name: _read(inner, each, f"{place}.{name}") for name, each in value.items()}
    model = getattr(models, kind, None)
    if model is None:
        assert isinstance(value, _PLAIN.get(kind, object)), f"{place}: got {value!r}, expected {kind}"
        return value
    attributes = {name: attribute for attribute, name in model.attribute_map.items()}
    unknown = set(value) - set(attributes)
    assert not unknown, f"{place}: {kind} has no {sorted(unknown)}"
    return model(
        **{
            attributes[name]: _read(model.openapi_types[attributes[name]], each, f"{place}.{name}")
            for name, each in value.items()
        }
    )
