// The line to the class: requests up, whole snapshots down. A request may be sent twice; a snapshot that was missed does not matter.

/** The book's first page, wherever it is served. */
export const root = new URL('../', import.meta.url);

/** This page's name within the book, such as `tasks/lost-line`. */
export const here = decodeURIComponent(location.pathname).slice(root.pathname.length).replace(/\.html$/, '') || 'index';

/** Gives `{ok, status, data, said}`; `said` is a sentence. It never throws. */
export async function ask(method, path, body) {
    const how = { method, headers: body ? { 'content-type': 'application/json' } : {}, body: body && JSON.stringify(body) };
    try {
        const answer = await fetch(new URL(`api/class/${path}`, root), how);
        const text = await answer.text();
        let data = null;
        try { data = text ? JSON.parse(text) : null; } catch { /* a proxy's page, perhaps */ }
        return { ok: answer.ok, status: answer.status, data, said: data?.message ?? `The server answered ${answer.status}.` };
    } catch {
        return { ok: false, status: 0, data: null, said: 'The class can’t be reached now. This page tries again by itself.' };
    }
}

/** Between half of it and one and a half: a room that was cut off does not come back in one instant. */
const jitter = ms => ms * (0.5 + Math.random());

/**
 * Calls `see` with each snapshot; `lost(true)` while there is no line, `lost(false)` when there is one again; `shows` with the
 * run that the teacher shows, or with null.
 */
export function follow(page, see, lost, shows = () => {}) {
    let [socket, tries, timer] = [null, 0, null];
    const open = () => {
        clearTimeout(timer);
        const url = new URL('api/class/socket', root);
        url.protocol = url.protocol.replace('http', 'ws');
        if (page) url.searchParams.set('page', page);
        socket = new WebSocket(url);
        socket.addEventListener('message', e => {
            tries = 0;
            lost(false);
            const news = JSON.parse(e.data);
            if ('run' in news) shows(news.run);
            else see(news);
        });
        socket.addEventListener('close', () => {
            lost(true);
            tries += 1;
            timer = setTimeout(open, jitter(Math.min(500 * 2 ** tries, 10_000)));
        });
    };
    /* A phone that wakes, a network that is back: at once. */
    const wake = () => {
        if (document.visibilityState !== 'visible' || socket.readyState === WebSocket.OPEN || socket.readyState === WebSocket.CONNECTING) return;
        tries = 0;
        open();
    };
    document.addEventListener('visibilitychange', wake);
    addEventListener('online', wake);
    addEventListener('pageshow', e => e.persisted && wake());
    open();
}
