"""Holds OpenAPI documents against the specification, and their examples against their own schemas.

    check_document.py DOCUMENT…"""

import sys

from document import Document
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator


def examples(document):
    """Each example with its schema."""
    for (method, path), operation in document.operations.items():
        bodies = [("request", operation["requestBody"])] if "requestBody" in operation else []
        bodies += [(status, document.resolve(response)) for status, response in operation["responses"].items()]
        for name, body in bodies:
            for media, content in body.get("content", {}).items():
                if "example" in content:
                    yield f"{method.upper()} {path} {name} {media}", content["example"], content["schema"]


def faults(path):
    document = Document(path)
    yield from (f"{list(error.absolute_path)}: {error.message}" for error in OpenAPIV31SpecValidator(document.root).iter_errors())
    for name, schema in document.root["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        if not isinstance(schema, dict):
            yield f"schema {name} says nothing"
    for place, example, schema in examples(document):
        yield from document.faults(example, schema, place + " ", True)
    names = [operation["operationId"] for operation in document.operations.values()]
    yield from (f"{name} is the name of two operations" for name in set(names) if names.count(name) > 1)
    for (method, path), operation in document.operations.items():
        for response in map(document.resolve, operation["responses"].values()):
            for media, content in response.get("content", {}).items():
                if media == "text/event-stream" and not content.get("x-events"):
                    yield f"{method.upper()} {path}: nothing is said of its events"
    used = str(document.root)
    for kind, parts in document.root["components"].items():
        if kind != "securitySchemes":
            yield from (f"{kind}/{name} is used nowhere" for name in parts if f"#/components/{kind}/{name}'" not in used)


def main():
    wrong = 0
    for path in sys.argv[1:]:
        for fault in faults(path):
            print(f"{path}: {fault}", file=sys.stderr)
            wrong += 1
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
