"""Random values for the shapes of AWS models, each twice: as botocore takes it and as a workflow writes it."""
import datetime
import json

TEXTS = ["", "a", "plain text", "ümläut ß", "日本語", "quo\"te'back\\slash", "a&b<c>d", "line\nbreak\ttab", "/slash/", "100%+1 = ?#", "\U0001f600", "x" * 70, "{\"a\": [1]}"]
PLAIN = ["a", "plain text", "a,b", "with \"quotes\"", "x/y=z", "100%", "v-1.2_3~4"]
WORDS = ["default", "new", "class", "equals", "for", "enum", "int", "long", "public", "switch", "package", "import", "interface", "return", "static", "final", "native",
         "abstract", "continue", "goto", "private", "protected", "void", "volatile", "while", "char", "byte", "short", "float", "double", "boolean", "null", "true", "false",
         "assert", "break", "case", "catch", "const", "do", "else", "extends", "finally", "if", "implements", "instanceof", "notify", "strictfp", "super", "synchronized",
         "this", "throw", "throws", "transient", "try"]
# Members that botocore looks into before it sends anything.
SOUND = {
    "Bucket": "a-bucket.name",
    "AccountId": "123456789012",
    "OutpostId": "op-1",
    "EndpointId": "ab.cd",
    "KvsARN": "arn:aws:cloudfront::123456789012:key-value-store/a1",
    "PredictEndpoint": "http://127.0.0.1:1",
}
# botocore has these besides the models, to presign requests between regions.
PRESIGNING = ("SourceRegion",)


def raised(name):
    """The name with its first letter raised."""
    return name[:1].upper() + name[1:]


def spelt_by_sdk(name):
    """The name as the SDK for Java 2 has it, in a workflow: only the acronym in front loses its capitals."""
    if name == "NULL":
        return "Nul"
    end = 1
    while end < len(name) and name[end].isupper() and not name[end + 1:end + 2].islower():
        end += 1
    spelt = name[:end].lower() + name[end:]
    return raised(spelt + "Value" if spelt in WORDS else spelt)


