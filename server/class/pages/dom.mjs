// Elements. Text is always text: nothing that people or books say is read as markup.

/** `el('p.note', {role: 'status'}, 'text', child)`. */
export function el(name, ...rest) {
    const [tag, ...classes] = name.split('.');
    const made = document.createElement(tag || 'div');
    if (classes.length) made.className = classes.join(' ');
    for (const it of rest) {
        if (it === null || it === undefined || it === false) continue;
        if (it instanceof Node || typeof it === 'string') made.append(it);
        else if (Array.isArray(it)) made.append(...it);
        else for (const [key, value] of Object.entries(it)) put(made, key, value);
    }
    return made;
}

function put(made, key, value) {
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, '');
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
}

/** Says it, where it is not said already: a live region that is written anew is read out anew. */
export function say(place, text) {
    if (place.textContent !== text) place.textContent = text;
}

/** Replaces what is inside, only when it would differ; the focus stays on what has the same `data-key`. */
export function show(place, ...inside) {
    const next = el('div', ...inside);
    if (next.innerHTML === place.innerHTML) return;
    const key = place.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    const open = new Set(Array.from(place.querySelectorAll('details[open]'), d => d.dataset.key));
    place.replaceChildren(...next.childNodes);
    place.querySelectorAll('details').forEach(d => { d.open ||= open.has(d.dataset.key); });
    if (key) place.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
}

/** The class's looks, once. */
export function style(root) {
    const { href } = new URL('class/class.css', root);
    if (!document.querySelector(`link[href="${CSS.escape(href)}"]`)) document.head.append(el('link', { rel: 'stylesheet', href }));
}

/** What somebody chose, as a sentence: `“All three lines.”`, never with a second full stop. */
export const quoted = text => (/[.?!…]$/.test(text) ? `“${text}”` : `“${text}”.`);

export const percent = (n, of) => (of ? Math.round((100 * n) / of) : 0);
export const people = n => (n === 1 ? '1 person' : `${n} people`);
