"""What docs/asyncapi.yaml says in words: the guide, the channels, and one example of each letter."""

from typing import Any, Literal, NamedTuple

Action = Literal["receive", "send", ""]


class Channel(NamedTuple):
    """One queue, or one kind of queue. `action` is what a unit's own system does there; empty: it is the house's own."""

    address: str
    action: Action
    kinds: tuple[str, ...]
    words: str
    summary: str = ""


CHANNELS = {
    "questions": Channel("questions.{unit}", "receive", ("question",), "Questions for one answering unit.",
                         "Take the questions of your unit"),
    "findings": Channel("findings", "send", ("finding", "alive"),
                        "What the units' machines found, and their signs of life.", "Answer a question, or say that you live"),
    "requests": Channel("requests", "send", ("request",), "Questions from units that ask by letter instead of over HTTP.",
                        "Ask a question"),
    "outcomes": Channel("outcomes.{unit}", "receive", ("outcome",), "What became of the cases of one asking unit.",
                        "Hear what became of your questions"),
    "alerts": Channel("alerts", "", (), "Texts to be sent. The house's own."),
    "dead": Channel("dead", "send", ("question",), "Letters nobody could read; administrators see them and can put them back.",
                    "Put a question aside that cannot be read"),
}  # fmt: skip

GUIDE = """\
A unit's own system needs an AMQP 0-9-1 client, an account, and this page; Hecha itself need not be installed there.

**Account.** Each unit has one, called by the unit's code. It may read `questions.UNIT` and `outcomes.UNIT`, and write to the
exchange `unit.UNIT` alone, which leads to `findings` and `dead` where the unit answers and to `requests` where it asks; the
routing key is the queue's name. `body.unit` must be the account's own unit: other letters are put aside unread.

**Answering.** For each letter from `questions.UNIT`:

1. Read it. A letter that is no JSON, or whose `version` is not 1, goes to `dead` as it came.
2. Look at your records. Say `not_digitised` where a person must look: never `no_record` for what your records may lack.
3. Publish the finding, persistent and mandatory, with an `id` that follows from the question's (UUIDv5 of it): a question can
   come twice, and the second finding is then known.
4. Wait for the publisher confirm; only then acknowledge the question. Work on batches: read up to 200, publish all, wait once.

A question given back more than five times goes to `dead`. Where your records are away, wait before you give it back.

**Saying that you live** is optional. A letter `alive` to `findings` every half minute, and one with `running: false` before you
stop, lets supervisors see at once when your machine is silent. Without it they see when you last answered.

**In JavaScript** (`npm install amqplib`), for the unit `police`; `look` asks your records and returns a finding:

```js
import amqp from "amqplib";
import { createHash, randomUUID } from "node:crypto";

const UNIT = process.env.UNIT ?? "police";
const connection = await amqp.connect(process.env.BROKER_URL); // amqps://police:PASSWORD@your.broker.example:5671/hecha
const channel = await connection.createConfirmChannel();
await channel.prefetch(200);

function follows(id) { // any stable UUID made of the question's id will do
  const hex = createHash("sha256").update("finding of " + id).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

async function look(question) {
  return { outcome: "not_digitised", source: "record", words: "" };
}

await channel.consume(`questions.${UNIT}`, async (delivery) => {
  let queue = "findings", wire = delivery.content, id = randomUUID();
  try {
    const letter = JSON.parse(wire.toString("utf8"));
    if (letter.version !== 1) throw new Error("unknown version");
    id = follows(letter.id);
    const body = { number: letter.body.number, unit: UNIT, question_id: letter.id, finding: await look(letter.body.question) };
    const posted_at = new Date().toISOString();
    wire = Buffer.from(JSON.stringify({ version: 1, id, kind: "finding", to: queue, about: body.number, body, posted_at }));
  } catch {
    queue = "dead";
  }
  const options = { persistent: true, mandatory: true, messageId: id, contentType: "application/json" };
  channel.publish(`unit.${UNIT}`, queue, wire, options, (error) => error ? channel.nack(delivery) : channel.ack(delivery));
});
```

**Asking.** Publish a request with a `key` of your own and read `outcomes.UNIT`: first comes `move: ask` with the case's number and
your key, or `state: refused` with the fields that are wrong; later what became of it. Acknowledge an outcome when it is stored."""

KINSHIP: dict[str, Any] = {
    "item": "kinship", "matter": "close_relative_card", "purpose": "Closing the card of a relative", "reference": "LD-2026-0417",
    "subjects": {"person": {"name": "吴一", "id_number": "330725196205140015"},
                 "relative": {"name": "吴大", "id_number": "330725193607120013"}},
    "details": {"relation": "father"},
}  # fmt: skip
FOUND: dict[str, Any] = {"outcome": "confirmed", "source": "record", "words": "同户，户主之子。", "evidence": {"id_form": "15"}}
NUMBER, QUESTION_ID = "20260701-4V67YDQG", "5b3c5d7c-9a35-4b8e-8a53-0a1de7f1f4b0"


def _letter(name: str, kind: str, to: str, body: dict[str, Any]) -> dict[str, Any]:
    about = body.get("number", "")
    return {"version": 1, "id": name, "kind": kind, "to": to, "about": about, "body": body, "posted_at": "2026-07-01T01:30:00Z"}


EXAMPLES: dict[str, dict[str, Any]] = {
    "question": _letter(QUESTION_ID, "question", "questions.police",
                        {"number": NUMBER, "question": KINSHIP, "due_at": "2026-07-02T01:30:00Z"}),
    "finding": _letter("0d7f2c9e-55ab-5f0e-a1d4-6f1f2f0a7c11", "finding", "findings",
                       {"number": NUMBER, "finding": FOUND, "unit": "police", "question_id": QUESTION_ID}),
    "alive": _letter("2f6c1d3e-8a4b-4c5d-9e6f-7a8b9c0d1e2f", "alive", "findings",
                     {"unit": "police", "items": ["kinship"], "version": "1.0", "running": True, "records": True,
                      "answered": 128, "started_at": "2026-07-01T00:30:00Z"}),
    "request": _letter("7c9a1be2-3f45-4a6b-9c1d-2e3f4a5b6c7d", "request", "requests",
                       {"unit": "bank-binjiang", "key": "LD-2026-0417", "question": KINSHIP}),
    "outcome": _letter("9e8d7c6b-5a49-4838-8271-605f4e3d2c1b", "outcome", "outcomes.bank-binjiang",
                       {"number": NUMBER, "state": "answered", "move": "find", "finding": FOUND,
                        "at": "2026-07-01T01:30:01Z", "batch": ""}),
}  # fmt: skip
