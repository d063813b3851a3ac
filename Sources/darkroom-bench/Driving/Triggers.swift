import JSONCoding
import ProcessDriving

/// Work handed to a worker directly, in the seed's own form: no job id, and pictures inside the webhooks.
enum Triggers {
    static func body(_ id: String, webhook receiver: String) throws -> [UInt8] {
        guard case .object(var members) = try JSON.decode(JSONValue.self, from: try Cases.body(id)) else {
            throw BenchFailure("a case is an object")
        }
        members["webhookUrl"] = .string(receiver + "/api/webhook/image-progress")
        return try JSON.encode(JSONValue.object(members))
    }
}
