import Threads

/// What driving processes needs of the program that does it.
package struct Driver: Sendable {
    /// Tells whoever watches, outside the results.
    package let note: @Sendable (String) -> Void
    private let pool: BlockingPool

    package init(pool: BlockingPool, note: @escaping @Sendable (String) -> Void) {
        (self.pool, self.note) = (pool, note)
    }

    /// Runs what blocks (waiting for children, polling sockets) off the cooperative pool.
    package func blocking<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await pool.run { Swift.Result { try body() } }.get()
    }

    /// The same for what cannot fail.
    package func blocking<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
        await pool.run(body)
    }
}

/// Why a process could not be driven.
package struct DrivingFailure: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
