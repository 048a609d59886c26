"""``{report-schema}``: the fields of report.json, from its JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

Schema = dict[str, Any]


class ReportSchema(SphinxDirective):
    """A table for the report and one for each object inside it."""

    def run(self) -> list[nodes.Node]:
        """Return a section for each table."""
        self.env.note_reread()  # the schema may have changed, though this page has not
        text = files("grader").joinpath("report.schema.json").read_text(encoding="utf-8")
        self._schema: Schema = json.loads(text)
        return [self._section(title, node) for title, node in self._objects("report", self._schema)]

    def _objects(self, title: str, node: Schema) -> Iterator[tuple[str, Schema]]:
        yield title, node
        for name, field in node["properties"].items():
            many = self._follow(field).get("type") == "array"
            inner = self._follow(self._follow(field).get("items", {})) if many else field
            if "properties" in self._follow(inner):
                yield from self._objects(f"{name}[]" if many else name, self._follow(inner))

    def _follow(self, node: Schema) -> Schema:
        reference = node.get("$ref")
        if reference is None:
            return node
        found: Schema = self._schema["$defs"][reference.rpartition("/")[2]]
        return {**found, **{key: value for key, value in node.items() if key != "$ref"}}

    def _section(self, title: str, node: Schema) -> nodes.Node:
        section = nodes.section(ids=[nodes.make_id(f"schema-{title}")], names=[f"schema {title}"])
        section += nodes.title("", "", nodes.literal("", title))
        if "description" in node:
            section += nodes.paragraph("", node["description"])
        rows = [
            (name, self._describe(self._follow(field)), self._follow(field).get("description", ""))
            for name, field in node["properties"].items()
        ]
        section += _table(("field", "value", "meaning"), rows)
        return section

    def _describe(self, node: Schema) -> str:
        if "const" in node:
            return json.dumps(node["const"])
        if "enum" in node:
            return " | ".join(map(json.dumps, node["enum"]))
        if "anyOf" in node or "oneOf" in node:
            parts = node.get("anyOf") or node["oneOf"]
            return " or ".join(self._describe(self._follow(part)) for part in parts)
        kinds = node.get("type", "any")
        text = kinds if isinstance(kinds, str) else " or ".join(kinds)
        if text == "array":
            inner = self._follow(node.get("items", {}))
            return f"array of {self._describe(inner)}"
        limits = [
            f"{sign} {node[key]}"
            for key, sign in (("minimum", ">="), ("exclusiveMinimum", ">"), ("maximum", "<="))
            if key in node
        ]
        if "pattern" in node:
            limits.append(f"matching {node['pattern']}")
        return ", ".join([text, *limits])


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> nodes.Node:
    table, group = nodes.table(classes=["align-left"]), nodes.tgroup(cols=len(head))
    group += [nodes.colspec(colwidth=1) for _ in head]
    group += nodes.thead("", _row([nodes.paragraph("", text) for text in head]))
    body = nodes.tbody()
    for name, kind, meaning in rows:
        literal = [nodes.paragraph("", "", nodes.literal("", text)) for text in (name, kind)]
        body += _row([*literal, nodes.paragraph("", meaning)])
    group += body
    table += group
    return table


def _row(cells: list[nodes.paragraph]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", cell) for cell in cells))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("report-schema", ReportSchema)
    return {"parallel_read_safe": True}
