import LMDBStore

#if canImport(Glibc)
import Glibc
#endif

/// The words behind the directory on the probe's command line.
struct Settings {
    private(set) var options = LMDBStore.Options()
    private var fileLimit: UInt?
    private var user: UInt32?

    init(_ words: ArraySlice<String>) {
        for word in words {
            let parts = word.split(separator: "=")
            let number = parts.count == 2 ? Int(parts[1]) : nil
            switch (parts.first, number) {
            case ("exclusive", nil): options.exclusive = true
            case ("map", let bytes?): options.initialMapBytes = bytes
            case ("file-limit", let bytes?): fileLimit = UInt(bytes)
            case ("uid", let id?): user = UInt32(id)
            case ("die-at", let commit?):
                options.onCommit = { number in
                    if number == UInt64(commit) { kill(getpid(), SIGKILL) }
                }
            default: exit(2)
            }
        }
    }

    /// Gives up rights and room, as the words say.
    func apply() {
        if let fileLimit {
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: fileLimit, rlim_max: fileLimit)
            guard setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else { exit(5) }
        }
        if let user, setuid(user) != 0 { exit(5) }
    }
}
