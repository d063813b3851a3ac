/** Asking the server. */

/** A refusal or failure: the server's code and words, or `unreachable` where there was no answer. */
export class ApiError extends Error {
    constructor(status, code, message, details) {
        super(message);
        this.status = status;
        this.code = code;
        this.details = details;
    }
}

let owner = null;
let signedOut = () => {};

/** Whose jobs are asked for, where it is not the asker's own; null for those. */
export function setOwner(name) { owner = name; }

/** Called when the server says that nobody is signed in any more. */
export function onSignedOut(listener) { signedOut = listener; }

/** The same, as it is now. */
export function lookedAt() { return owner; }

/** A path of the server's with an owner and further parameters; those that are null are left out. */
export function address(path, parameters = {}, whose = owner) {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries({ ...parameters, owner: whose })) {
        if (value !== null && value !== undefined && value !== "") query.set(name, value);
    }
    const text = query.toString();
    return text ? `${path}?${text}` : path;
}

/** A part of a path. */
export const part = encodeURIComponent;

/**
 * Reads a document. `signal` breaks it off.
 * @throws {ApiError}
 */
export function get(path, parameters, signal) {
    return send(address(path, parameters), { signal });
}

/**
 * Asks for a change, with a JSON document or none; the answer's document.
 * @param {string|null} whose by whoever may ask later than the page was drawn, as it was then
 * @throws {ApiError}
 */
export function change(method, path, body, whose = owner) {
    const headers = { "X-Darkroom-Request": "1" };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const text = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
    return send(address(path, {}, whose), { method, headers, body: text });
}

async function send(url, options) {
    let answer;
    try {
        answer = await fetch(url, { credentials: "same-origin", cache: "no-store", ...options });
    } catch (error) {
        if (error.name === "AbortError") throw error;
        throw new ApiError(0, "unreachable", "the server does not answer");
    }
    const document = await answer.json().catch(() => null);
    if (answer.ok) return document;
    const error = document?.error ?? {};
    if (answer.status === 401 && !url.startsWith("/dashboard/session")) signedOut();
    throw new ApiError(answer.status, error.code ?? "unknown", error.message ?? `HTTP ${answer.status}`, error.details);
}
