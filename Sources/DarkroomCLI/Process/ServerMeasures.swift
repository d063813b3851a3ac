import DarkroomHTTP
import Orchestration

extension Measures {
    /// Of a server: with what the system says of its process, and what it is.
    public static func server(_ program: String) -> Measures {
        let measures = Measures()
        measures.note(.build, [program, Release.version])
        measures.add { ProcessFigures.notes() }
        return measures
    }
}
