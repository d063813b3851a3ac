/** Small things that this browser remembers. Where it may not, they are forgotten with the page. */
const unkept = new Map();

/** @returns {string|null} */
export function kept(name) {
    try { return localStorage.getItem(`darkroom.${name}`); } catch { return unkept.get(name) ?? null; }
}

/** With null it is forgotten. */
export function keep(name, text) {
    unkept.set(name, text);
    try {
        if (text === null) localStorage.removeItem(`darkroom.${name}`);
        else localStorage.setItem(`darkroom.${name}`, text);
    } catch { /* Private windows and full disks: the page goes on with what it has. */ }
}
