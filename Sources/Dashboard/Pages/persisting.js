/** Asking again where an answer did not come: one rule for all that pages read. */
import { pause, seen } from "./waiting.js";

const firstPause = 1_000;
const longestPause = 15_000;

/** Whether asking again is of no use: what is asked for is not there, not there any more, or not for this reader. */
export function isRefusal(error) { return [403, 404, 410].includes(error.status); }

/**
 * Reads until there is an answer, with growing pauses, and none while nobody looks.
 * @param {function(): Promise} read
 * @param {function(Error, number)} troubled told of each failure, and how many there were in a row
 * @returns what was read; null where the signal was raised
 * @throws {ApiError} a refusal
 */
export async function persist(read, troubled, signal) {
    for (let failures = 1; !signal.aborted; failures += 1) {
        try {
            const found = await read();
            return signal.aborted ? null : found;
        } catch (error) {
            if (signal.aborted) return null;
            if (isRefusal(error)) throw error;
            troubled(error, failures);
        }
        await pause(Math.min(longestPause, firstPause * 2 ** (failures - 1)), signal);
        await seen(signal);
    }
    return null;
}
