"""Runs the blocks of a document and compares what they print. Called by scripts/readme-check, which says how."""
import argparse
import ctypes
import fcntl
import os
import pathlib
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

COMMAND_SECONDS = 300
BUILD_SECONDS = 3600
OUTPUT_SECONDS = float(os.environ.get("README_CHECK_OUTPUT_SECONDS", "90"))


class Mismatch(Exception):
    """The document and the program do not agree."""


class Block:
    def __init__(self, line, text, is_long):
        self.line, self.text, self.is_long = line, text, is_long
        self.outputs = []

    def exits(self):
        """The codes that are declared, by the first line of the command that ends with them; lines count from 1."""
        codes, first, is_open = {}, 1, False
        for number, line in enumerate(self.text.splitlines(), 1):
            if not is_open:
                first = number
            is_open = line.endswith("\\")
            if declared := re.search(r"#.*\bexit (\d+)", line):
                codes[first] = int(declared[1])
        return codes


def blocks(document):
    """The blocks of commands, each with the outputs that follow it."""
    found, fence, directive = [], None, None
    for number, line in enumerate(document.splitlines(), 1):
        if fence is None:
            comment = re.fullmatch(r"<!-- readme-check: (\w+) -->", line.strip())
            opening = re.fullmatch(r"```(\S*)\s*", line)
            if opening:
                fence = (number, opening[1], [], directive)
            directive = comment[1] if comment else (directive if not line.strip() else None)
        elif line.rstrip() == "```":
            start, language, lines, mark = fence
            fence, directive = None, None
            if language == "sh":
                found.append(Block(start, "\n".join(lines) + "\n", mark == "long"))
            elif found and (language == "" or mark == "output"):
                found[-1].outputs.append((start, lines))
        else:
            fence[2].append(line)
    if fence:
        raise Mismatch(f"line {fence[0]}: the block has no end")
    return found


def shape(text):
    """The text without what differs from run to run, and without white space."""
    text = re.sub(r"\x1b\[[0-9;]*[A-Za-z]|\r", "", text)
    text = re.sub(r";base64,[A-Za-z0-9+/=]*", ";base64,B", text)
    text = re.sub(r"\b(job|claim|key|run|dr|whsec|darkroom)_[A-Za-z0-9+/=_-]+", r"\1_ID", text)
    text = re.sub(r"\b(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{16,}\b", "HASH", text)
    text = re.sub(r"[^\w\s\x00-\x7f…]+", "~", text)
    # All numbers but a status.
    text = re.sub(r"HTTP/[\d.]+ \d+|\d+(\.\d+)?", lambda found: found[0] if found[0].startswith("HTTP") else "N", text)
    return re.sub(r"\s+", "", text)


def missing(expected_lines, actual):
    """The first part of the expected output that is not in the actual one, in order; None if all are."""
    have, place = shape(actual), 0
    for line, following in zip(expected_lines, [*expected_lines[1:], ""]):
        # Of progress the last line is sure to come, those before it only on a machine as slow as the writer's.
        if is_progress(line) and is_progress(following):
            continue
        parts = line.split("…")
        for part in parts[:-1]:
            # What stands before an ellipsis was cut off anywhere.
            part = re.sub(r"[A-Za-z0-9+/=]+$", "", part)
            place = after(have, shape(part), place)
            if place is None:
                return part.strip()
        place = after(have, shape(parts[-1]), place)
        if place is None:
            return parts[-1].strip()
    return None


def is_progress(line):
    """A count and marks: harbor-lights  generating 5/14  ✓✓✓✓✓▸▸▸▸▸····"""
    return re.search(r"\d+/\d+", line) is not None and "~" in shape(line)


def after(text, wanted, place):
    at = text.find(wanted, place)
    return None if at < 0 else at + len(wanted)


