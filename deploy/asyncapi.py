"""AsyncAPI 3 document of the queues and letters: `python -m deploy.asyncapi > docs/asyncapi.yaml`."""

import sys
from importlib import metadata
from typing import Any

import yaml
from pydantic.json_schema import models_json_schema

from broker.letter import Letter
from broker.transports.queue_arguments import arguments_of
from cases.agents import Heartbeat
from cases.lifecycle import MOVES, State
from cases.question import Finding, Question
from deploy.asyncapi_words import CHANNELS, EXAMPLES, GUIDE
from requesters.bundles.opening import BundleRequest
from storage.json import Json

REF = "#/components/schemas/{model}"
TEXT, FAULT = {"type": "string"}, {"field": "", "code": "", "message": ""}
NUMBER = {"type": "string", "description": "The case number; the same through every hand the case passes"}
SEALED = "As it is once signature and seal are opened; on the wire see the description above"
HASH = {"type": "string", "description": "SHA-256, in hexadecimal, of the bytes that came out of the question's JWE"}
SALT = {"type": "string", "description": "Chance, so that nobody can guess what the hash is of"}
AMENDS = "This finding puts right one that was delivered; `reason` then says why, and both units read it"
TAKEN_BACK = "null only where it amends: then the delivered answer is withdrawn"
RECORDS = """

**Fields of records.** A question with a `mode` is of an item of class query. `wanted` names the fields that the matter of the asker
needs, with their kinds. Of a `query` answer `confirmed` with `records`, a row each of what is on record, and in each row no field
beyond `wanted`; what is empty on record is left out. Texts are one line of at most 200 characters, a `date` is YYYY-MM-DD, a
`number` digits, `money` yuan with two decimals, a `choice` its code, an `id` without blanks; 200 rows at most.
Of a `compare` the asker has stated values in `details`: say in `facts` of each whether it `agrees`, `differs` or is `unknown`, and
send no record. Where nothing is on record they differ: whoever may only compare is not told whether there is a record.
The house takes out whatever nobody asked for, and the words and further evidence of such a finding, before it writes anything."""
BUNDLES = """

A request may carry a `bundle` instead of a `question`: everything that one matter needs about its people
(`GET /api/v1/bundles/kinds` says which there are). The first outcome then has the bundle's number; after that one comes whenever
its joined result is `complete`, is as complete as it will be (`settled`), a question was `returned` to you, or other answers
stand: with `bundle`, `state`, `result`, `missing` and `answers`, and none for its single cases."""
UNIT = {"type": "string", "description": "The code of the unit that writes; must be the account's own"}


