import Testing

/// The tests' own hashing and signing, held to published vectors: the rest of the suite leans on them.
@Suite("The tests' own tools")
struct SupportTests {
    @Test func hashesAsPublished() {
        let vectors = [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ]
        for (text, digest) in vectors { #expect(SHA256.hex(Array(text.utf8)) == digest) }
        #expect(
            SHA256.hex([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000))
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    struct Vector: Sendable {
        let secret: Secret
        let id: String
        let timestamp: String
        let body: String
        let signature: String
    }

    private static let long = Secret(
        "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw==")

    @Test(arguments: [
        Vector(
            secret: .first, id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: "1614265330",
            body: #"{"test": 2432232314}"#, signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
        Vector(
            secret: Secret("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"), id: "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
            timestamp: "1649367553", body: #"{"email":"test@example.com","username":"test_user"}"#,
            signature: "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw="),
        Vector(
            secret: .second, id: "msg_1", timestamp: "1700000000", body: "",
            signature: "v1,amcCR9+HGJUcbpN0HzliuKzDJkenCx5mV9lf3DlQ0mM="),
        Vector(
            secret: .second, id: "msg_1", timestamp: "1700000000", body: #"{"prompt":"chat à Zürich 🐈"}"#,
            signature: "v1,QTNHW6CkBn7YPVHsxjgvngynit9c2fP/crPqhStauJo="),
        Vector(
            secret: long, id: "msg_1", timestamp: "1700000000", body: "{}",
            signature: "v1,Jh0/MObzKQrTyPme0d8AVe9n6aTJ51mUL9aH5mPKJ/w="),
    ])
    func signsAsTheSpecificationsVectors(_ vector: Vector) {
        let made = vector.secret.signature(id: vector.id, timestamp: vector.timestamp, body: Array(vector.body.utf8))
        #expect(made == vector.signature)
    }
}
