// With which knobs somebody ran what, kept in their own browser: the way back to a page leads to the knobs they had there.
const KEY = 'still-running class ran';

function kept() {
    try { return JSON.parse(localStorage.getItem(KEY)) ?? {}; } catch { return {}; }
}

/** At each Run, notes the knobs of this page; none where all are at their defaults. */
export function note(page) {
    document.addEventListener('click', e => {
        if (!(e.target instanceof Element && e.target.closest('.sr-go, .sr-mine'))) return;
        const knobs = new Set(Array.from(document.querySelectorAll('a.sr-link'), a => a.search.slice(1)));
        try { localStorage.setItem(KEY, JSON.stringify({ ...kept(), [page]: [...knobs].filter(Boolean).join('&') })); } catch { /* A browser that keeps nothing. */ }
    }, true);
}

/** The address of a page, with the knobs of the last run there. */
export function withKnobs(address, page) {
    const url = new URL(address);
    url.search = kept()[page] ?? '';
    return url.href;
}
