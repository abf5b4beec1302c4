"""Answers as services write them, in all protocols, of values that fit their shapes; and what a task's result is then."""
import base64
import calendar
import datetime
import email.utils
import json
from xml.sax.saxutils import escape, quoteattr

import botocore.model

from wire_values import spelt_by_sdk


def text_of(shape, value, default):
    """A single value as text."""
    kind = shape.type_name
    if kind == "boolean":
        return "true" if value else "false"
    if kind == "timestamp":
        return time_text(value, shape.serialization.get("timestampFormat", default))
    if kind == "blob":
        return base64.b64encode(value).decode()
    return str(value)


def time_text(at, form):
    if form.lower() == "iso8601":
        return at.strftime("%Y-%m-%dT%H:%M:%S") + (f".{at.microsecond // 1000:03d}" if at.microsecond else "") + "Z"
    if form.lower() == "rfc822":
        return email.utils.formatdate(calendar.timegm(at.timetuple()), usegmt=True)
    millis = calendar.timegm(at.timetuple()) * 1000 + at.microsecond // 1000
    return str(millis // 1000 if millis % 1000 == 0 else millis / 1000)


def as_json(shape, value):
    """A value as the JSON that a service writes."""
    kind = shape.type_name
    if value is None or getattr(shape, "is_document_type", False):
        return value
    if kind == "structure":
        return {shape.members[name].serialization.get("name", name): as_json(shape.members[name], item) for name, item in value.items()}
    if kind == "list":
        return [as_json(shape.member, item) for item in value]
    if kind == "map":
        return {key: as_json(shape.value, item) for key, item in value.items()}
    if kind == "timestamp":
        form = shape.serialization.get("timestampFormat", "unixTimestamp")
        text = time_text(value, form)
        return json.loads(text) if form.lower() == "unixtimestamp" else text
    if kind == "blob":
        return base64.b64encode(value).decode()
    return value


def as_xml(shape, value, name):
    """A value as an element."""
    attributes = ""
    kind = shape.type_name
    if kind == "structure":
        inside = ""
        for member_name, item in value.items():
            member = shape.members[member_name]
            wire_name = member.serialization.get("name", member_name)
            if member.serialization.get("xmlAttribute"):
                prefix = wire_name.split(":")[0]
                attributes += f' xmlns:{prefix}="http://www.w3.org/2001/XMLSchema-instance" {wire_name}={quoteattr(item)}'
            else:
                inside += as_xml(member, item, wire_name)
    elif kind == "list":
        element = shape.member.serialization.get("name")
        if shape.serialization.get("flattened"):
            return "".join(as_xml(shape.member, item, element or name) for item in value)
        inside = "".join(as_xml(shape.member, item, element or "member") for item in value)
    elif kind == "map":
        key_name, value_name = shape.key.serialization.get("name", "key"), shape.value.serialization.get("name", "value")
        entries = [as_xml(shape.key, key, key_name) + as_xml(shape.value, item, value_name) for key, item in value.items()]
        if shape.serialization.get("flattened"):
            return "".join(f"<{name}>{entry}</{name}>" for entry in entries)
        inside = "".join(f"<entry>{entry}</entry>" for entry in entries)
    else:
        inside = escape(text_of(shape, value, "iso8601")).replace("\r", "&#13;")
    return f"<{name}{attributes}>{inside}</{name}>"


def in_xml(shape, value):
    """The members of a structure that are in its body, as elements."""
    inside = {name: item for name, item in value.items() if "location" not in shape.members[name].serialization}
    element = as_xml(shape, inside, "x")
    return element[element.index(">") + 1:-len("</x>")]


def response(model, operation, value):
    """Status, headers and body of an answer."""
    shape, protocol = operation.output_shape, model.resolved_protocol
    headers = {"x-amzn-RequestId": "request-1"}
    if shape is None:
        return 200, headers, b"" if protocol.startswith("rest") or protocol == "json" else b"<Response/>"
    if protocol == "json":
        return 200, headers, json.dumps(as_json(shape, value)).encode()
    if protocol in ("query", "ec2"):
        inside = in_xml(shape, value)
        wrapper = shape.serialization.get("resultWrapper")
        inside = f"<{wrapper}>{inside}</{wrapper}>" if wrapper else inside
        root = f"{operation.name}Response"
        text = f'<?xml version="1.0"?>\n<{root} xmlns="https://example.com/doc/">{inside}<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></{root}>'
        return 200, headers, text.encode()
    status = located(shape, value, headers)
    return status, headers, rest_body(shape, value, protocol)


def located(shape, value, headers):
    """Puts members into headers; gives the status."""
    status = 200
    for name, item in value.items():
        member = shape.members[name]
        place, wire_name = member.serialization.get("location"), member.serialization.get("name", name)
        if place == "statusCode":
            status = item
        elif place == "headers":
            headers.update({wire_name + key: text for key, text in item.items()})
        elif place == "header" and member.serialization.get("jsonvalue"):
            headers[wire_name] = base64.b64encode(json.dumps(item).encode()).decode()
        elif place == "header" and member.type_name == "list":
            headers[wire_name] = ", ".join(text_of(member.member, one, "rfc822") for one in item)
        elif place == "header":
            headers[wire_name] = text_of(member, item, "rfc822")
    return status


def rest_body(shape, value, protocol):
    payload = shape.serialization.get("payload")
    if payload is None:
        inside = {name: item for name, item in value.items() if "location" not in shape.members[name].serialization}
        if protocol == "rest-json":
            return json.dumps(as_json(shape, inside)).encode()
        return f'<?xml version="1.0"?><Root xmlns="http://example.com/">{in_xml(shape, inside)}</Root>'.encode()
    member = shape.members[payload]
    if payload not in value:
        return b""
    item = value[payload]
    if member.type_name in ("blob", "string"):
        return item if isinstance(item, bytes) else item.encode()
    if protocol == "rest-json":
        return json.dumps(as_json(member, item)).encode()
    return as_xml(member, item, member.serialization.get("name", payload)).encode()


NO_MEMBERS = botocore.model.StructureShape("Nothing", {"type": "structure", "members": {}})


def error_response(model, shape, value):
    """Status, headers and body of an error; without a shape it is one that the model does not have."""
    protocol = model.resolved_protocol
    code = shape.error_code if shape else "Unheard.Of"
    headers = {"x-amzn-RequestId": "request-1"}
    status = shape.metadata.get("error", {}).get("httpStatusCode", 400) if shape else 400
    status = status if status >= 400 else 400
    if shape is None:
        shape = NO_MEMBERS
    if protocol in ("json", "rest-json"):
        if protocol == "rest-json":
            located(shape, value, headers)
            headers["x-amzn-ErrorType"] = f"{code}:http://example.com/"
        inside = {name: item for name, item in value.items() if "location" not in shape.members[name].serialization}
        return status, headers, json.dumps({"__type": f"com.amazonaws.x#{code}", **as_json(shape, inside)}).encode()
    inside = {name: item for name, item in value.items()
              if "location" not in shape.members[name].serialization and shape.members[name].serialization.get("name", name).lower() not in ("code", "type", "message")}
    inside = f"<Code>{code}</Code><Message>said &amp; done</Message>{in_xml(shape, inside)}"
    if protocol == "ec2":
        text = f"<Response><Errors><Error>{inside}</Error></Errors><RequestID>request-1</RequestID></Response>"
    elif model.service_name == "s3":
        text = f"<Error>{inside}<RequestId>request-1</RequestId></Error>"
    else:
        text = f'<ErrorResponse xmlns="http://example.com/"><Error>{inside}</Error><RequestId>request-1</RequestId></ErrorResponse>'
    return status, headers, text.encode()


def result(shape, value):
    """What a task's result has for a value that botocore read."""
    kind = shape.type_name
    if value is None or getattr(shape, "is_document_type", False):
        return value
    if kind == "structure":
        return {spelt_by_sdk(name): result(shape.members[name], value[name]) for name in shape.members if name in value}
    if kind == "list":
        return [result(shape.member, item) for item in value]
    if kind == "map":
        return {key: result(shape.value, item) for key, item in value.items()}
    if kind == "timestamp":
        return time_text(value.astimezone(datetime.timezone.utc), "iso8601")
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return base64.b64encode(value).decode()
    if kind == "string" and not isinstance(value, str):
        # JSON in a header stays the text that it is.
        return json.dumps(value)
    return value
