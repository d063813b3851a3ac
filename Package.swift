// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func executable(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
    name: "darkroom",
    products: [
        .executable(name: "provider-simulator", targets: ["provider-simulator"]),
        .library(name: "ClockShift", type: .dynamic, targets: ["ClockShift"]),
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // Level 0: ground.
        .systemLibrary(name: "CJansson", pkgConfig: "jansson", providers: [.apt(["libjansson-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
        .systemLibrary(name: "CVips", pkgConfig: "vips", providers: [.apt(["libvips-dev"])]),
        .systemLibrary(name: "CMalloc"),
        library("Threads", ["CMalloc"]),
        .target(name: "COpenAPI", exclude: ["control-plane.json", "worker.json"]),
        // The dashboard's pages, in the program itself: a server is one file.
        .target(name: "Dashboard", resources: [.embedInCode("Pages")], swiftSettings: strict),
        // Level 1: domain and bindings.
        library("JobModel"),
        library("JSONCoding", ["CJansson"]),
        library("OpenAPIDocuments", ["COpenAPI"]),
        library("CurlClient", ["CCurl", "Threads"]),
        // Level 2: engine.
        library("Orchestration", ["JobModel", "JSONCoding", "Threads", logging, crypto, lifecycle]),
        library("HistorySimulation", ["JobModel", "Threads"]),
        // Level 3: adapters.
        library("LMDBStore", ["CLMDB", "Orchestration", "JobModel", "Threads", crypto]),
        library("HTTPChannels", ["Orchestration", "JobModel", "JSONCoding", "CurlClient"]),
        library("ImageProviders", ["Orchestration", "JobModel", "JSONCoding", "CurlClient", "Threads"]),
        library("ImageProcessing", ["CVips", "Orchestration", "JobModel", "Threads"]),
        // Level 4: faces.
        library(
            "DarkroomHTTP",
            [
                "Dashboard", "OpenAPIDocuments", "Orchestration", "JobModel", "JSONCoding", "HTTPChannels",
                "CurlClient", "Threads", hummingbird, logging, lifecycle,
            ]),
        library(
            "DarkroomCLI",
            [
                "DarkroomHTTP", "Orchestration", "JobModel", "JSONCoding", "HTTPChannels", "LMDBStore", "CurlClient",
                "Threads",
                argumentParser, logging, lifecycle,
            ]),
        library(
            "ProviderSimulation", ["JSONCoding", "CurlClient", "Threads", hummingbird, logging, lifecycle, crypto]),
        // Starting the executables and asking them, for what drives them from outside.
        library("ProcessDriving", ["JSONCoding", "CurlClient", "Threads"]),
        // Level 5: executables.
        executable(
            "initiator",
            [
                "DarkroomCLI", "DarkroomHTTP", "HTTPChannels", "ImageProcessing", "LMDBStore", "CurlClient",
                "Orchestration", "JobModel", "JSONCoding", "Threads", argumentParser, logging, lifecycle,
            ]),
        executable(
            "worker",
            [
                "DarkroomCLI", "DarkroomHTTP", "HTTPChannels", "ImageProcessing", "ImageProviders", "LMDBStore",
                "CurlClient", "Orchestration", "JobModel", argumentParser, logging, lifecycle,
            ]),
        executable(
            "receiver",
            [
                "DarkroomCLI", "DarkroomHTTP", "HTTPChannels", "LMDBStore", "CurlClient", "Orchestration",
                "JobModel", argumentParser, logging, lifecycle,
            ]),
        executable(
            "provider-simulator", ["DarkroomCLI", "DarkroomHTTP", "ProviderSimulation", argumentParser, logging]),
        executable(
            "darkroom-bench",
            [
                "ProcessDriving", "ImageProcessing", "LMDBStore", "Orchestration", "JobModel", "JSONCoding",
                "CurlClient", "Threads", argumentParser, logging,
            ]),
        executable(
            "darkroom-chaos",
            [
                "ProcessDriving", "ImageProcessing", "Orchestration", "JobModel", "JSONCoding", "CurlClient", "Threads",
                argumentParser,
            ]),
        executable("darkroom-simulate", ["HistorySimulation", "Threads", argumentParser]),
        // A client as others would write one: it uses nothing of the package.
        .executableTarget(
            name: "client-example", dependencies: [hummingbird, logging, crypto, lifecycle], path: "examples/swift",
            swiftSettings: strict),
        // Tests. The kit is a library: a new backend proves itself by calling it.
        library("OrchestrationTestKit", ["Orchestration", "JobModel", "Threads", crypto, logging]),
        // Preloaded into the processes of end-to-end tests: a clock that can be set.
        .target(name: "ClockShift", path: "Tests/ClockShift"),
        .executableTarget(
            name: "StoreProbe", dependencies: ["LMDBStore", "Orchestration", "JobModel", "Threads"],
            path: "Tests/StoreProbe", swiftSettings: strict),
        .testTarget(
            name: "JobModelTests", dependencies: ["JobModel", "JSONCoding"], exclude: ["Golden"], swiftSettings: strict),
        tests("JSONCodingTests", ["JSONCoding"]),
        tests("DashboardTests", ["Dashboard", "JobModel"]),
        tests("CurlClientTests", ["CurlClient", "Threads"]),
        tests(
            "OrchestrationTests",
            ["Orchestration", "OrchestrationTestKit", "JobModel", "JSONCoding", "Threads", logging]),
        tests(
            "LMDBStoreTests",
            [
                "LMDBStore", "CLMDB", "OrchestrationTestKit", "Orchestration", "JobModel", "Threads", "StoreProbe",
                crypto,
            ]),
        tests(
            "HTTPChannelsTests",
            ["HTTPChannels", "CurlClient", "Orchestration", "JobModel", "JSONCoding", "Threads", logging]),
        tests(
            "ImageProvidersTests",
            ["ImageProviders", "ImageProcessing", "JobModel", "JSONCoding", "Orchestration", "CurlClient", "Threads"]),
        tests("ImageProcessingTests", ["ImageProcessing", "Orchestration", "JobModel", "JSONCoding"]),
        tests(
            "DarkroomCLITests",
            ["DarkroomCLI", "JobModel", "JSONCoding", "ImageProcessing", "Orchestration", "Threads", argumentParser]),
        tests(
            "DarkroomHTTPTests",
            [
                "DarkroomHTTP", "HTTPChannels", "OpenAPIDocuments", "Orchestration", "JobModel", "JSONCoding",
                "CurlClient",
                "Threads",
                hummingbird, logging,
            ]),
        tests("ProviderSimulationTests", ["ProviderSimulation", "JSONCoding", "Threads", logging, lifecycle]),
        tests("HistorySimulationTests", ["HistorySimulation"]),
        tests(
            "DarkroomChaosTests", ["darkroom-chaos", "ProcessDriving", "CurlClient", "Threads"]),
        tests("EndToEndTests", ["JobModel", "JSONCoding", "CurlClient", "Threads"]),
    ]
)
