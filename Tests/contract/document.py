"""An OpenAPI 3.1 document, and what it says of one exchange. The rules are those of JSON Schema 2020-12, which OpenAPI
3.1 is made of; jsonschema, its reference implementation, applies them."""

import copy
import json
import re
import urllib.parse
from dataclasses import dataclass, field

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"]
# Headers that mean something to a client: an answer that has one must be documented to.
TELLING = {"retry-after", "etag", "www-authenticate", "allow", "cache-control", "location"}
HERE = "urn:document"


@dataclass
class Exchange:
    method: str
    target: str
    request_headers: dict
    request_body: bytes
    status: int
    headers: dict
    body: bytes


@dataclass
class Verdict:
    operation: str = ""
    status: int = 0
    code: str = ""
    faults: list = field(default_factory=list)
    # Names of the events of a stream.
    events: list = field(default_factory=list)


class Document:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.root = json.load(file)
        self.lenient = self._registry(self.root)
        # In answers a field that is not documented is a fault.
        strict = copy.deepcopy(self.root)
        for schema in strict["components"]["schemas"].values():
            _close(schema)
        self.strict = self._registry(strict)
        self.operations = {}
        self.places = []
        for template, item in self.root["paths"].items():
            self.places.append((_pattern(template), template))
            for method in METHODS:
                if method in item:
                    self.operations[method, template] = item[method]
        # A literal part goes before a parameter.
        self.places.sort(key=lambda place: place[1].count("{"))

    @staticmethod
    def _registry(root):
        return Registry().with_resource(HERE, Resource.from_contents(root, default_specification=DRAFT202012))

    def resolve(self, node):
        while "$ref" in node and node["$ref"].startswith("#/components/") and "schemas" not in node["$ref"]:
            target = self.root
            for part in node["$ref"][2:].split("/"):
                target = target[part.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def faults(self, value, schema, place, strict):
        if strict and "$ref" not in schema:
            schema = copy.deepcopy(schema)
            _close(schema)
        schema = json.loads(json.dumps(schema).replace('"#/', f'"{HERE}#/'))
        validator = Draft202012Validator(schema, registry=self.strict if strict else self.lenient)
        return [f"{place}{error.json_path[1:]}: {error.message[:300]}" for error in validator.iter_errors(value)]

    def parameters(self, operation):
        return [self.resolve(parameter) for parameter in operation.get("parameters", [])]

    def check(self, exchange):
        path, _, query = exchange.target.partition("?")
        method = "get" if exchange.method == "HEAD" else exchange.method.lower()
        templates = [(pattern.fullmatch(path), template) for pattern, template in self.places]
        found = next(
            ((match, template) for match, template in templates if match and (method, template) in self.operations), None)
        if found is None:
            return self._outside(exchange, any(match for match, _ in templates))
        match, template = found
        operation = self.operations[method, template]
        verdict = Verdict(operation["operationId"], exchange.status)
        response = operation["responses"].get(str(exchange.status))
        if response is None:
            verdict.faults.append(f"status {exchange.status} is not documented")
            return verdict
        response = self.resolve(response)
        self._check_headers(exchange, response, verdict)
        self._check_content(exchange, response, verdict)
        if 200 <= exchange.status < 300:
            self._check_request(exchange, operation, match, query, verdict)
        return verdict

    def _outside(self, exchange, is_known_path):
        name, status = ("otherMethods", 405) if is_known_path else ("otherPaths", 404)
        verdict = Verdict(name, exchange.status)
        if exchange.status != status:
            verdict.faults.append(f"answered {exchange.status} where nothing is documented")
        else:
            response = self.resolve(self.root["x-errors"][name])
            self._check_headers(exchange, response, verdict)
            self._check_content(exchange, response, verdict)
        return verdict

    def _check_headers(self, exchange, response, verdict):
        documented = {name.lower(): self.resolve(header) for name, header in response.get("headers", {}).items()}
        for name in TELLING & exchange.headers.keys():
            if name not in documented:
                verdict.faults.append(f"header {name} is not documented")
        for name, header in documented.items():
            value = exchange.headers.get(name)
            if value is None:
                if header.get("required"):
                    verdict.faults.append(f"header {name} is missing")
                continue
            value = _typed(value, header["schema"])
            verdict.faults += self.faults(value, header["schema"], f"header {name}", False)

    def _check_content(self, exchange, response, verdict):
        content = response.get("content", {})
        if exchange.method == "HEAD":
            return
        if not exchange.body:
            if content:
                verdict.faults.append("the body is empty")
            return
        media = exchange.headers.get("content-type", "").split(";")[0].strip().lower()
        if media not in content:
            verdict.faults.append(f"content type {media!r} is not documented")
            return
        if media == "text/event-stream":
            self._check_events(exchange.body, content[media]["x-events"], verdict)
        if media != "application/json":
            return
        try:
            value = json.loads(exchange.body)
        except ValueError as error:
            verdict.faults.append(f"the body is not JSON: {error}")
            return
        if isinstance(value, dict) and isinstance(value.get("error"), dict) and exchange.status >= 400:
            verdict.code = str(value["error"].get("code"))
        verdict.faults += self.faults(value, content[media].get("schema", {}), "body", True)

    def _check_events(self, body, documented, verdict):
        for name, data in _events(body.decode()):
            if name not in documented:
                verdict.faults.append(f"event {name} is not documented")
                continue
            verdict.events.append(name)
            try:
                verdict.faults += self.faults(json.loads(data), documented[name], f"event {name}", True)
            except ValueError as error:
                verdict.faults.append(f"the data of event {name} is not JSON: {error}")

    def _check_request(self, exchange, operation, match, query, verdict):
        """What was taken must be what the document says is taken."""
        parameters = {(p["in"], p["name"]): p for p in self.parameters(operation)}
        given = [("path", name, urllib.parse.unquote(value)) for name, value in match.groupdict().items()]
        given += [("query", name, value) for name, value in urllib.parse.parse_qsl(query, keep_blank_values=True)]
        given += [("header", p["name"], exchange.request_headers[p["name"].lower()])
                  for place, p in ((key[0], value) for key, value in parameters.items())
                  if place == "header" and p["name"].lower() in exchange.request_headers]
        for place, name, value in given:
            parameter = parameters.get((place, name))
            if parameter is None:
                verdict.faults.append(f"{place} parameter {name} is not documented")
            else:
                value = _typed(value, self._plain(parameter["schema"]))
                verdict.faults += self.faults(value, parameter["schema"], f"{place} {name}", False)
        for (place, name), parameter in parameters.items():
            if parameter.get("required") and (place, name) not in [(p, n) for p, n, _ in given]:
                verdict.faults.append(f"taken without its {place} parameter {name}")
        self._check_body(exchange, operation, verdict)

    def _check_body(self, exchange, operation, verdict):
        wanted = operation.get("requestBody")
        if not exchange.request_body:
            if wanted and wanted.get("required"):
                verdict.faults.append("taken without its body")
            return
        if not wanted:
            if exchange.request_body.strip() not in (b"{}", b""):
                verdict.faults.append("a body was taken that is not documented")
            return
        media = exchange.request_headers.get("content-type", "").split(";")[0].strip().lower()
        media = media if media in wanted["content"] else "application/json"
        schema = wanted["content"].get(media, {}).get("schema")
        if schema is not None and media == "application/json":
            verdict.faults += self.faults(json.loads(exchange.request_body), schema, "request", False)

    def _plain(self, schema):
        if "$ref" in schema:
            return self.root["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        return schema

    def answers(self):
        """Every answer of every operation: its status, and for an error each of its codes, for a stream each event."""
        for (_, template), operation in sorted(self.operations.items()):
            for status, response in operation["responses"].items():
                codes = self._codes(self.resolve(response)) or self._event_names(self.resolve(response))
                for code in codes or [""]:
                    yield operation["operationId"], int(status), code

    @staticmethod
    def _event_names(response):
        return list(response.get("content", {}).get("text/event-stream", {}).get("x-events", {}))

    @staticmethod
    def _codes(response):
        schema = response.get("content", {}).get("application/json", {}).get("schema", {})
        try:
            return schema["properties"]["error"]["properties"]["code"]["enum"]
        except KeyError:
            return []


def _close(schema):
    """Closes an object, and those that it has within, to fields that are not named. What refers to another schema and
    adds to it stays open: the other is closed itself."""
    if not isinstance(schema, dict) or "$ref" in schema:
        return
    if "properties" in schema:
        schema.setdefault("unevaluatedProperties", False)
        for inner in schema["properties"].values():
            _close(inner)
    _close(schema.get("items"))
    _close(schema.get("additionalProperties"))


def _events(text):
    """The name and data of each event of a stream; one that is cut off is none yet."""
    for block in text.split("\n\n")[:-1]:
        name, data = "message", []
        for line in block.split("\n"):
            what, _, value = line.partition(":")
            if what == "event":
                name = value.removeprefix(" ")
            elif what == "data":
                data.append(value.removeprefix(" "))
        if data:
            yield name, "\n".join(data)


def _pattern(template):
    parts = re.split(r"\{(\w+)\}", template)
    text = "".join(re.escape(part) if index % 2 == 0 else f"(?P<{part}>[^/]+)" for index, part in enumerate(parts))
    return re.compile(text)


def _typed(text, schema):
    """A text of a header or a query as the type that it stands for."""
    if schema.get("type") == "integer":
        return int(text) if re.fullmatch(r"-?\d+", text) else text
    if schema.get("type") == "array":
        return text.split(",")
    return text
