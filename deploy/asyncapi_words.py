"""What docs/asyncapi.yaml says in words: the guide, the channels, and one example of each letter."""

from typing import Any, Literal, NamedTuple

from storage.json import Json

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
    "replies": Channel("replies.{unit}", "receive", ("outcome",), "What became of the questions of a unit that asks by letter.",
                       "Hear what became of your questions"),
    "outcomes": Channel("outcomes.{unit}", "", (), "What became of the cases of one asking unit. The house's own."),
    "alerts": Channel("alerts", "", (), "Texts to be sent. The house's own."),
    "dead": Channel("dead", "send", ("question",), "Letters nobody could read; administrators see them and can put them back.",
                    "Put a question aside that cannot be read"),
}  # fmt: skip

GUIDE = """\
A unit's own system needs an AMQP 0-9-1 client, a JOSE library, an account, its letter keys, and this page; Hecha itself need not
be installed there.

**Account.** Each unit has one, called by the unit's code. It may read `questions.UNIT`, or `replies.UNIT` where it asks by letter,
and write to the exchange `unit.UNIT` alone, which leads to `findings` and `dead` where the unit answers and to `requests` where it
asks; the routing key is the queue's name. Connections are TLS. The address comes from `hecha provision-broker`.

**Keys.** `hecha keys make UNIT` on the unit's machine writes `unit-UNIT.json`: pairs of JWK (RFC 8037), Ed25519 for signing and
X25519 for reading, under one id, the thumbprint of the signing key (RFC 7638). Any program may write such a file. The public
half goes to the house (`hecha keys export`), the house's comes back (`hecha keys import`), and two people compare fingerprints.

**A letter on the wire** is a compact JWS (RFC 7515): header `alg` Ed25519, `kid` of the sender's pair, `typ` letter+jwt. Verify it
before you read it. Its claims, as JSON:

| claim | meaning |
|---|---|
| `version` | 2 |
| `iss` | who sends: a unit's code, or `@house`; must be the owner of `kid` |
| `aud` | the queue it was written for; anywhere else it is not believed |
| `jti` | the letter's id, a UUID: what comes twice has one effect |
| `iat`, `exp` | when it was sealed and until when it is taken, in seconds since 1970; at most ten days apart |
| `kind`, `about`, `posted_at` | see the schemas; `about` is the case number |
| `body` | a compact JWE (RFC 7516) for the reader: `alg` ECDH-ES on X25519, `enc` A256GCM, `kid` of the reader's pair |

**Letters that left together** are signed together: one signature for hundreds. Such a letter is `CLAIMS~PLACE~PATH~ROOT`, and is
verified alone: CLAIMS is the base64url of the claims, as between the dots of a JWS; ROOT a compact JWS with the header `typ`
letters+jwt, which says `root` and `size`. Its leaf is the SHA-256 of a byte 0 and CLAIMS as it stands; PATH, base64url again, holds
hashes of 32 bytes, the nearest first, with which it leads to the root of a tree of `size` letters from PLACE on, counted from 0, as
in RFC 9162, 2.1.3.2: a node is the SHA-256 of a byte 1 and the two below it. Remember a ROOT that you have verified, by all its
bytes: the next letters have the same. Take both forms; whether you send letters of your own in either is yours to choose.

What `body` says once it is opened is in the schemas below. `body.unit` must be the sender's own. A letter that is not right is
buried with its reason: NotSigned, UnknownKey, RevokedKey, ExpiredKey, Altered, Readdressed, Replayed, Expired, Postdated,
NotAllowed, SealedForAnother, Shapeless, WrongQuestion, UnknownCase, UnknownOutcome, UnknownFact, FactsDenyOutcome, PastDay,
RecordsDenyOutcome, WrongValue, TooManyRows.

**Answering.** For each letter from `questions.UNIT`:

1. Open it. What cannot be opened or believed goes to `dead` as it came.
2. Look at your records. Say `not_digitised` where a person must look: never `no_record` for what your records may lack.
3. Seal the finding. It names the question it answers by `question_hash`, the SHA-256 in hexadecimal of the bytes that came out of
   the question's JWE; a finding that names another is refused. Its `jti` follows from the question's: a question can come twice,
   and the second finding is then known.
4. Publish it persistent and mandatory, wait for the publisher confirm, and only then acknowledge the question. Work on batches:
   read up to 200, publish all, wait once.

A question given back more than five times goes to `dead`. Where your records are away, wait before you give it back. Where your
records look emptied (a table without rows, a tenth fewer than before, an older copy), do not answer: they are away, and `no_record`
would be untrue.

**Facts.** A question states one fact or several: `GET /api/v1/items` lists them, the main one first, with the details that state
them. A finding says of each in `facts` whether it `agrees`, `differs` or stays `unknown`. The outcome must follow: `contradicted`
where one differs, `confirmed` where the main one agrees and none differs. `values` are the record's own words on a fact; the house
tells them only where the item allows it for the matter. All of this may be left out: a finding without facts is taken as its
outcome has it.

**Who is who.** Compare names in one form: without blanks and signs that nobody sees, one middle dot for all, full width made plain,
capitals alike. Where a number is yours and the name is another's, say `identity_mismatch`, and in `identity`, by role, `agrees`,
`name_differs` or `not_known`: never `contradicted`, which would speak of the fact. Never tell the other name.

**None** is `no_record`, with `as_of` in the evidence: say it where your register holds everything that is so today, or the whole
time that is asked about.
**Putting an answer right.** Where your records show later that a delivered answer was wrong, send a finding with `"amends": true`
and a `reason`, naming the same `question_hash`, with a `jti` of its own; a `finding` of null withdraws the answer. It takes the
place of what was delivered, also after the asker has closed the case; one that turns confirmed into contradicted, or back, waits
until a clerk of your unit has confirmed it. `not_digitised` amends nothing.

**Saying that you live** is optional. A letter `alive` to `findings` every half minute, and one with `running: false` before you
stop, lets supervisors see within a minute when your machine is silent. In `ills`, by item, say `away`, `failing` or `slow` of
records that you cannot ask. Without it they see when you last answered.

**In Python** (`pip install joserfc pika`); `look` asks your records and returns a finding:

```python
import base64, hashlib, json, os, time, uuid
from datetime import UTC, datetime
from functools import lru_cache

import pika
from joserfc import jwe, jws
from joserfc.jwk import OKPKey

UNIT = os.environ["UNIT"]  # police
KEYS = json.load(open(os.environ["KEYS"]))  # unit-police.json
OWN = {pair["kid"]: pair for pair in KEYS["keys"]}
HOUSE = {key["kid"]: key for key in KEYS["house"]}
SEALING = ["ECDH-ES", "A256GCM"]


def unb64(text):
    return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))


def newest(keys):
    started = [key for key in keys.values() if datetime.fromisoformat(key["valid_from"]) <= datetime.now(UTC)]
    return max(started, key=lambda key: key["valid_from"])


def root_of(leaf, place, size, path):
    last = size - 1
    for beside in path:
        if place % 2 or place == last:
            leaf = hashlib.sha256(b"\\1" + beside + leaf).digest()
            while place and not place % 2:
                place, last = place // 2, last // 2
        else:
            leaf = hashlib.sha256(b"\\1" + leaf + beside).digest()
        place, last = place // 2, last // 2
    return leaf if last == 0 else None


@lru_cache(100)  # one root stands for hundreds of letters
def verified(wire, typ):
    kid = jws.extract_compact(wire).headers()["kid"]
    signed = jws.deserialize_compact(wire, OKPKey.import_key(HOUSE[kid]["sign"]), algorithms=["Ed25519"])
    if signed.headers()["typ"] != typ:
        raise ValueError("not what it should be")
    return json.loads(signed.payload)


def claims_of(wire):
    if b"~" not in wire:
        return verified(wire, "letter+jwt")
    claims, place, path, root = wire.split(b"~")
    tree, hashes = verified(root, "letters+jwt"), [unb64(path)[at:at + 32] for at in range(0, len(unb64(path)), 32)]
    if root_of(hashlib.sha256(b"\\0" + claims).digest(), int(place), tree["size"], hashes) != unb64(tree["root"].encode()):
        raise ValueError("not under this root")
    return json.loads(unb64(claims))


def open_letter(wire, queue):
    claims = claims_of(wire)
    if (claims["version"], claims["iss"], claims["aud"]) != (2, "@house", queue) or claims["exp"] <= time.time():
        raise ValueError("not for us, or not any more")
    reader = lambda token: OKPKey.import_key(OWN[token.headers()["kid"]]["read"])
    return claims, jwe.decrypt_compact(claims["body"], reader, algorithms=SEALING).plaintext


def seal_letter(kind, queue, about, body, name):
    mine, theirs, now = newest(OWN), newest(HOUSE), int(time.time())
    header = {"alg": "ECDH-ES", "enc": "A256GCM", "kid": theirs["kid"]}
    sealed = jwe.encrypt_compact(header, json.dumps(body), OKPKey.import_key(theirs["read"]), algorithms=SEALING)
    claims = {"version": 2, "iss": UNIT, "aud": queue, "jti": name, "iat": now, "exp": now + 86400, "kind": kind, "about": about,
              "posted_at": datetime.now(UTC).isoformat(), "body": sealed}
    header = {"alg": "Ed25519", "kid": mine["kid"], "typ": "letter+jwt"}
    return jws.serialize_compact(header, json.dumps(claims), OKPKey.import_key(mine["sign"]), algorithms=["Ed25519"]).encode()


def look(question):
    return {"outcome": "not_digitised", "source": "record", "words": ""}


def answer(wire):
    claims, plain = open_letter(wire, f"questions.{UNIT}")
    asked = json.loads(plain)
    body = {"number": asked["number"], "unit": UNIT, "question_id": claims["jti"],
            "question_hash": hashlib.sha256(plain).hexdigest(), "finding": look(asked["question"])}
    name = str(uuid.uuid5(uuid.NAMESPACE_OID, "finding of " + claims["jti"]))
    return seal_letter("finding", "findings", body["number"], body, name)


channel = pika.BlockingConnection(pika.URLParameters(os.environ["BROKER_URL"])).channel()  # amqps://police:PASSWORD@HOST:5671/hecha
channel.confirm_delivery()
channel.basic_qos(prefetch_count=200)
for delivery, _, wire in channel.consume(f"questions.{UNIT}"):
    try:
        queue, letter = "findings", answer(wire)
    except Exception:
        queue, letter = "dead", wire
    lasting = pika.BasicProperties(delivery_mode=2, content_type="application/jose")
    channel.basic_publish(f"unit.{UNIT}", queue, letter, lasting, mandatory=True)
    channel.basic_ack(delivery.delivery_tag)
```

**Asking.** Publish a request with a `key` of your own and read `replies.UNIT` (the house takes your key in with
`hecha keys import --writes`): first comes `move: ask` with the case's number and your key, or `state: refused` with the fields
that are wrong; later what became of it. Acknowledge an outcome when it is stored.

A delivered answer may be put right: then `move` is `amend` or `withdraw_answer`, also weeks after the closing, and `amended_at`
says when; whoever relied on the earlier answer must hear of it, and somebody of your unit confirms so with the move `acknowledge`
(over HTTP)."""