def document(version: str) -> Json:
    """The whole document for this version of Hecha."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Hecha's post office, for a unit's own systems",
            "version": version,
            "description": GUIDE + RECORDS + BUNDLES,
        },
        "defaultContentType": "application/jose",
        "servers": {"broker": {"host": "your.broker.example:5671", "pathname": "/hecha", "protocol": "amqps"}},
        "channels": {name: _channel(name) for name in CHANNELS},
        "operations": {name: _operation(name) for name, channel in CHANNELS.items() if channel.action},
        "components": {"messages": {kind: _message(kind) for kind in EXAMPLES}, "schemas": _schemas()},
    }


def _channel(name: str) -> Json:
    channel = CHANNELS[name]
    arguments = arguments_of(channel.address)
    queue = {"name": channel.address, "durable": True, "exclusive": False, "autoDelete": False, "vhost": "/hecha"}
    whole: dict[str, Any] = {"address": channel.address, "description": channel.words}
    if "{unit}" in channel.address:
        whole["parameters"] = {"unit": {"description": "The code of the unit, such as police"}}
    whole["messages"] = {kind: {"$ref": f"#/components/messages/{kind}"} for kind in channel.kinds}
    return {**whole, "bindings": {"amqp": {"is": "queue", "queue": queue, "x-arguments": arguments}}}


def _operation(name: str) -> Json:
    channel = CHANNELS[name]
    messages = [{"$ref": f"#/channels/{name}/messages/{kind}"} for kind in channel.kinds]
    return {"action": channel.action, "channel": {"$ref": f"#/channels/{name}"}, "summary": channel.summary, "messages": messages}


def _message(kind: str) -> Json:
    payload = {"allOf": [{"$ref": REF.format(model="Letter")}, {"properties": {"kind": {"const": kind}, "body": _body(kind)}}]}
    example = EXAMPLES[kind]
    return {"contentType": "application/jose", "summary": SEALED, "payload": payload, "examples": [{"payload": example}]}


def _body(kind: str) -> Json:
    return {"$ref": REF.format(model=f"{kind.title()}Body")}


def _schemas() -> Json:
    _, found = models_json_schema(
        [(m, "validation") for m in (Letter, Question, Finding, Heartbeat, BundleRequest)], ref_template=REF
    )
    schemas = found["$defs"]
    schemas["Sign"] = {**schemas.pop("Heartbeat"), "title": "Sign"}  # its name in the document, which others build on
    return {**dict(sorted(schemas.items())), **_bodies()}


def _bodies() -> Json:
    question, finding = ({"$ref": REF.format(model=name)} for name in ("Question", "Finding"))
    moment = {"type": "string", "format": "date-time"}
    key = {"type": "string", "minLength": 1, "description": "The sender's own: a request that comes twice opens one case"}
    faults = {"type": "array", "items": {"type": "object", "properties": dict.fromkeys(FAULT, TEXT)}}
    state = {"enum": [*map(str, State), "refused", "open", "settled", "complete"]}
    told: dict[str, Any] = {
        "number": NUMBER,
        "state": state,
        "move": {"enum": ["ask", "late_finding", "remind", *MOVES]},
        "at": moment,
        "batch": TEXT,
    }
    told["amended_at"] = {**moment, "description": "When the answer was amended or withdrawn; only where it was"}
    asked = {"question": question, "bundle": {"$ref": REF.format(model="BundleRequest")}}
    told["bundle"] = {**TEXT, "description": "The number of a bundle: then its joined result stands here, and no single case's"}
    found = {"finding": {"anyOf": [finding, {"type": "null"}]}, "key": key, "errors": faults}
    answer = {"number": NUMBER, "finding": {"anyOf": [finding, {"type": "null"}], "description": TAKEN_BACK}, "unit": UNIT}
    changed = {"amends": {"const": True, "description": AMENDS}, "reason": {**TEXT, "minLength": 1, "maxLength": 500}}
    return {
        "QuestionBody": _object({"number": NUMBER, "question": question, "due_at": moment, "salt": SALT}),
        "FindingBody": _object({**answer, "question_id": TEXT, "question_hash": HASH, **changed}, "question_id", *changed),
        "RequestBody": {**_object({"unit": UNIT, "key": key, **asked}, *asked), "oneOf": [{"required": [name]} for name in asked]},
        "AliveBody": {"$ref": REF.format(model="Sign")},
        "OutcomeBody": _object(
            {**told, **found}, "number", "move", "at", "batch", "bundle", "amended_at", "finding", "key", "errors"
        ),
    }


def _object(properties: Json, *optional: str) -> Json:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "required": required, "properties": properties}


class Writer(yaml.SafeDumper):
    """Writes what people read: texts of several lines as they are, and what is used twice written twice."""

    def represent_str(self, data: str) -> yaml.ScalarNode:
        """A text; one of several lines as a literal block."""
        return self.represent_scalar("tag:yaml.org,2002:str", data, "|" if "\n" in data else None)

    def ignore_aliases(self, data: object) -> bool:
        """No anchors: a reader of the file would have to jump about in it."""
        return True


Writer.add_representer(str, Writer.represent_str)


def text() -> str:
    """The document as the file in docs/."""
    return yaml.dump(document(metadata.version("hecha")), Dumper=Writer, sort_keys=False, allow_unicode=True, width=132)


if __name__ == "__main__":
    sys.stdout.write(text())
