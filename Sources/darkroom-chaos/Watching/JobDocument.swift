/// A job as its readers see it, as far as promises are made about it.
struct JobDocument: Decodable, Sendable {
    var caseId: String
    var jobId: String
    var status: String
    var final: Bool
    var totalImages: Int
    var completedImages: Int
    var failedImages: Int
    var failedIds: [String]
    var evidenceImages: [String: String]
    var locationImages: [String: String]
    var epoch: Int
    var version: Int
    var revision: Int64
    var worker: String
    var assets: [Asset]

    struct Asset: Decodable, Sendable {
        var id: String
        var status: String
        var attempts: Int
        var image: String?
        var cost: Cost?
    }

    /// In millionths of the currency unit.
    struct Cost: Decodable, Sendable {
        var micros: Int
        var possiblyBilled: Int
        var possibleMicros: Int
    }

    static let terminal: Set<String> = ["completed", "partial", "failed", "canceled"]

    var isTerminal: Bool { Self.terminal.contains(status) }

    /// Links of pictures by asset.
    var pictures: [String: String] { evidenceImages.merging(locationImages) { $1 } }
}

/// A run as its worker sees it.
struct RunDocument: Decodable, Sendable {
    var epoch: Int
    var version: Int
    var status: String
    var completedImages: Int
    var failedIds: [String]
    var assets: [Asset]

    struct Asset: Decodable, Sendable {
        var id: String
        var status: String
        var attempts: Int
        var picture: Picture?
        var cost: JobDocument.Cost?
    }

    struct Picture: Decodable, Sendable {
        var hash: String
    }
}