KINSHIP: dict[str, Any] = {
    "item": "kinship", "matter": "close_relative_card", "purpose": "Closing the card of a relative", "reference": "LD-2026-0417",
    "subjects": {"person": {"name": "吴一", "id_number": "330725196205140015"},
                 "relative": {"name": "吴大", "id_number": "330725193607120013"}},
    "details": {"relation": "father"},
}  # fmt: skip
FOUND = {"outcome": "confirmed", "source": "record", "words": "同户，户主之子。", "facts": {"related": "agrees"},
         "evidence": {"id_form": "15", "as_of": "2026-06-30"}}  # fmt: skip
NUMBER, QUESTION_ID = "20260701-4V67YDQG", "5b3c5d7c-9a35-4b8e-8a53-0a1de7f1f4b0"


def _letter(name: str, kind: str, to: str, body: Json) -> Json:
    about = body.get("number", "")
    return {"version": 1, "id": name, "kind": kind, "to": to, "about": about, "body": body, "posted_at": "2026-07-01T01:30:00Z"}


EXAMPLES: dict[str, dict[str, Any]] = {
    "question": _letter(QUESTION_ID, "question", "questions.police",
                        {"number": NUMBER, "question": KINSHIP, "due_at": "2026-07-02T01:30:00Z",
                         "salt": "c0ffee00c0ffee00c0ffee00c0ffee00"}),
    "finding": _letter("0d7f2c9e-55ab-5f0e-a1d4-6f1f2f0a7c11", "finding", "findings",
                       {"number": NUMBER, "finding": FOUND, "unit": "police", "question_id": QUESTION_ID,
                        "question_hash": "9f2c54a1d0b7e1f6b0a6b8a2f8f0f7f4c1a5d3f1e2b4c6d8e0f1a3b5c7d9e1f3"}),
    "alive": _letter("2f6c1d3e-8a4b-4c5d-9e6f-7a8b9c0d1e2f", "alive", "findings",
                     {"unit": "police", "items": ["kinship"], "version": "1.0", "running": True, "records": False,
                      "ills": {"kinship": "away"}, "answered": 128, "started_at": "2026-07-01T00:30:00Z"}),
    "request": _letter("7c9a1be2-3f45-4a6b-9c1d-2e3f4a5b6c7d", "request", "requests",
                       {"unit": "bank-binjiang", "key": "LD-2026-0417", "question": KINSHIP}),
    "outcome": _letter("9e8d7c6b-5a49-4838-8271-605f4e3d2c1b", "outcome", "replies.bank-binjiang",
                       {"number": NUMBER, "state": "answered", "move": "find", "finding": FOUND,
                        "at": "2026-07-01T01:30:01Z", "batch": ""}),
}  # fmt: skip
