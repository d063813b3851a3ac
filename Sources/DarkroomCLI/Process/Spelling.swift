/// Finds the word that somebody who mistyped one may have meant.
public enum Spelling {
    /// - Returns: the word that is fewest letters away from `word`, at most a third of them; nil if none is that near.
    public static func nearest(to word: String, in words: some Sequence<String>) -> String? {
        let most = max(1, min(word.count, 40) / 3)
        let near = words.map { (distance: distance(word, $0), word: $0) }.filter { $0.distance <= most }
        return near.min { ($0.distance, $0.word) < ($1.distance, $1.word) }?.word
    }

    /// Letters to be put in, taken out, changed, or swapped with the next.
    static func distance(_ one: String, _ other: String) -> Int {
        let (one, other) = (Array(one.prefix(80)), Array(other.prefix(80)))
        var rows = [Array(0...other.count)]
        for (row, letter) in one.enumerated() {
            var line = [row + 1]
            for (column, wanted) in other.enumerated() {
                var best = min(
                    rows[row][column] + (letter == wanted ? 0 : 1), rows[row][column + 1] + 1, line[column] + 1)
                if row > 0, column > 0, letter == other[column - 1], one[row - 1] == wanted {
                    best = min(best, rows[row - 1][column - 1] + 1)
                }
                line.append(best)
            }
            rows.append(line)
        }
        return rows[one.count][other.count]
    }
}
