"""A policy file of before, brought up to date as text: comments, order and reasons stay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from flows.settings.yaml_edit import (
    Edits,
    block_of,
    end_of,
    found,
    in_flow,
    indented,
    is_in_flow,
    line_end,
    line_start,
    on_one_line,
    pairs,
    root_of,
)
from transforms.policy.book import InvalidValue
from transforms.policy.former import (
    ADDED_CHOICES,
    CHANGED_METRICS,
    FORMER_SCORES,
    FORMER_VALUES,
    REMOVED,
    Place,
    at,
    changed_components,
    plain,
)


@dataclass(frozen=True, slots=True)
class Upgrade:
    """A policy file brought up to date.

    Attributes:
        text: The new text.
        done: What was added, removed or replaced, as phrases.
        to_decide: What a person must decide, as sentences.
    """

    text: str
    done: tuple[str, ...]
    to_decide: tuple[str, ...]


@dataclass(slots=True)
class _Work:
    edits: Edits
    default_text: str
    default: Any
    default_root: yaml.Node | None
    done: list[str] = field(default_factory=list)
    to_decide: list[str] = field(default_factory=list)


def renew_policy(text: str, default_text: str) -> Upgrade:
    """Remove from a policy file what is gone, and renew what means something else or has a new default.

    Args:
        text: The file as it is.
        default_text: The default policy.
    """
    work = _work(text, default_text)
    for prefix, node, content in _versions(text):
        _remove(work, prefix, node)
        _rescore(work, prefix, node, content)
        _renew(work, prefix, node, content)
        _label(work, node)
        for place in ADDED_CHOICES:
            if "based_on" not in content and found(node, place) is None and _is_measured_alike(work, content, place):
                _add(work, prefix, node, place)
    return Upgrade(work.edits.result(), tuple(work.done), tuple(work.to_decide))


def add_missing(text: str, missing: Sequence[InvalidValue], default_text: str) -> Upgrade:
    """Add what a policy file lacks, as the default policy has it.

    Args:
        text: The file as it is.
        missing: The keys that it lacks, by their place in the file.
        default_text: The default policy; what it lacks as well stays missing.
    """
    work = _work(text, default_text)
    for prefix, node, content in _versions(text):
        for error in missing:
            place = tuple(map(str, error.path))
            # What a version inherits is added where it is written.
            if "based_on" not in content and place[: len(prefix)] == prefix:
                _add(work, prefix, node, place[len(prefix) :])
    return Upgrade(work.edits.result(), tuple(work.done), tuple(work.to_decide))


def _work(text: str, default_text: str) -> _Work:
    return _Work(Edits(text), default_text, yaml.safe_load(default_text), root_of(default_text))


def _versions(text: str) -> Iterator[tuple[Place, yaml.Node, Mapping[str, Any]]]:
    root, content = root_of(text), yaml.safe_load(text)
    listed = found(root, ("versions",))
    if listed is None:
        if root is not None:
            yield (), root, content
        return
    for position, (node, entry) in enumerate(zip(listed[1].value, content["versions"], strict=True)):
        yield ("versions", str(position)), node, entry


def _remove(work: _Work, prefix: Place, node: yaml.Node) -> None:
    for section in dict.fromkeys(place[0] for place in REMOVED):
        above = found(node, (section,))
        own = pairs(above[1]) if above else {}
        gone = [key for key in own if (section, key) in REMOVED]
        if above and gone and len(gone) == len(own):
            _cut(work, above, is_in_flow(node))
        for key in gone:
            if above and len(gone) < len(own):
                _cut(work, own[key], is_in_flow(above[1]))
            name, entry = _name(prefix, (section, key)), REMOVED[section, key]
            work.done.append(f"removed {name}")
            former = plain(yaml.safe_load(yaml.serialize(own[key][1])))
            if former != entry.default:
                work.to_decide.append(f"{name} was {former} and is gone: there is {entry.instead}")


def _cut(work: _Work, pair: tuple[yaml.Node, yaml.Node], is_within_braces: bool) -> None:
    text, (key, value) = work.edits.text, pair
    start, end = key.start_mark.index, end_of(text, value)
    if is_within_braces:
        work.edits.replace(start, end + len(text[end:]) - len(text[end:].lstrip(", \n")), "")
    else:
        work.edits.replace(line_start(text, start), line_end(text, end), "")


def _rescore(work: _Work, prefix: Place, node: yaml.Node, content: Mapping[str, Any]) -> None:
    """Score metrics that mean something else by the default; what was written stays as a comment."""
    for component in changed_components(content, work.default):
        place, pair = component.place, found(node, component.place)
        former, new = component.written.get("score"), found(work.default_root, component.place)
        if former is None or pair is None:
            continue
        name, meaning = _name(prefix, place), CHANGED_METRICS[component.metric]
        by_default = at(work.default, (*place, "score"))
        is_own = former != FORMER_SCORES[component.metric]
        if former == by_default and not is_own:
            work.done.append(f"kept the score of {name}, where {meaning}")
        elif new is None or by_default is None:
            work.to_decide.append(f"{name}.score is kept as it was: {meaning}, so see whether its numbers still fit")
        else:
            _write_default_score(work, pair, place)
            work.done.append(f"scored {name} by the default, since {meaning}")
            if is_own:
                _keep_as_comment(work, pair[0], component.written)
                own = "the default score in the place of your own, which stands above it as a comment"
                work.to_decide.append(f"{name} has {own}: {meaning}")


def _write_default_score(work: _Work, pair: tuple[yaml.Node, yaml.Node], place: Place) -> None:
    for name in ("score", "reason"):
        own, default = pairs(pair[1]).get(name), found(work.default_root, (*place, name))
        if own is not None and default is not None:
            written = on_one_line(work.default_text, default[1])
            work.edits.replace(own[0].end_mark.index, end_of(work.edits.text, own[1]), f": {written}")


def _keep_as_comment(work: _Work, key: yaml.Node, written: Mapping[str, Any]) -> None:
    before = in_flow({name: written[name] for name in ("score", "reason") if name in written})
    start = line_start(work.edits.text, key.start_mark.index)
    work.edits.insert(start, f"{' ' * key.start_mark.column}# before: {before}\n")


def _renew(work: _Work, prefix: Place, node: yaml.Node, content: Mapping[str, Any]) -> None:
    """Replace values that the former default had by those of the new one; name others for a decision."""
    for place, former in FORMER_VALUES.items():
        pair, default = found(node, place), found(work.default_root, place)
        if pair is None or default is None:
            continue
        value, new = plain(at(content, place)), plain(at(work.default, place))
        if value == former:
            written = on_one_line(work.default_text, default[1])
            work.edits.replace(pair[0].end_mark.index, end_of(work.edits.text, pair[1]), f": {written}")
            work.done.append(f"set {_name(prefix, place)} from {_shown(former)} to {_shown(new)}, the new default")
        elif value != new:
            default_moved = f"the default went from {_shown(former)} to {_shown(new)}"
            work.to_decide.append(f"{_name(prefix, place)} is kept at {_shown(value)}: {default_moved}")


def _label(work: _Work, node: yaml.Node) -> None:
    """Give components of the default the words by which people call them."""
    pillars = found(node, ("pillars",))
    for pillar, (_, components) in pairs(pillars[1] if pillars else None).items():
        for name, (_, component) in pairs(components).items():
            own, default = pairs(component), found(work.default_root, ("pillars", pillar, name))
            known = pairs(default[1]) if default else {}
            if "label" in own or "label" not in known or "metric" not in own:
                continue
            if own["metric"][1].value != known["metric"][1].value:
                continue
            first = own[next(iter(own))][0]
            written = f"label: {on_one_line(work.default_text, known['label'][1])}"
            behind = ", " if is_in_flow(component) else "\n" + " " * first.start_mark.column
            work.edits.insert(first.start_mark.index, written + behind)


def _is_measured_alike(work: _Work, content: Mapping[str, Any], place: Place) -> bool:
    """Whether what a key belongs to measures what it does in the default; what has no metric does."""
    metric = (*place[:-1], "metric")
    return bool(at(content, metric) == at(work.default, metric))


def _add(work: _Work, prefix: Place, node: yaml.Node, place: Place) -> None:
    """Write a missing key as the default has it, behind the key that it follows there."""
    default, text = found(work.default_root, place), work.edits.text
    parent = node if len(place) == 1 else (found(node, place[:-1]) or (None, None))[1]
    if default is None or not isinstance(parent, yaml.MappingNode) or not parent.value:
        return
    work.done.append(f"added {_name(prefix, place)}")
    key = place[-1]
    if is_in_flow(parent):
        written = on_one_line(work.default_text, default[1])
        work.edits.insert(end_of(text, parent.value[-1][1]), f", {key}: {written}")
        return
    own = pairs(parent)
    above = found(work.default_root, place[:-1]) if len(place) > 1 else None
    siblings = list(pairs(above[1] if above else work.default_root))
    earlier = [one for one in siblings[: siblings.index(key)] if one in own]
    follows = own[earlier[-1]][1] if earlier else parent.value[-1][1]
    position = line_end(text, end_of(text, follows))
    block = indented(block_of(work.default_text, default), _column(parent) - default[0].start_mark.column)
    gap = "\n" if len(place) == 1 else ""
    broken = "" if text[:position].endswith("\n") else "\n"
    work.edits.insert(position, broken + gap + block)


def _column(mapping: yaml.MappingNode) -> int:
    return int(mapping.value[0][0].start_mark.column)


def _name(prefix: Place, place: Place) -> str:
    return ".".join((*prefix, *place))


def _shown(value: Any) -> str:
    return in_flow(value) if isinstance(value, list | dict | bool) else str(value)
