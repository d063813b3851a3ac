import HTTPTypes
import Hummingbird
import JSONCoding
import NIOCore

extension Response {
    init(_ answer: Answer, body: ResponseBody) {
        var headers = HTTPFields()
        headers[.contentType] = answer.contentType
        for header in answer.headers {
            if let name = HTTPField.Name(header.name) { headers[name] = header.value }
        }
        self.init(status: .init(code: answer.status), headers: headers, body: body)
    }

    init(status: Int, json: some Encodable, headers: [(name: String, value: String)] = []) throws(JSONError) {
        let bytes = try JSON.encode(json)
        let answer = Answer(status: status, headers: headers, body: [ByteBuffer(bytes: bytes)])
        self.init(answer, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// The product's own error shape, for routes that are no provider's.
    static func failure(
        _ status: Int, code: String, _ message: String, headers: [(name: String, value: String)] = []
    ) throws(JSONError) -> Response {
        try Response(
            status: status,
            json: JSONValue.object(["error": .object(["code": .string(code), "message": .string(message)])]),
            headers: headers)
    }
}
