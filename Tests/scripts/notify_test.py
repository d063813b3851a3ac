"""What a service manager hears of a server: that it serves, after its ready line, and that it is ending.

usage: notify_test.py DIRECTORY-OF-EXECUTABLES
"""
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile

SECONDS = 60


def server(program, home, notify_socket):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DARKROOM_")}
    return subprocess.Popen(
        [program, "--listen", "127.0.0.1:0", "--data", f"{home}/store"], stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, env=environment | {"NOTIFY_SOCKET": notify_socket})


def check(program, name, bound):
    with tempfile.TemporaryDirectory() as home, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        path = bound(home)
        manager.bind(path)
        manager.settimeout(SECONDS)
        process = server(program, home, path.replace("\0", "@"))
        try:
            heard = [manager.recv(100)]
            serves = process.stdout.readline().startswith(b"ready http://")
            process.send_signal(signal.SIGTERM)
            heard.append(manager.recv(100))
            code = process.wait(SECONDS)
        finally:
            process.kill()
            process.wait()
    passed = heard == [b"READY=1", b"STOPPING=1"] and serves and code == 0
    print(f"{'PASS' if passed else 'FAIL'} {name}: heard {heard}, exit {code}")
    return passed


def serves_without_hearer(program, name, notify_socket):
    with tempfile.TemporaryDirectory() as home:
        process = server(program, home, notify_socket)
        try:
            serves = process.stdout.readline().startswith(b"ready http://")
            process.send_signal(signal.SIGTERM)
            passed = serves and process.wait(SECONDS) == 0
        finally:
            process.kill()
            process.wait()
    print(f"{'PASS' if passed else 'FAIL'} {name}")
    return passed


def main():
    directory = pathlib.Path(sys.argv[1])
    results = [
        check(directory / "receiver", "receiver, a path", lambda home: f"{home}/notify"),
        check(directory / "worker", "worker, an abstract name", lambda home: f"\0darkroom-notify-{os.getpid()}"),
        serves_without_hearer(directory / "receiver", "nobody listens", "/nonexistent/notify"),
        serves_without_hearer(directory / "receiver", "a name that is none", "notify"),
        serves_without_hearer(directory / "receiver", "a name that is too long", "/" + "x" * 200),
    ]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
