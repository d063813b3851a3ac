import CLMDB
import Orchestration

#if canImport(Glibc)
import Glibc
#endif

/// A result code of LMDB (negative) or of the system (an errno), with what was being done.
struct LMDBFailure: Error {
    let code: Int32
    let action: String

    /// Does nothing for success.
    static func check(_ code: Int32, _ action: @autoclosure () -> String) throws(LMDBFailure) {
        if code != MDB_SUCCESS { throw LMDBFailure(code: code, action: action()) }
    }

    /// The disk has no room, or the file may not grow; a map that is too small is ``MDB_MAP_FULL`` and is grown instead.
    var isDiskFull: Bool { code == ENOSPC || code == EDQUOT || code == EFBIG }

    var storeError: StoreError { error(in: "the store") }

    /// The error for people: `place` names the file.
    func error(in place: String) -> StoreError {
        let reason = String(cString: mdb_strerror(code))
        let text = "\(action) in \(place) failed: \(reason)"
        switch code {
        case ENOSPC, EDQUOT, EFBIG: return StoreError(.full, "\(text); free disk space")
        case MDB_MAP_FULL: return StoreError(.full, "\(text); the address space is used up")
        case EACCES, EPERM, EROFS:
            return StoreError(.readOnly, "\(text); make it writable for this user, or mount it read-write")
        case MDB_CORRUPTED, MDB_PAGE_NOTFOUND:
            return StoreError(.corrupt, "\(text); restore a backup")
        case MDB_INVALID: return StoreError(.corrupt, "\(text); the file is not ours or is damaged")
        case MDB_VERSION_MISMATCH: return StoreError(.newerFormat, "\(text); it was made by another version of LMDB")
        case MDB_PANIC: return StoreError(.io, "\(text); start the process again")
        default: return StoreError(.io, text)
        }
    }
}

/// An errno as a store error.
func systemError(_ action: String, _ path: String, _ code: Int32) -> StoreError {
    LMDBFailure(code: code, action: action).error(in: path)
}
