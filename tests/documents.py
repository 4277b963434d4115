"""The two documents that the API holds to, as copies in samples/documents, and their examples, read out of them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "samples" / "documents"

_LABEL = re.compile(r"\*\*(?P<name>[^*]+?):?\*\*:?\s*(?P<rest>.*)")
_STATUS = re.compile(r"\d{3}")
_ENDPOINT = re.compile(r"(GET|POST|PUT|PATCH|DELETE) (/\S+)")


@dataclass
class Block:
    """A block of code. `label` is what is said about it in bold, `status` the one that this names."""

    label: str
    language: str
    text: str
    status: int | None = None


@dataclass
class Section:
    """What stands under one heading of level two or three. `statuses`: those that are only listed, without an example."""

    title: str
    method: str = ""
    path: str = ""
    blocks: list[Block] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    statuses: list[int] = field(default_factory=list)
    parameters: list[str] = field(default_factory=list)

    @property
    def endpoint(self) -> str:
        return f"{self.method} {self.path}".strip()

    def json(self, label: str) -> Any:
        """What the first block with this label says."""
        return json.loads(self.block(label).text)

    def block(self, label: str) -> Block:
        return next(block for block in self.blocks if block.label.startswith(label))

    def has(self, label: str) -> bool:
        return any(block.label.startswith(label) for block in self.blocks)


def text(name: str) -> str:
    return (FOLDER / name).read_text()


def sections(name: str) -> list[Section]:
    """All sections of a document, in its order."""
    found: list[Section] = []
    label, code = "", None
    for line in text(name).splitlines():
        if code is not None:
            if line.startswith("```"):
                code = None
            else:
                code.text += line + "\n"
        elif line.startswith("```"):
            status = _STATUS.search(f"{label} {found[-1].labels.get(label, '')}")
            code = Block(label, line[3:].strip(), "", int(status[0]) if status else None)
            found[-1].blocks.append(code)
        elif heading := re.match(r"##+ (.*)", line):
            found.append(Section(heading[1]))
            label = ""
            _endpoint(found[-1], heading[1])
        elif said := _LABEL.match(line):
            label = said["name"]
            found[-1].labels[label] = said["rest"].strip("` ")
            if label == "Endpoint":
                _endpoint(found[-1], said["rest"])
        elif (listed := re.match(r"- (\d{3}) ", line)) and label.startswith("Error Response"):
            found[-1].statuses.append(int(listed[1]))
        elif line.startswith("- `") and "Parameters" in label:
            found[-1].parameters += re.findall(r"`(\w+)`", line.partition(":")[0] if ":" in line else line)
    return found


def section(name: str, title: str) -> Section:
    return next(one for one in sections(name) if one.title == title)


def written(row: dict[str, Any]) -> dict[str, Any]:
    """What a client writes of an interaction that is shown."""
    servers = ("id", "site_id", "created_by", "created_at", "updated_at")
    return {name: value for name, value in row.items() if name not in servers}


def _endpoint(section: Section, text: str) -> None:
    if said := _ENDPOINT.search(text):
        section.method, section.path = said[1], said[2].strip("`")


def agrees(documented: Any, actual: Any, *, free: frozenset[str] | set[str] = frozenset(), at: str = "") -> None:
    """Asserts that `actual` has all that is documented, of the same types, and the same values but for the names in `free`.
    More keys may be there. Of a list, everything documented must be in it."""
    if isinstance(documented, dict):
        assert isinstance(actual, dict), at
        assert documented.keys() <= actual.keys(), (at, documented.keys() - actual.keys())
        for name, value in documented.items():
            if name in free:
                assert type(actual[name]) is type(value), f"{at}.{name}"
            else:
                agrees(value, actual[name], free=free, at=f"{at}.{name}")
    elif isinstance(documented, list) and documented and isinstance(documented[0], dict):
        assert isinstance(actual, list), at
        for item in documented:
            same = [one for one in actual if one["id"] == item["id"]]
            assert same, (at, item["id"])
            agrees(item, same[0], free=free, at=f"{at}[{item['id']}]")
    else:
        assert actual == documented, at
        assert type(actual) is type(documented), at
