import FoundationEssentials

/// The wall clock, for records that people read.
public enum UnixTime {
    /// In ms. By way of Foundation: beside SwiftNIO the members of `timespec` belong to a module of its own.
    public static var milliseconds: Int64 { Int64(Date().timeIntervalSince1970 * 1_000) }
}
