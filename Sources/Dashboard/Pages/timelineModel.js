/**
 * What happened to a job, as stretches of time to be drawn. Pure: makes it of the document of `GET /api/cases/ID/why`.
 *
 * An image's event says what it became and when: `generating` begins a call, what comes next ends it; between
 * `retrying` and the next call it waits.
 */

/**
 * @typedef {{ from: number, to: number, kind: "call"|"ask"|"wait"|"queue", outcome: string|null, attempt: number,
 *   event: object, isOpen: boolean }} Stretch
 * @typedef {{ id: string, stretches: Stretch[] }} Lane
 */

/**
 * @param why the document
 * @param {number|null} epoch null for all
 * @param {number} now where a call that is under way ends for the time being
 * @returns {{ from: number, to: number, lanes: Lane[], marks: object[], deliveries: object[] }}
 */
export function timeline(why, epoch, now) {
    const entries = why.entries.filter((entry) => epoch === null || entry.epoch === epoch);
    const lanes = new Map();
    for (const entry of entries) {
        if (entry.about !== "image") continue;
        if (!lanes.has(entry.asset)) lanes.set(entry.asset, []);
        lanes.get(entry.asset).push(entry);
    }
    const marks = entries.filter((entry) => entry.about === "job");
    const deliveries = entries.filter((entry) => entry.about === "delivery");
    const isRunning = why.status === "pending" || why.status === "generating";
    const drawn = [...lanes].map(([id, events]) => ({ id, stretches: stretches(events, isRunning ? now : null) }));
    const times = [
        ...entries.map((entry) => entry.at),
        ...drawn.flatMap((lane) => lane.stretches.flatMap((one) => [one.from, one.to])),
    ];
    const from = times.length > 0 ? Math.min(...times) : why.createdAt;
    return { from, to: Math.max(from + 1, ...times), lanes: drawn, marks, deliveries };
}

function stretches(entries, now) {
    const found = [];
    entries.forEach((entry, index) => {
        const { event } = entry;
        const next = entries[index + 1];
        const end = next?.at ?? now;
        if (end === null || end === undefined || (next && next.epoch !== entry.epoch)) return;
        const common = { from: entry.at, to: Math.max(entry.at, end), attempt: event.attempt, isOpen: !next };
        if (event.state === "generating") {
            const kind = event.isQuestion ? "ask" : "call";
            found.push({ ...common, kind, outcome: next?.event.state ?? null, event: next?.event ?? event });
        } else if (event.state === "retrying") {
            found.push({ ...common, kind: "wait", outcome: null, event });
        } else if (event.state === "queued") {
            found.push({ ...common, kind: "queue", outcome: null, event });
        }
    });
    return found;
}

/** How long the calls of each image took in all: a map from its id to milliseconds. */
export function lengths(why) {
    const isCall = (one) => one.kind === "call" || one.kind === "ask";
    const calls = timeline(why, null, null).lanes.map((lane) => [lane.id, lane.stretches.filter(isCall)]);
    const sum = (all) => all.reduce((total, call) => total + call.to - call.from, 0);
    return new Map(calls.filter(([, all]) => all.length > 0).map(([id, all]) => [id, sum(all)]));
}

/** The epochs that are told of, in order. */
export function epochs(why) { return [...new Set(why.entries.map((entry) => entry.epoch))].sort((one, other) =>
    one - other); }

/** Round steps of time, so that about `count` of them fill the length. */
export function steps(length, count) {
    const round = [
        100, 200, 500, 1e3, 2e3, 5e3, 10e3, 15e3, 30e3, 60e3, 120e3, 300e3, 600e3, 900e3, 1800e3, 3600e3, 7200e3,
        21600e3, 43200e3, 86400e3,
    ];
    const step = round.find((one) => length / one <= count) ?? Math.ceil(length / count / 86400e3) * 86400e3;
    return Array.from({ length: Math.floor(length / step) + 1 }, (_, index) => index * step);
}
