// The run that the teacher shows, in the widget of a page that it belongs to. The page's own client follows it: it is put where
// the client keeps a run that a reload left, and the client is asked to go on with that.
import { el, show } from './dom.mjs';
import { here, root } from './link.mjs';

const FOLLOWED = 'sr-class followed';
const key = widget => `still-running ${location.pathname}#${widget.id}`;
const read = name => { try { return sessionStorage.getItem(name); } catch { return null; } };

/** The id of the run that a widget shows, if it is the server's. */
export const runIn = widget => read(key(widget))?.split('\n')[0] || null;

/** The widget of a run in this page. */
export const widgetOf = run => (run.page === here ? document.getElementById(run.widget) : null);
export const nameOf = run => `${run.lab} ${run.variant}`;
const busy = widget => !widget.querySelector('.sr-stop')?.hasAttribute('aria-disabled');

/** Waits until the client has taken the widget over. */
export function ready(widget) {
    return new Promise(done => {
        const look = () => widget.hasAttribute('data-sr-ready') && (seen.disconnect(), done());
        const seen = new MutationObserver(look);
        seen.observe(widget, { attributes: true });
        look();
    });
}

/** Shows it in the widget, from its first byte that is kept. */
export function put(widget, run) {
    try {
        sessionStorage.setItem(key(widget), [run.id, run.socket, run.lab, run.variant, 0, ''].join('\n'));
        sessionStorage.removeItem(`${key(widget)} bytes`);
        sessionStorage.setItem(FOLLOWED, run.id);
    } catch { return; }
    const hook = el('button', { type: 'button', hidden: true, 'data-do': 'click follow' });
    widget.append(hook);
    hook.click();
    hook.remove();
}

/** Says whose run it is, for as long as the widget shows that one. */
function name(widget, run) {
    const panel = widget.querySelector('.sr-panel');
    if (panel.querySelector('.sr-class-whose')?.dataset.run === run.id) return;
    const whose = el('p.sr-class-whose', { 'data-run': run.id }, el('strong', 'The teacher’s run.'), ' You watch it as it goes. When it is over, Run starts one of your own.');
    const look = () => {
        const is = runIn(widget) === run.id;
        if (is && !panel.contains(whose)) panel.prepend(whose);
        if (!is) whose.remove();
        widget.classList.toggle('sr-class-watched', is);
        if (!is) seen.disconnect();
    };
    const seen = new MutationObserver(look);
    seen.observe(widget, { subtree: true, childList: true, attributes: true, attributeFilter: ['aria-disabled'] });
    look();
}

/** What a participant's page does with the runs that are shown: `tell(run)`. */
export function watcher(main) {
    const line = el('div.sr-class-now', { role: 'status' });
    const rest = el('span');
    line.append(rest);
    let now = null;
    /* After a reload as well, when it is shown no more. */
    const before = read(FOLLOWED);
    for (const widget of before ? main.querySelectorAll('[data-sr][id]') : []) {
        if (runIn(widget) === before) ready(widget).then(() => name(widget, { id: before }));
    }
    const away = () => { now = null; show(rest); line.remove(); };
    const go = (widget, run) => { put(widget, run); name(widget, run); };
    return async run => {
        now = run;
        if (!run) return away();
        const widget = widgetOf(run);
        const there = `${new URL(`${run.page}.html`, root).href}#${run.widget}`;
        document.querySelector('main .sr-class')?.after(line);
        show(rest, el('a', { href: there, 'data-key': 'run', onclick: () => setTimeout(away) }, `The teacher shows a run: ${nameOf(run)}`));
        if (!widget) return;
        await ready(widget);
        /* A lab that can't run here has a note in its place. */
        if (now?.id !== run.id || !widget.querySelector('.sr-panel')) return;
        if (runIn(widget) === run.id) return name(widget, run);
        if (read(FOLLOWED) === run.id) return;
        /* A run of one's own is not taken away. */
        const own = busy(widget) && runIn(widget) !== read(FOLLOWED);
        if (!own) return go(widget, run);
        const instead = el('button', { type: 'button', 'data-key': 'instead', onclick: () => { widget.querySelector('.sr-stop').click(); go(widget, run); instead.remove(); } }, 'End my run and watch');
        line.append(instead);
    };
}
