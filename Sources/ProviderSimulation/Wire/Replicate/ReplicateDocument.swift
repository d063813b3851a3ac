import JSONCoding
import NIOCore

/// A prediction as the service writes it.
struct ReplicateDocument {
    let prediction: Prediction
    let library: PictureLibrary

    /// As polls, lists and webhooks show it.
    func current() async throws -> [ByteBuffer] {
        let splice = PictureSplice()
        let (output, pictures) = try await output(asData: prediction.output?.shape == .data, splice: splice)
        return try splice.pieces(of: .object(members(output: output)), pictures: pictures)
    }

    /// As the answer to its creation shows it: unchanged, unless the caller waited for it.
    ///
    /// One who waited long enough gets the pictures as `data:` URIs while the status is still `processing`, without an
    /// end and without metrics: what the SDK's own recordings of the service show.
    func created(waited: Bool) async throws -> [ByteBuffer] {
        var shown = prediction
        if !waited || !prediction.isReady {
            (shown.status, shown.startedMs, shown.completedMs) = (.starting, nil, nil)
            (shown.output, shown.error, shown.logs) = (nil, nil, "")
        } else if shown.status == .succeeded {
            (shown.status, shown.completedMs) = (.processing, nil)
        }
        let document = ReplicateDocument(prediction: shown, library: library)
        let splice = PictureSplice()
        let (output, pictures) = try await document.output(asData: true, splice: splice)
        return try splice.pieces(of: .object(document.members(output: output)), pictures: pictures)
    }

    private func output(asData: Bool, splice: PictureSplice) async throws -> (JSONValue, [EncodedPicture]) {
        guard let output = prediction.output else { return (.null, []) }
        guard asData else {
            let links = output.links.map { JSONValue.string($0) }
            return (output.shape == .list ? .array(links) : links.first ?? .null, [])
        }
        let pictures = try await library.pictures(output.sources)
        let places = pictures.enumerated().map { splice.dataURI($0, mimeType: $1.mimeType) }
        return (output.shape == .list ? .array(places) : places.first ?? .null, pictures)
    }

    private func members(output: JSONValue) -> [String: JSONValue] {
        let request = prediction.request
        let address = "\(request.origin)/v1/predictions/\(prediction.id)"
        var members: [String: JSONValue] = [
            "id": .string(prediction.id), "model": .string(prediction.model), "version": .string(request.version),
            "input": request.input, "output": output, "logs": .string(prediction.logs),
            "error": prediction.error.map { .string($0) } ?? .null, "status": .string(prediction.status.rawValue),
            "created_at": time(prediction.createdMs), "started_at": time(prediction.startedMs),
            "completed_at": time(prediction.completedMs), "data_removed": .bool(false), "source": .string("api"),
            "urls": .object([
                "get": .string(address), "cancel": .string("\(address)/cancel"),
                "web": .string("https://replicate.com/p/\(prediction.id)"),
            ]),
        ]
        if let deadline = prediction.deadlineMs { members["deadline"] = time(deadline) }
        if let deployment = request.deployment { members["deployment"] = .string(deployment) }
        if let webhook = request.webhook {
            members["webhook"] = .string(webhook)
            let events = WebhookEvent.allCases.filter(request.events.contains).map { JSONValue.string($0.rawValue) }
            members["webhook_events_filter"] = .array(events)
        }
        if let metrics { members["metrics"] = metrics }
        return members
    }

    /// Absent until it is over.
    private var metrics: JSONValue? {
        guard let completed = prediction.completedMs else { return nil }
        var metrics: [String: JSONValue] = ["total_time": .double(Double(completed - prediction.createdMs) / 1_000)]
        if let started = prediction.startedMs {
            metrics["predict_time"] = .double(Double(completed - started) / 1_000)
        }
        return .object(metrics)
    }

    private func time(_ milliseconds: Int64?) -> JSONValue {
        milliseconds.map { .string(UnixTime.rfc3339($0)) } ?? .null
    }
}
