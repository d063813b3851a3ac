/** Where pictures are. */
import { address, part } from "./api.js";

/**
 * An asset's picture, here on this server; null while there is none. The hash in it makes another picture another
 * address, so that a browser may keep each for good.
 */
export function pictureAddress(job, asset) {
    if (!asset.image) return null;
    return address(`/api/cases/${part(job.caseId)}/images/${part(asset.id)}`, { v: asset.image.slice(-64, -48) });
}