class Values:
    """A seeded generator of values."""

    DEPTH_MAX = 5

    def __init__(self, random, xml=False):
        self.random = random
        # A reader of XML gives line ends back in one form.
        self.texts = [text for text in TEXTS if not xml or "\n" not in text]

    def both(self, shape, depth=0, place=None):
        """The value for botocore, and the value for a workflow."""
        return getattr(self, f"_{shape.type_name}")(shape, depth, place)

    def _structure(self, shape, depth, place):
        if getattr(shape, "is_document_type", False):
            value = self.document()
            return value, value
        names = list(shape.members)
        if getattr(shape, "is_tagged_union", False):
            names = [self.random.choice(names)] if names else []
        ours, theirs = {}, {}
        for name in names:
            member = shape.members[name]
            must = name in shape.required_members or member.serialization.get("location") == "uri" or member.serialization.get("hostLabel")
            if member.serialization.get("eventstream") or name in PRESIGNING and depth == 0 and "PreSignedUrl" in shape.members:
                continue
            # Shapes that hold themselves end here.
            if not must and not getattr(shape, "is_tagged_union", False) and (depth >= self.DEPTH_MAX or self.random.random() < 0.15 + 0.15 * depth):
                if self.random.random() < 0.05:
                    ours[raised(name)] = None
                continue
            if depth > self.DEPTH_MAX * 3:
                raise RecursionError(shape.name)
            spelling = raised if self.random.random() < 0.5 else spelt_by_sdk
            theirs[name], ours[spelling(name)] = self.member(shape, name, member, depth)
        return theirs, ours

    def member(self, shape, name, member, depth):
        place = member.serialization.get("location")
        if member.serialization.get("hostLabel"):
            place = "host"
        if member.serialization.get("jsonvalue") and place == "header":
            value = {"a": [1, 2.5, "x"]}
            return value, value
        if member.serialization.get("streaming") and shape.serialization.get("payload") == name:
            value = self.random.choice([self.random.choice(TEXTS), {"a": [1, None]}, [], 5, False])
            text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
            return text.encode(), value
        if name in SOUND and member.type_name == "string" and not getattr(member, "enum", None):
            return SOUND[name], SOUND[name]
        return self.both(member, depth + 1, place)

    def _list(self, shape, depth, place):
        least = max(shape.metadata.get("min", 0), 1 if place else 0)
        count = max(least, 0 if depth >= self.DEPTH_MAX else self.random.randrange(0, 4))
        pairs = [self.both(shape.member, depth + 1, place) for _ in range(count)]
        return [one for one, _ in pairs], [other for _, other in pairs]

    def _map(self, shape, depth, place):
        count = max(shape.metadata.get("min", 0), 0 if depth >= self.DEPTH_MAX else self.random.randrange(0, 3))
        theirs, ours = {}, {}
        for index in range(count):
            key = shape.key.enum[index % len(shape.key.enum)] if getattr(shape.key, "enum", None) else f"key-{index}"
            if not place:
                key += self.random.choice(["", "", "_x", ".Y"]) if not getattr(shape.key, "enum", None) else ""
            key = key.ljust(shape.key.metadata.get("min", 0), "k")
            theirs[key], ours[key] = self.both(shape.value, depth + 1, place)
        return theirs, ours

    def _string(self, shape, depth, place):
        if getattr(shape, "enum", None):
            value = self.random.choice(shape.enum)
            if value.lower().startswith(("xxhash", "crc32c", "crc64", "md5")):
                value = "SHA256"
        elif place == "host":
            value = self.random.choice(["123456789012", "a-b.c"])
        elif place in ("header", "headers"):
            value = self.random.choice(PLAIN)
        elif place == "uri":
            value = self.random.choice(PLAIN + ["ü/ß", "100% #?&"])
        else:
            value = self.random.choice(self.texts)
        value = value.ljust(shape.metadata.get("min", 0), "k")
        return value, value

    def _integer(self, shape, depth, place):
        least = shape.metadata.get("min", -5)
        value = int(least) + self.random.randrange(0, 10**self.random.randrange(1, 6))
        return value, value

    _long = _integer

    def _float(self, shape, depth, place):
        least = shape.metadata.get("min", -100)
        value = least + self.random.choice([0.5, 1, 3.25, 1e20, 1.5e-7, 0.1, 1234567.875])
        return value, value

    _double = _float

    def _boolean(self, shape, depth, place):
        value = self.random.random() < 0.5
        return value, value

    def _timestamp(self, shape, depth, place):
        seconds = self.random.randrange(0, 4 * 10**9)
        micros = 0 if place else self.random.choice([0, 0, 500_000, 123_000, 123_456])
        at = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).replace(microsecond=micros)
        number = seconds if micros == 0 else (seconds * 10**6 + micros) / 10**6
        elsewhere = at.astimezone(datetime.timezone(datetime.timedelta(hours=2)))
        ours = self.random.choice([at.isoformat().replace("+00:00", "Z"), elsewhere.isoformat(), number])
        return at, ours

    def _blob(self, shape, depth, place):
        value = self.random.choice(TEXTS[1:]).ljust(shape.metadata.get("min", 0), "k")
        return value.encode(), value

    def _character(self, shape, depth, place):
        return "c", "c"

    def document(self, depth=0):
        """Any JSON."""
        kind = self.random.randrange(0, 6 if depth < 2 else 4)
        if kind == 4:
            return [self.document(depth + 1) for _ in range(self.random.randrange(0, 3))]
        if kind == 5:
            return {f"Key {index}": self.document(depth + 1) for index in range(self.random.randrange(0, 3))}
        return self.random.choice([self.random.choice(TEXTS), 5, -2.5, True]) if kind else "document"

