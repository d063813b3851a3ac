import FoundationEssentials

/// The wall clock, for records that people read.
public enum UnixTime {
    /// In ms. By way of Foundation: beside SwiftNIO the members of `timespec` belong to a module of its own.
    public static var milliseconds: Int64 { Int64(Date().timeIntervalSince1970 * 1_000) }

    /// As in `2026-11-21T10:50:30.123Z`.
    static func rfc3339(_ milliseconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(milliseconds) / 1_000)
            .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
