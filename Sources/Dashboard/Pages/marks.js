/**
 * The reader's own marks on pictures, as with a grease pencil on a contact sheet: kept in this browser alone. A mark
 * belongs to one picture's bytes: another picture in its place has none.
 */
import { keep, kept } from "./keeping.js";

/** @returns {"accept"|"reject"|null} */
export function markOf(job, asset) {
    const value = asset.image ? kept(name(job, asset)) : null;
    return value === "accept" || value === "reject" ? value : null;
}

/** With null the mark is rubbed out. */
export function setMark(job, asset, mark) { keep(name(job, asset), mark); }

function name(job, asset) { return `mark.${job.jobId}.${asset.id}.${asset.image.slice(-64, -48)}`; }
