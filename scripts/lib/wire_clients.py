"""botocore's side of the comparison: what it sends for parameters, and what it reads in an answer."""
import urllib.parse
import uuid

import botocore
import botocore.config
import botocore.handlers as handlers
import botocore.parsers
import botocore.session
from botocore.awsrequest import HeadersDict
from botocore.exceptions import NoCredentialsError

TOKEN = "0a1b2c3d-0000-4000-8000-000000000000"
# What belongs to sending, or to signing.
IGNORED = ("host", "user-agent", "authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256", "content-length")
# What botocore does for its own users and the SDK for Java, with which Step Functions calls, does not: it encodes keys and user
# data, computes the hashes of keys, presigns copies between regions. And checksums of answers, which Step Functions was recorded
# not to ask for. Bodies stay bytes, so that no `Expect` is sent.
HELPERS = [
    ("before-parameter-build.s3.ListObjects", handlers.set_list_objects_encoding_type_url),
    ("before-parameter-build.s3.ListObjectsV2", handlers.set_list_objects_encoding_type_url),
    ("before-parameter-build.s3.ListObjectVersions", handlers.set_list_objects_encoding_type_url),
    ("before-parameter-build.s3.UploadPart", handlers.convert_body_to_file_like_object),
    ("before-parameter-build.s3.PutObject", handlers.convert_body_to_file_like_object),
    ("before-parameter-build.s3.CopyObject", handlers.handle_copy_source_param),
    ("before-parameter-build.s3.UploadPartCopy", handlers.handle_copy_source_param),
    ("before-parameter-build.ec2.RunInstances", handlers.base64_encode_user_data),
    ("before-parameter-build.autoscaling.CreateLaunchConfiguration", handlers.base64_encode_user_data),
    ("before-parameter-build", handlers._handle_request_validation_mode_member),
    ("before-call.ec2.CopySnapshot", handlers.inject_presigned_url_ec2),
]
HELPERS += [(event, handler) for event, handler, *_ in handlers.BUILTIN_HANDLERS
            if handler in (handlers.sse_md5, handlers.copy_source_sse_md5, handlers.inject_presigned_url_rds)]


class Sent(Exception):
    """Ends a call when its request is known."""


def name_of(service_id):
    """The service in a resource: `CloudWatch Logs` is `cloudwatchlogs`."""
    plain = "".join(letter for letter in service_id.lower() if letter.isascii() and letter.isalnum())
    for prefix in ("amazon", "aws"):
        if plain.startswith(prefix):
            plain = plain[len(prefix):]
            break
    return plain.removesuffix("service")


class Botocore:
    """A session without its helpers, with one client a service."""

    def __init__(self):
        uuid.uuid4 = lambda: TOKEN
        self.session = botocore.session.get_session()
        for event, handler in HELPERS:
            self.session.unregister(event, handler)
        self.clients = {}

    def services(self):
        """The services' names in botocore, in order."""
        return self.session.get_available_services()

    def model(self, service):
        return self.session.get_service_model(service)

    def client(self, service, signature=botocore.UNSIGNED):
        if (service, signature) not in self.clients:
            config = botocore.config.Config(signature_version=signature, retries={"total_max_attempts": 1}, disable_request_compression=True)
            client = self.session.create_client(service, region_name="us-east-1", endpoint_url="http://127.0.0.1:1", config=config,
                                                aws_access_key_id="test", aws_secret_access_key="test")
            client.meta.events.register("before-send", self._stop)
            self.clients[service, signature] = client
        return self.clients[service, signature]

    def forget(self):
        """Models are large; one service's is enough at a time."""
        self.clients.clear()

    def _stop(self, request, **_):
        raise Sent(request)

    def request(self, service, operation, parameters):
        """What is sent for an operation: method, host prefix, path, query, headers and body."""
        for signature in (botocore.UNSIGNED, "v4"):
            try:
                self.client(service, signature)._make_api_call(operation, parameters)
            except Sent as sent:
                return wire(sent.args[0])
            except NoCredentialsError:
                continue  # some operations are signed whatever the client says
        raise AssertionError("nothing was sent")


def wire(request):
    address = urllib.parse.urlsplit(request.url)
    body = request.body or b""
    if hasattr(body, "read"):
        body = body.read()
    headers = {}
    for name, value in request.headers.items():
        name = name.lower()
        if name not in IGNORED and not name.startswith("amz-sdk-"):
            headers[name] = value.decode() if isinstance(value, bytes) else str(value)
    return {
        "method": request.method,
        # A few services go where their rules say, whatever endpoint is given.
        "host_prefix": address.netloc.removesuffix("127.0.0.1:1") if address.netloc.endswith("127.0.0.1:1") else None,
        "path": address.path or "/",
        "query": address.query,
        "headers": headers,
        "body": body.encode() if isinstance(body, str) else bytes(body),
    }


def parsed(model, operation, status, headers, body):
    """What is read in an answer, and the members of a modelled error."""
    parser = botocore.parsers.create_parser(model.resolved_protocol)
    response = {"status_code": status, "headers": HeadersDict(headers), "body": body}
    result = parser.parse(response, operation.output_shape)
    members = None
    if status >= 300:
        shape = model.shape_for_error_code(result.get("Error", {}).get("QueryErrorCode") or result.get("Error", {}).get("Code"))
        members = None if shape is None else (shape, parser.parse(response, shape))
    return result, members
