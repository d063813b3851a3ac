import Testing

/// What a server says at `/metrics`, read as strictly as Prometheus' text format is written.
struct PrometheusPage: Sendable {
    let text: String
    private(set) var values: [String: Double] = [:]
    private(set) var types: [String: String] = [:]

    /// Records an issue for whatever does not belong there.
    init(_ text: String) {
        self.text = text
        var helped: Set<String> = []
        #expect(text.hasSuffix("\n"))
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            let words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
            if words.starts(with: ["#", "HELP"]), words.count == 4 {
                #expect(helped.insert(words[2]).inserted, "twice: \(line)")
            } else if words.starts(with: ["#", "TYPE"]), words.count == 4 {
                #expect(helped.contains(words[2]) && types[words[2]] == nil, "\(line)")
                types[words[2]] = words[3]
            } else {
                take(line)
            }
        }
        for (name, type) in types where type == "histogram" { checkBuckets(of: name) }
    }

    private mutating func take(_ line: Substring) {
        guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...]) else {
            Issue.record("no sample: \(line)")
            return
        }
        let series = String(line[..<space])
        let name = String(series.prefix { $0 != "{" })
        let family = ["_bucket", "_sum", "_count"].lazy.compactMap { ending in
            name.hasSuffix(ending) ? String(name.dropLast(ending.count)) : nil
        }.first { types[$0] == "histogram" }
        #expect(types[family ?? name] != nil, "no type is told of \(line)")
        #expect(values.updateValue(value, forKey: series) == nil, "twice: \(line)")
    }

    private func checkBuckets(of name: String) {
        let whole = values.filter { $0.key.hasPrefix("\(name)_bucket{") && $0.key.contains(#"le="+Inf""#) }
        #expect(!whole.isEmpty)
        for (series, count) in whole {
            let labels = series.dropFirst("\(name)_bucket{".count).dropLast(#"le="+Inf"}"#.count)
            let rest = labels.hasSuffix(",") ? "{\(labels.dropLast())}" : ""
            #expect(values["\(name)_count\(rest)"] == count && values["\(name)_sum\(rest)"] != nil, "\(series)")
        }
    }

    /// Of a series as it is written; nil if there is none.
    subscript(series: String) -> Double? { values[series] }
}

extension Server {
    func measures(_ headers: [String: String] = [:]) async throws -> PrometheusPage {
        let reply = try await HTTP.get("\(url)/metrics", headers: headers)
        #expect(reply.status == 200, "\(reply.text)")
        #expect(
            reply.headers.first { $0.key.lowercased() == "content-type" }?.value
                == "text/plain; version=0.0.4; charset=utf-8")
        return PrometheusPage(reply.text)
    }
}
