"""The functions of the approval workflow, as AWS Lambda handlers.

A letter is a file in the outbox: the folder `outbox` beside this one, or where OUTBOX says. Whoever
sends real mail changes `_send` and nothing else. Standard library only.
"""

import os
import pathlib
import shlex
from urllib.parse import quote

DESK = "http://127.0.0.1:8090"
# Where the commands of a letter are meant for, if it is not the default.
ENDPOINT = os.environ.get("STATELINE_ENDPOINT", "")


def send_approval_request(event, context):
    """Asks somebody for an approval. Whoever has the letter has the token, and so the say."""
    request, to, token = event["request"], event["to"], event["token"]
    instead = f"{event['insteadOf']} did not answer, so you are asked.\n" if "insteadOf" in event else ""
    link = f"{os.environ.get('DESK_URL', DESK)}/?token={quote(token)}"
    yes = _command("succeed", token, "--output", '{"approved": true}')
    no = _command("fail", token, "--error", "Rejected", "--cause", "too expensive")
    text = (
        f"To: {to}\n"
        f"Subject: {request['requester']} asks for {request['amount']}\n"
        "\n"
        f"{request['requester']} asks for {request['amount']}: {request['purpose']}.\n"
        f"{instead}"
        f"Please answer within {_patience(request['patienceSeconds'])}:\n"
        "\n"
        f"  {link}\n"
        "\n"
        "or in a terminal, to say yes or no:\n"
        "\n"
        f"  {yes}\n"
        f"  {no}\n"
    )
    return {"letter": _send(request["id"], to, text)}


def tell_requester(event, context):
    """Tells whoever asked what came of it."""
    request, decision = event["request"], event["decision"]
    word = "approved" if event["approved"] else "rejected"
    why = f"\n{decision['why']}\n" if decision.get("why") else ""
    text = (
        f"To: {request['requester']}\n"
        f"Subject: {request['amount']} {word}\n"
        "\n"
        f"Your request {request['id']} was {word} by {decision['by']}.\n"
        f"{why}"
    )
    return {"letter": _send(request["id"], request["requester"], text)}


def _send(request_id, to, text):
    """Puts a letter into the outbox and gives its name. The log does not get it: it holds the token."""
    default = pathlib.Path(__file__).resolve().parent.parent / "outbox"
    outbox = pathlib.Path(os.environ.get("OUTBOX") or default)
    outbox.mkdir(parents=True, exist_ok=True)
    # What a request calls itself must not lead out of the folder.
    name = "".join(c if c.isalnum() or c in "-_" else "_" for c in f"{request_id}-{to}") + ".txt"
    letter = outbox / name
    # Whoever watches the outbox sees whole letters only.
    unfinished = letter.with_suffix(".tmp")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(letter)
    print(f"a letter to {to} is in the outbox: {letter}")
    return name


def _command(*words):
    more = ["--endpoint", ENDPOINT] if ENDPOINT else []
    return shlex.join(["stateline", "tokens", *words, *more])


def _patience(seconds):
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length and seconds % length == 0:
            count = seconds // length
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return f"{seconds} second{'s' if seconds != 1 else ''}"
