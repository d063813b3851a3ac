import JobModel

/// The trace of the provider's call that a task works for.
public enum CallTrace {
    @TaskLocal public static var current: TraceParent?
}

extension TraceParent {
    /// For a job whose request came without one.
    /// - Parameter name: of the job; no other has it. The same name begins the same trace, so that a repeated request does.
    static func beginning(with name: String) -> TraceParent {
        var digits = ContentHash(of: Array("traceparent\n\(name)".utf8)).text[...]
        return TraceParent {
            defer { digits = digits.dropFirst(16) }
            // A hash has four such numbers; a trace takes three.
            return UInt64(digits.prefix(16), radix: 16) ?? 1
        }
    }
}
