/// Easy handles between two requests: making one costs more than resetting it. Belongs to the engine thread.
struct HandlePool {
    private static let maximum = 64
    private var free: [EasyHandle] = []

    /// nil if there is no memory.
    mutating func take() -> EasyHandle? { free.popLast() ?? EasyHandle() }

    mutating func put(_ handle: EasyHandle) {
        guard free.count < Self.maximum else { return }
        handle.reset()
        free.append(handle)
    }
}
