/** Addresses: `/` the list, `/?job=ID`, `/?job=ID&image=ID`, `/?measures`, `/?new`; `owner` names whose jobs. */

/** What the address asks for: `{ page, job, image, owner }`. */
export function place(search = location.search) {
    const query = new URLSearchParams(search);
    const owner = query.get("owner") || null;
    if (query.get("job")) return { page: "job", job: query.get("job"), image: query.get("image"), owner };
    if (query.has("measures")) return { page: "measures", owner };
    return { page: query.has("new") ? "new" : "list", owner };
}

/** The address of a place; the owner that is being looked at goes along. */
export function href({ page, job, image, owner = place().owner }) {
    const query = new URLSearchParams();
    if (job) query.set("job", job);
    if (image) query.set("image", image);
    if (owner) query.set("owner", owner);
    const flag = page === "measures" || page === "new" ? page : "";
    const text = [flag, query.toString()].filter(Boolean).join("&");
    return text ? `/?${text}` : "/";
}

let changed = () => {};

/** Goes to a place without reading the page again. */
export function navigate(target, { replace = false } = {}) {
    const address = href(target);
    if (replace) history.replaceState(null, "", address);
    else if (address !== location.pathname + location.search) history.pushState(null, "", address);
    changed();
}

/** Calls `listener` when the address changes: by links of this page, by `navigate`, by the browser's own buttons. */
export function follow(listener) {
    changed = listener;
    addEventListener("popstate", listener);
    document.addEventListener("click", (event) => {
        const link = event.target.closest?.("a[href^='/?'], a[href='/']");
        if (!link || event.defaultPrevented || event.button !== 0) return;
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        history.pushState(null, "", link.getAttribute("href"));
        listener();
        scrollTo(0, 0);
    });
}
