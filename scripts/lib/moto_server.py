"""Services of AWS on this machine: moto's server, on a free loopback port, with boto3's clients for it."""
import contextlib
import pathlib
import socket
import subprocess
import sys
import time

import boto3
from botocore.config import Config

from server import REPOSITORY, environment, free_port

ACCOUNT = "000000000000"
REGION = "us-east-1"
READY_SECONDS = 60


class Moto:
    """The server, from `with` on. Jobs of AWS Batch run at once and without containers."""

    def __init__(self, folder):
        self.log = pathlib.Path(folder) / "moto.log"
        self.port = free_port()
        self.process = None

    @property
    def endpoint(self):
        """What clients are given."""
        return f"http://127.0.0.1:{self.port}"

    def client(self, service, **options):
        """A client of one of its services."""
        return boto3.client(service, endpoint_url=self.endpoint, region_name=REGION, aws_access_key_id="test",
                            aws_secret_access_key="test", config=Config(retries={"mode": "standard"}), **options)

    def __enter__(self):
        own = REPOSITORY / ".venv/bin/python"
        python = str(own) if own.exists() else sys.executable
        told = environment({"MOTO_ACCOUNT_ID": ACCOUNT, "PYTHONDONTWRITEBYTECODE": "1"})
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([python, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=told)
        deadline = time.monotonic() + READY_SECONDS
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return self
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.__exit__()
                raise RuntimeError(f"moto's server did not start:\n{self.log.read_text()[-2000:]}")
            time.sleep(0.05)

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
