import DarkroomCLI

/// What one check found, and what to do about it.
struct Finding: Encodable {
    enum State: String, Encodable {
        case ok
        case warn
        case fail
    }

    var check: String
    var state: State
    var message: String
    /// Nil where all is well.
    var advice: String?

    static func ok(_ check: String, _ message: String) -> Finding {
        Finding(check: check, state: .ok, message: message)
    }

    static func warn(_ check: String, _ message: String, _ advice: String) -> Finding {
        Finding(check: check, state: .warn, message: message, advice: advice)
    }

    static func fail(_ check: String, _ message: String, _ advice: String) -> Finding {
        Finding(check: check, state: .fail, message: message, advice: advice)
    }

    var line: String {
        let name = check + String(repeating: " ", count: max(0, 14 - check.count))
        let word = state.rawValue + (state == .ok ? "  " : "")
        return TerminalText.line("\(word)  \(name)  \(message)" + (advice.map { ": \($0)" } ?? ""))
    }
}
