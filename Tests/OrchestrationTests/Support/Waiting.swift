/// Returns when the task is canceled, and not before.
func untilCanceled() async {
    let (stream, continuation) = AsyncStream<Never>.makeStream()
    await withTaskCancellationHandler {
        for await _ in stream {}
    } onCancel: {
        continuation.finish()
    }
}

/// Whether `left` returned before `right`. The other one is canceled, and left to itself if it does not listen.
func first(_ left: @escaping @Sendable () async -> Void, isBefore right: @escaping @Sendable () async -> Void) async
    -> Bool
{
    let (stream, continuation) = AsyncStream<Bool>.makeStream()
    let tasks = [
        Task {
            await left()
            continuation.yield(true)
        },
        Task {
            await right()
            continuation.yield(false)
        },
    ]
    defer { for task in tasks { task.cancel() } }
    for await result in stream { return result }
    return false
}
