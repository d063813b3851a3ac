import JSONCoding

/// What a caller asked of a prediction beside the pictures.
struct PredictionRequest: Sendable {
    var input: JSONValue
    /// A version's id; `hidden` for models called by name, as the service writes it.
    var version = "hidden"
    var deployment: String?
    var webhook: String?
    var events = WebhookEvent.standard
    /// Seconds that the caller would like to wait for the output.
    var wait: Int?
    /// Seconds after which it ends by itself.
    var cancelAfter: Int?
    /// The number of outputs was named: they are an array.
    var wantsList = false
    /// Where the caller reached the simulator.
    var origin: String
}

/// The request headers that Replicate adds to a creation.
enum PredictionHeaders {
    static let waits = 1...60
    static let deadlines = 5...86_400

    /// `Prefer: wait` or `wait=N`; other preferences are passed over, and N is brought into its bounds.
    static func wait(_ header: String?) -> Int? {
        for preference in header?.split(separator: ",") ?? [] {
            let parts = preference.split(separator: "=").map { $0.filter { $0 != " " } }
            guard parts.first == "wait" else { continue }
            guard parts.count == 2, let seconds = Int(parts[1]) else { return waits.upperBound }
            return min(max(seconds, waits.lowerBound), waits.upperBound)
        }
        return nil
    }

    /// `Cancel-After: 30`, `30s`, `5m`, `2h` or `1m30s`, in seconds; nil when it is none of these or out of bounds.
    static func cancelAfter(_ header: String) -> Int? {
        let units: [Character: Int] = ["h": 3_600, "m": 60, "s": 1]
        var total = 0
        var digits = ""
        for letter in header {
            if letter.isASCII, letter.isNumber, digits.count < 6 {
                digits.append(letter)
            } else if let unit = units[letter], let number = Int(digits) {
                total += number * unit
                digits = ""
            } else {
                return nil
            }
        }
        if !digits.isEmpty { total += Int(digits) ?? 0 }
        return deadlines.contains(total) ? total : nil
    }
}
