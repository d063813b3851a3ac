"""Holds the diagram of docs/architecture.md against the targets of Package.swift and the imports of their sources, and
wants a catalogue of documentation for each library with a public interface.

usage: check.py ROOT PACKAGE.json [--print]    PACKAGE.json is what `swift package dump-package` prints
"""
import json
import pathlib
import re
import sys

DIAGRAM = re.compile(r"<!-- diagram:targets -->\s*```mermaid\n(.*?)```", re.S)
IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\(\w+\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+"
    r"(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)", re.M)


class Targets:
    def __init__(self, package, root):
        self.all = {target["name"]: target for target in package["targets"]}
        self.needs = {
            name: {need for entry in target["dependencies"] for need in self.named(entry) if need in self.all}
            for name, target in self.all.items()}
        self.folders = {
            name: root / (target.get("path") or ("Tests" if target["type"] == "test" else "Sources") + "/" + name)
            for name, target in self.all.items()}
        self.shown = {name for name, target in self.all.items() if self.folders[name].parent == root / "Sources"}

    @staticmethod
    def named(entry):
        return [value[0] for kind, value in entry.items() if kind in ("byName", "target")]

    def below(self, name):
        """All that a target needs, by whatever way."""
        found, waiting = set(), list(self.needs[name])
        while waiting:
            need = waiting.pop()
            if need not in found:
                found.add(need)
                waiting += self.needs[need]
        return found

    def arrows(self):
        """Those that do not follow from two others."""
        below = {name: self.below(name) for name in self.shown}
        return {
            (name, need) for name in self.shown for need in self.needs[name]
            if not any(need in below[other] for other in self.needs[name])}

    def imports(self, name):
        modules = set()
        for file in self.folders[name].rglob("*.swift"):
            modules |= set(IMPORT.findall(file.read_text()))
        return {module for module in modules if module in self.all and module != name}


def read_diagram(text):
    """The levels from the top, each a list of targets, and the arrows."""
    levels, arrows = [], set()
    for line in text.splitlines():
        words = line.split()
        if words[:1] == ["subgraph"]:
            levels.append([])
        elif len(words) == 3 and words[1] == "-->":
            arrows.add((words[0], words[2]))
        elif len(words) == 1 and words[0] != "end":
            levels[-1].append(words[0])
    return levels, arrows


def listed(levels, targets):
    order = [name for level in levels for name in level]
    for name in sorted(targets.shown - set(order)):
        yield f"the diagram does not have the target {name}"
    for name in sorted(set(order) - targets.shown):
        yield f"the diagram has {name}, which is no target"
    for name in sorted({name for name in order if order.count(name) > 1}):
        yield f"the diagram has {name} more than once"
    place = {name: index for index, name in enumerate(order)}
    for name in order:
        for need in sorted(targets.needs.get(name, ())):
            if place.get(need, len(order)) <= place[name]:
                yield f"{name} imports {need}, which is not further down"


def drawn(arrows, targets):
    real = targets.arrows()
    for name, need in sorted(real - arrows):
        yield f"the diagram misses {name} --> {need}"
    for name, need in sorted(arrows - real):
        yield f"the diagram has {name} --> {need}, which is not so, or follows from others"


def imported(targets):
    for name in sorted(targets.all):
        imports, needs = targets.imports(name), targets.needs[name]
        for module in sorted(imports - needs):
            yield f"{name} imports {module}, which Package.swift does not name as a dependency of it"
        for module in sorted(needs - imports):
            # What is only run or preloaded has no import.
            if name in targets.shown and targets.all[module]["type"] in ("regular", "system"):
                yield f"{name} has the dependency {module} and never imports it"
    for module in sorted(name for name, target in targets.all.items() if target["type"] == "system"):
        users = sorted(name for name in targets.shown if module in targets.imports(name))
        if len(users) != 1:
            yield f"{module} must be imported by one target, and is by: {', '.join(users) or 'none'}"


def documented(targets):
    for name in sorted(targets.shown):
        if targets.all[name]["type"] != "regular" or (targets.folders[name] / f"{name}.docc/{name}.md").exists():
            continue
        sources = targets.folders[name].rglob("*.swift")
        if any(re.search(r"^\s*public ", file.read_text(), re.M) for file in sources):
            yield f"{name} has no catalogue {name}.docc/{name}.md"


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    targets = Targets(json.loads(pathlib.Path(sys.argv[2]).read_text()), root)
    if "--print" in sys.argv:
        print("\n".join(f"    {name} --> {need}" for name, need in sorted(targets.arrows())))
        return 0
    found = DIAGRAM.search((root / "docs/architecture.md").read_text())
    if not found:
        print("docs/architecture.md has no diagram of the targets", file=sys.stderr)
        return 1
    levels, arrows = read_diagram(found[1])
    faults = [*listed(levels, targets), *drawn(arrows, targets), *imported(targets), *documented(targets)]
    for fault in faults:
        print(fault, file=sys.stderr)
    if not faults:
        print(f"{len(targets.shown)} targets, {sum(len(targets.needs[name]) for name in targets.shown)} dependencies: "
              "the diagram shows them as they are, and all point down")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
