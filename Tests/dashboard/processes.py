"""The real programs on free ports of loopback, for one run of checks: a provider, a worker, a control plane."""

import json
import os
import subprocess
import threading
import time
import urllib.error
import urllib.request

BIN = os.environ["DARKROOM_BIN"]
READY_WITHIN = 60

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Program:
    """A server that said where it serves. Its log goes to a file."""

    def __init__(self, directory, name, *arguments, **environment):
        self.name = name
        self.log = open(os.path.join(directory, f"{name}.log"), "ab")
        kept = {key: os.environ[key] for key in ("PATH", "HOME", "TMPDIR", "LANG") if key in os.environ}
        self.process = subprocess.Popen(
            [os.path.join(BIN, name), *arguments],
            env={**kept, "DARKROOM_ALLOW_PRIVATE_ADDRESSES": "1", **environment},
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        watch = threading.Timer(READY_WITHIN, self.process.kill)
        watch.start()
        line = self.process.stdout.readline()
        watch.cancel()
        if not line.startswith("ready "):
            raise RuntimeError(f"{name} did not serve: see {self.log.name}")
        self.url = line.removeprefix("ready ").strip()

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


class Rig:
    """All of them over one directory."""

    def __init__(self, directory, scenario, worker=None, picture="medium"):
        self.directory = directory
        self.programs = []
        self.simulator = self._start("provider-simulator", "--listen", "127.0.0.1:0", "--picture", picture)
        self.scenario(scenario)
        provider = {
            "GEMINI_API_KEY": "test-key",
            "GEMINI_BASE_URL": self.simulator.url,
            "DARKROOM_GEMINI_MODEL": "gemini-2.5-flash-image",
            "DARKROOM_PRICES": "gemini/*=39000",
            "DARKROOM_RATE_LIMIT": "off",
            "DARKROOM_CIRCUIT_BREAKER": "off",
            "DARKROOM_BACKOFF_FIRST": "0.05",
            "DARKROOM_BACKOFF_CAP": "0.2",
            # Held calls wait for a person's pace: the checks'.
            "DARKROOM_ATTEMPT_TIMEOUT": "600",
            "DARKROOM_IMAGE_DEADLINE": "1200",
            "DARKROOM_JOB_DEADLINE": "1200",
            **(worker or {}),
        }
        arguments = ("--listen", "127.0.0.1:0", "--data", os.path.join(directory, "worker"), "--provider", "gemini")
        self.worker = self._start("worker", *arguments, **provider)
        self.control = self._serve()

    def _serve(self, listen="127.0.0.1:0"):
        data = os.path.join(self.directory, "control")
        arguments = ("serve", "--listen", listen, "--data", data, "--worker", self.worker.url)
        return self._start("initiator", *arguments, DARKROOM_REQUESTS_PER_MINUTE="off")

    def _start(self, *arguments, **environment):
        program = Program(self.directory, *arguments, **environment)
        self.programs.append(program)
        return program

    def restart_control(self):
        """Ends the control plane and starts it again at the same address."""
        self.control.stop()
        self.programs.remove(self.control)
        self.control = self._serve(self.control.url.removeprefix("http://"))

    def stop(self):
        for program in reversed(self.programs):
            program.stop()

    def initiator(self, *arguments):
        """Runs a command on the control plane's store; its output."""
        data = os.path.join(self.directory, "control")
        done = subprocess.run(
            [os.path.join(BIN, "initiator"), *arguments, "--data", data], capture_output=True, text=True, timeout=120
        )
        if done.returncode:
            raise RuntimeError(f"initiator {arguments}: {done.stderr}")
        return done.stdout

    def key(self, owner, *flags):
        """A new API key, as `{id, key}`."""
        return json.loads(self.initiator("keys", "create", "--owner", owner, "--json", *flags))

    def ask(self, key, path, method="GET", document=None):
        """The control plane's answer to whoever bears the key: its status and document."""
        return call(self.control.url + path, method, document, Authorization=f"Bearer {key['key']}")

    def scenario(self, scenario):
        """What the provider does from now on."""
        call(self.simulator.url + "/_sim/scenario", "PUT", scenario)

    def release(self):
        """Lets go of the provider's held calls."""
        call(self.simulator.url + "/_sim/release", "POST")


def call(url, method="GET", document=None, **headers):
    """The answer's status and document."""
    body = None if document is None else json.dumps(document).encode()
    headers = {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    request = urllib.request.Request(url, data=body, method=method, headers=headers)
    try:
        with _opener.open(request, timeout=60) as answer:
            return answer.status, _document(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, _document(error.read())


def _document(body):
    try:
        return json.loads(body)
    except ValueError:
        return None


def until(what, fits, within=60):
    """What `fits` gives once it gives something; asked again until then."""
    end = time.monotonic() + within
    while True:
        found = fits()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"not within {within} s: {what}")
        time.sleep(0.05)
