/** Making elements. What comes from outside becomes text nodes and attributes only, never markup. */

const svgNamespace = "http://www.w3.org/2000/svg";

/**
 * An HTML element: `h("p.note", { id: "x", onclick: f, "aria-label": "…" }, "text", child, …)`.
 * Attributes that are null, undefined or false are left out, `true` stands without a value, functions are listeners;
 * children that are null or false are left out.
 */
export function h(name, attributes, ...children) {
    const [tag, ...classes] = name.split(".");
    const element = document.createElement(tag);
    if (classes.length > 0) element.className = classes.join(" ");
    return fill(element, attributes, children);
}

/** The same for SVG. */
export function s(name, attributes, ...children) {
    const [tag, ...classes] = name.split(".");
    const element = document.createElementNS(svgNamespace, tag);
    if (classes.length > 0) element.setAttribute("class", classes.join(" "));
    return fill(element, attributes, children);
}

function fill(element, attributes, children) {
    for (const [key, value] of Object.entries(attributes ?? {})) {
        if (value === null || value === undefined || value === false) continue;
        if (typeof value === "function") element.addEventListener(key.slice(2), value);
        else element.setAttribute(key, value === true ? "" : String(value));
    }
    append(element, children);
    return element;
}

function append(element, children) {
    for (const child of children) {
        if (child === null || child === undefined || child === false) continue;
        if (Array.isArray(child)) append(element, child);
        else element.append(child);
    }
}

/** Puts other children in the place of those that an element has. */
export function refill(element, ...children) {
    element.replaceChildren();
    append(element, children);
    return element;
}

/**
 * Draws the content of an element anew. Where the focus was on something in it that is gone, what has its id now
 * has the focus, or else `rest`.
 */
export function redrawn(element, draw, rest) {
    const focused = element.contains(document.activeElement) ? document.activeElement : null;
    draw();
    if (!focused || (focused.isConnected && focused.checkVisibility())) return;
    const same = focused.id ? document.getElementById(focused.id) : null;
    (same?.checkVisibility() ? same : rest)?.focus({ preventScroll: true });
}

/** Sets an element's text if it is another: nothing is painted, and nothing read aloud, that did not change. */
export function setText(element, text) {
    if (element.textContent !== text) element.textContent = text;
}
