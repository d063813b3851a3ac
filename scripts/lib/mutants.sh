#!/bin/sh
# Plants each fault of Tests/Mutants in a copy of the sources and expects the simulator to find it within 10,000 seeds.
# Called by scripts/simulate --mutants.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
seeds=10000
copy="$root/.build-mutants/package"
modules="CMalloc JobModel Threads HistorySimulation darkroom-simulate"

for tool in swift git; do
    command -v "$tool" >/dev/null 2>&1 || {
        echo "missing: $tool" >&2
        exit 2
    }
done

# Only what the simulator needs, so that a build is short.
restore() {
    rm -rf "$copy/Sources"
    mkdir -p "$copy/Sources"
    for module in $modules; do cp -Rp "$root/Sources/$module" "$copy/Sources/$module"; done
}

mkdir -p "$copy"
cp "$root/Package.resolved" "$copy/Package.resolved"
cat >"$copy/Package.swift" <<'END'
// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "mutant",
    dependencies: [.package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")],
    targets: [
        .systemLibrary(name: "CMalloc"),
        .target(name: "Threads", dependencies: ["CMalloc"], swiftSettings: settings),
        .target(name: "JobModel", swiftSettings: settings),
        .target(name: "HistorySimulation", dependencies: ["JobModel", "Threads"], swiftSettings: settings),
        .executableTarget(
            name: "darkroom-simulate",
            dependencies: [
                "HistorySimulation", "Threads", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], swiftSettings: settings),
    ]
)
END

build() {
    swift build --package-path "$copy" --scratch-path "$root/.build-mutants/build" -c release \
        --product darkroom-simulate >"$root/.build-mutants/build.log" 2>&1
}

SWIFT_BACKTRACE=enable=no
export SWIFT_BACKTRACE
failed=0
for patch in "$root"/Tests/Mutants/*.patch; do
    name=$(basename "$patch" .patch)
    restore
    # Outside of any repository, so that the paths are those of the copy.
    if ! (cd "$copy" && GIT_CEILING_DIRECTORIES="$root/.build-mutants" git apply "$patch"); then
        echo "$name: the patch does not apply"
        failed=1
        continue
    fi
    if ! build; then
        grep -E 'error:' "$root/.build-mutants/build.log" >&2 || tail -n 20 "$root/.build-mutants/build.log" >&2
        echo "$name: the mutant does not build"
        failed=1
        continue
    fi
    code=0
    output=$("$root/.build-mutants/build/release/darkroom-simulate" "$seeds" --lines 0 2>&1) || code=$?
    verdict=$(printf '%s\n' "$output" | grep -E '^seed [0-9]+ broke ' | tail -n 1 | cut -c 1-200) || true
    case $code in
    0)
        echo "$name: NOT FOUND in $seeds histories"
        failed=1
        ;;
    1 | 132 | 133) echo "$name: found. ${verdict:-$(printf '%s\n' "$output" | grep 'seeds under way' | head -n 1)}" ;;
    *)
        echo "$name: the simulator ended with $code"
        printf '%s\n' "$output" | tail -n 5
        failed=1
        ;;
    esac
done
exit "$failed"
