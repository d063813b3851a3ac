import Hummingbird
import JSONCoding
import NIOCore

/// What is asked of Replicate beside creations. These calls are counted, not recorded.
struct ReplicateRoutes: Sendable {
    let service: PredictionService
    let library: PictureLibrary
    let rules: AccessRules
    /// The scenario's.
    let shape: OutputShape?

    enum Route: Hashable, Sendable {
        case get(String)
        case cancel(String)
        case list
        case model(String)
        case version(model: String, id: String)
        case webhookSecret

        /// In `/_sim/state`.
        var name: String {
            switch self {
            case .get: "get"
            case .cancel: "cancel"
            case .list: "list"
            case .model: "model"
            case .version: "version"
            case .webhookSecret: "webhookSecret"
            }
        }

        /// nil when it is no route of these.
        init?(method: String, path: String) {
            let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
            guard parts.first == "v1", !parts.contains("") else { return nil }
            switch (method, parts.count, parts.dropFirst().first) {
            case ("GET", 2, "predictions"?): self = .list
            case ("GET", 3, "predictions"?): self = .get(parts[2])
            case ("POST", 4, "predictions"?) where parts[3] == "cancel": self = .cancel(parts[2])
            case ("GET", 4, "models"?): self = .model("\(parts[2])/\(parts[3])")
            case ("GET", 6, "models"?) where parts[4] == "versions":
                self = .version(model: "\(parts[2])/\(parts[3])", id: parts[5])
            case ("GET", 4, "webhooks"?) where parts[2...] == ["default", "secret"]: self = .webhookSecret
            default: return nil
            }
        }
    }

    func respond(to route: Route, _ request: WireRequest, exchange: Exchange) async throws -> Response {
        let delivery = Delivery(exchange: exchange)
        do {
            try ReplicateErrors.checkKey(request.bearer, rules: rules)
            switch route {
            case .get(let id): return try await get(id, delivery)
            case .cancel(let id): return await delivery.send(try await cancel(id))
            case .list: return await delivery.send(try await list(request))
            case .model(let name): return await delivery.send(try json(try model(name, request)))
            case .version(let model, let id):
                try checkModel(model)
                return await delivery.send(try json(version(id)))
            case .webhookSecret: return await delivery.send(try json(["key": .string(service.webhookSecret)]))
            }
        } catch let refusal as WireRefusal {
            return await delivery.send(try refusal.answer())
        }
    }

    private func get(_ id: String, _ delivery: Delivery) async throws -> Response {
        service.note(id) { $0.gets += 1 }
        let prediction = try known(id)
        let whole = try await shown(prediction)
        guard case .prediction(.poll(let failures, let ending)) = prediction.ending, prediction.gets <= failures else {
            return await delivery.send(whole)
        }
        switch ending {
        case .fault(let fault): return await delivery.send(try ReplicateErrors.answer(fault))
        case .hollow(.wrongContentType):
            var mislabelled = whole
            mislabelled.contentType = HollowAnswer.wrongType
            return await delivery.send(mislabelled)
        case .hollow(let hollow): return await delivery.send(hollow.answer ?? whole)
        default: return await delivery.send(whole, ending.manner)
        }
    }

    private func cancel(_ id: String) async throws -> Answer {
        _ = try known(id)
        service.note(id) { $0.cancels += 1 }
        service.settle(id, .canceled)
        return try await shown(try known(id))
    }

    private func list(_ request: WireRequest) async throws -> Answer {
        let cursor = request.query["cursor"]
        let before = cursor.flatMap { Int($0) }
        guard cursor == nil || before != nil else { throw ReplicateErrors.problem(400, "Invalid cursor") }
        let page = service.page(before: before)
        var body = ByteBuffer(string: "{\"next\":")
        let next: JSONValue = page.next.map { .string("\(request.origin)/v1/predictions?cursor=\($0)") } ?? .null
        body.writeBytes(try JSON.encode(next))
        body.writeString(",\"previous\":null,\"results\":[")
        for (index, prediction) in page.predictions.enumerated() {
            if index > 0 { body.writeString(",") }
            for piece in try await ReplicateDocument(prediction: prediction, library: library).current() {
                body.writeImmutableBuffer(piece)
            }
        }
        body.writeString("]}")
        return answer([body])
    }

    private func known(_ id: String) throws(WireRefusal) -> Prediction {
        guard let prediction = service[id], !prediction.isLost else { throw ReplicateErrors.notFound("prediction") }
        return prediction
    }

    private func shown(_ prediction: Prediction) async throws -> Answer {
        answer(try await ReplicateDocument(prediction: prediction, library: library).current())
    }

    private func json(_ value: JSONValue) throws(JSONError) -> Answer {
        answer([ByteBuffer(bytes: try JSON.encode(value, style: .sorted))])
    }

    private func answer(_ body: [ByteBuffer]) -> Answer {
        Answer(status: 200, contentType: "application/json", headers: ReplicateErrors.limits, body: body)
    }

    // MARK: Models

    private static let created: JSONValue = "2026-01-01T00:00:00.000Z"

    private func checkModel(_ name: String) throws(WireRefusal) {
        if let known = rules.models, !known.contains(name) { throw ReplicateErrors.notFound("model") }
    }

    private func model(_ name: String, _ request: WireRequest) throws(WireRefusal) -> JSONValue {
        try checkModel(name)
        let parts = name.split(separator: "/").map { JSONValue.string(String($0)) }
        return [
            "url": .string("https://replicate.com/\(name)"), "owner": parts[0], "name": parts[1],
            "description": "Simulated", "visibility": "public", "github_url": nil, "paper_url": nil,
            "license_url": nil, "run_count": 1, "cover_image_url": nil, "default_example": nil,
            "latest_version": version(String(repeating: "0", count: 64)),
        ]
    }

    private func version(_ id: String) -> JSONValue {
        let uri: JSONValue = ["type": "string", "format": "uri", "title": "Output"]
        let output: JSONValue = shape == .list ? ["type": "array", "title": "Output", "items": uri] : uri
        let input: JSONValue = [
            "type": "object", "title": "Input", "required": ["prompt"],
            "properties": ["prompt": ["type": "string", "title": "Prompt"]],
        ]
        return [
            "id": .string(id), "created_at": Self.created, "cog_version": "0.16.8",
            "openapi_schema": [
                "openapi": "3.0.2", "info": ["title": "Cog", "version": "0.1.0"], "paths": [:],
                "components": ["schemas": ["Input": input, "Output": output]],
            ],
        ]
    }
}
