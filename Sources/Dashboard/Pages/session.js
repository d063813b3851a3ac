/** Signing in and out. The key itself goes to the server once and is kept nowhere here. */
import { change, get } from "./api.js";

/** Who is signed in: `{ signedIn, open, owner, scopes, expiresAt }`. */
export async function readSession() {
    try {
        return await get("/dashboard/session");
    } catch {
        return { signedIn: false, open: false, reason: "unreachable" };
    }
}

/** @throws {ApiError} 401 for a key that is not known. */
export function signIn(key) { return change("POST", "/dashboard/session", { key }); }

/** Has the browser forget the session. */
export function signOut() { return change("DELETE", "/dashboard/session"); }

/** Whether the session may change things, and not only look at them. */
export function maySubmit(session) { return session.scopes.includes("submit") || session.scopes.includes("admin"); }

/** Whether the session may look at other owners' jobs. */
export function mayAdminister(session) { return session.scopes.includes("admin"); }