class Shell:
    """One shell for all blocks. What it starts is in its session, and ends with it."""

    def __init__(self, directory, scratch):
        self.scratch = scratch
        self.output = bytearray()
        reading, writing = os.pipe()
        self.reports, self.unread = reading, ""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("DARKROOM_")}
        self.process = subprocess.Popen(
            ["bash", "--noprofile", "--norc"], cwd=directory, env=environment, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, pass_fds=[writing], start_new_session=True)
        os.close(writing)
        # A pipe, since a file would be cut off by whoever opens /dev/stderr.
        threading.Thread(target=self.collect, daemon=True).start()
        self.send(f"exec 9>&{writing} {writing}>&-; trap 'echo failed $? $LINENO $BASH_COMMAND >&9' ERR\n")

    def collect(self):
        while data := os.read(self.process.stdout.fileno(), 65536):
            self.output += data

    def send(self, text):
        self.process.stdin.write(text.encode())
        self.process.stdin.flush()

    def report(self, deadline):
        """The shell's next word about itself; None if there is none in time, "ended" if it will say no more."""
        while "\n" not in self.unread:
            ready, _, _ = select.select([self.reports], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                return None if self.process.poll() is None else "ended"
            data = os.read(self.reports, 65536)
            if not data:
                return "ended"
            self.unread += data.decode(errors="replace")
        line, self.unread = self.unread.split("\n", 1)
        return line

    def run(self, block, seconds):
        """Where in the output the block's own begins."""
        begin = len(self.output)
        file = self.scratch / f"block-{block.line}.sh"
        file.write_text(block.text)
        # What the block itself has printed stands before the mark; the pipe keeps the order.
        mark = f"<end of the block in line {block.line}>\n"
        self.send(f". {file}; printf '%s' '{mark}'; echo done >&9\n")
        deadline = time.monotonic() + seconds
        due = block.exits()
        while (line := self.report(deadline)) != "done":
            if line in (None, "ended"):
                state = f"not done after {seconds} s" if line is None else "it ended the shell"
                raise Mismatch(f"line {block.line}: {state}\n{self.text(begin)[-3000:]}")
            if not line.startswith("failed "):
                continue
            code, number, command = line.split(" ", 3)[1:]
            # The block as a whole ends with the code of its last command.
            if command.startswith(". /"):
                continue
            if due.pop(int(number), None) != int(code):
                raise Mismatch(f"line {block.line + int(number)}: ended with {code}: {command}\n{self.text(begin)[-3000:]}")
        if due:
            number, code = next(iter(due.items()))
            raise Mismatch(f"line {block.line + number}: did not end with {code}\n{self.text(begin)[-3000:]}")
        while mark.encode() not in self.output:
            if time.monotonic() > deadline:
                raise Mismatch(f"line {block.line}: its output was not read within {seconds} s")
            time.sleep(0.01)
        return begin

    def text(self, begin):
        return re.sub("<end of the block in line \\d+>\n", "", bytes(self.output[begin:]).decode(errors="replace"))

    def members(self):
        for entry in pathlib.Path("/proc").iterdir():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except (OSError, IndexError):
                continue
            if int(fields[3]) == self.process.pid and fields[0] != "Z":
                yield int(entry.name)

    def end(self):
        """Servers are asked first."""
        for ask in (signal.SIGTERM, signal.SIGKILL):
            deadline = time.monotonic() + 30
            while running := list(self.members()):
                for process in running:
                    if process != self.process.pid or ask == signal.SIGKILL:
                        try:
                            os.kill(process, ask)
                        except ProcessLookupError:
                            pass
                if ask == signal.SIGTERM and running == [self.process.pid]:
                    self.process.stdin.close()
                if time.monotonic() > deadline:
                    break
                time.sleep(0.2)
        self.process.wait()


def check(shell, block):
    """Runs one block; its outputs may still come from servers that it started."""
    begin = shell.run(block, BUILD_SECONDS if "scripts/" in block.text else COMMAND_SECONDS)
    deadline = time.monotonic() + OUTPUT_SECONDS
    for line, expected in block.outputs:
        while part := missing(expected, shell.text(begin)):
            if time.monotonic() > deadline:
                raise Mismatch(f"line {line}: this was not printed:\n{part}\nbut this:\n{shell.text(begin)[-6000:]}")
            time.sleep(0.2)
    shown = "".join(text for _, lines in block.outputs for text in lines)
    if '"error":' in shell.text(begin) and '"error":' not in shown:
        raise Mismatch(f"line {block.line}: an error that the document does not show:\n{shell.text(begin)[-3000:]}")


def require_free_ports(document):
    for port in sorted({int(port) for port in re.findall(r"127\.0\.0\.1:([1-9]\d+)", document)}):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                raise Mismatch(f"port {port}, which the blocks use, cannot be had: {error}") from None


def walk(directory, options):
    document = (directory / options.file).read_text()
    found = blocks(document)
    if not found:
        raise Mismatch(f"{options.file} has no blocks of commands")
    require_free_ports(document)
    with tempfile.TemporaryDirectory() as scratch:
        shell = Shell(directory, pathlib.Path(scratch))
        try:
            for block in found:
                first = block.text.strip().splitlines()[0]
                if block.is_long and not options.long:
                    print(f"{options.file}:{block.line}: LEFT OUT, it is long (--long): {first}", flush=True)
                    continue
                began = time.monotonic()
                check(shell, block)
                took = time.monotonic() - began
                print(f"{options.file}:{block.line}: {took:.1f} s, outputs: {len(block.outputs)}: {first}", flush=True)
        finally:
            shell.end()
    return len(found)


def enter_own_network():
    """Where it is allowed: a loopback of our own, on which the ports that documents name are free. Nothing is fetched."""
    libc = ctypes.CDLL(None, use_errno=True)
    clone_newnet, get_flags, set_flags, up = 0x40000000, 0x8913, 0x8914, 1
    if libc.unshare(clone_newnet) != 0:
        return
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(control, get_flags, request))[1]
        fcntl.ioctl(control, set_flags, struct.pack("16sh14x", b"lo", flags | up))


def here(root, options):
    """In the working directory; what its blocks name, and was not there before, is removed. Anything else that appeared
    meanwhile is somebody's own."""
    enter_own_network()
    before = set(os.listdir(root))
    written = "\n".join(block.text for block in blocks((root / options.file).read_text()))
    try:
        return walk(root, options)
    finally:
        for name in sorted(set(os.listdir(root)) - before):
            made = root / name
            if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", written):
                print(f"{made} appeared meanwhile, and is left alone", flush=True)
            elif made.is_dir() and not made.is_symlink():
                shutil.rmtree(made)
            else:
                made.unlink()


def fresh(root, options):
    with tempfile.TemporaryDirectory(prefix="darkroom-readme-") as home:
        clone = pathlib.Path(home) / "darkroom"
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(root), str(clone)], check=True)
        return walk(clone, options)


def main():
    parser = argparse.ArgumentParser(prog="readme-check")
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("file", nargs="?", default="README.md")
    parser.add_argument("--here", action="store_true")
    parser.add_argument("--long", action="store_true")
    options = parser.parse_intermixed_args()
    try:
        count = (here if options.here else fresh)(options.root, options)
    except Mismatch as mismatch:
        print(f"{options.file}: {mismatch}", file=sys.stderr)
        return 1
    print(f"{options.file}: {count} blocks do what is written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
