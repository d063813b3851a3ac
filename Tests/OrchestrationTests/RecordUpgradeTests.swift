import JobModel
import Orchestration
import Testing

@Suite("Records of earlier formats") struct RecordUpgradeTests {
    /// As a worker of the first format stored it.
    private static let run = """
        {
          "writeId": 43, "jobId": "job_1", "owner": "local", "caseId": "case-1", "epoch": 2, "claim": "claim_2",
          "stopBy": 1700001800000,
          "specification": "0100000001000000010000000100000001000000010000000100000001000000",
          "requestHash": "0700000007000000070000000700000007000000070000000700000007000000",
          "webhookUrl": "http://receiver.example/api/webhook/image-progress",
          "artifactUrl": "http://receiver.example/api/artifacts",
          "limits": {
            "attemptTimeout": 60000, "assetDeadline": 270000, "jobDeadline": 300000,
            "retry": {
              "maximumAttempts": 4, "firstDelay": 2000, "factor": 2.0, "maximumDelay": 30000, "hasJitter": true,
              "longestHint": 300000
            },
            "schedule": "rolling", "window": 5, "locationWindow": 4
          },
          "status": "generating", "version": 5, "acceptedAt": 1700000000000, "firstCallAt": 1700000000004,
          "spent": 4321, "isCancelWanted": false, "isSuperseded": false,
          "assets": [
            {
              "id": "evidence-1", "kind": "evidence", "priority": 0, "state": "generated", "attempts": 1, "crashes": 0,
              "startedAt": 0,
              "picture": {
                "hash": "e9030000e9030000e9030000e9030000e9030000e9030000e9030000e9030000", "bytes": 3,
                "size": {"width": 512, "height": 512}, "mediaType": "image/jpeg"
              },
              "source": {"provider": "gemini", "model": "m", "isFallback": false, "costMicros": 39000},
              "upload": "done", "misses": 0
            },
            {
              "id": "evidence-2", "kind": "evidence", "priority": 0, "state": "retrying", "attempts": 2, "crashes": 1,
              "startedAt": 20, "retryAt": 6000,
              "error": {
                "kind": "timeout", "message": "no answer in 60 s", "provider": "gemini", "isRetryable": true,
                "phase": "after_send", "context": {}
              },
              "upload": "pending", "misses": 0
            }
          ],
          "delivery": {
            "wanted": 5, "acknowledged": 0, "abandoned": 0, "triedVersion": 4, "tries": 1,
            "wait": {"due": 1700000003900, "length": 3000}, "uploadTries": 1
          }
        }
        """

    private func stored(format: UInt16, _ body: String = run) -> StoredRecord {
        StoredRecord(
            key: StoreKey("run", "job_1"), revision: Revision(7),
            header: RecordHeader(kind: RunRecord.kind.rawValue, state: 2, format: format), body: Array(body.utf8),
            isTombstone: false)
    }

    @Test("a run of format 1 goes on: what it made and tried counts")
    func runOfFormat1() throws {
        let run = try RecordCoding.decode(RunRecord.self, from: stored(format: 1))
        #expect(run.providers.map(\.name) == ["gemini"] && run.providers[0].model == "m")
        #expect(run.assets.map(\.tries) == [1, 2] && run.assets.map(\.starts) == [1, 2])
        #expect(run.assets.map(\.cost.micros) == [39_000, 0])
        #expect(!run.isFinished && !run.isForgotten && run.assets[0].picture?.bytes == 3)
    }

    @Test("what is missing from a record of today is not made up")
    func todaysRecordMustBeWhole() {
        #expect(throws: StoreError.self) {
            try RecordCoding.decode(RunRecord.self, from: stored(format: RunRecord.format))
        }
        #expect(throws: StoreError.self) { try RecordCoding.decode(RunRecord.self, from: stored(format: 1, "[1]")) }
    }
}
