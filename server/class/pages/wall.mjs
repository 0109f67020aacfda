// A page of the book on the projector, while the teacher shows a run: nothing but that run, large.
import { el } from './dom.mjs';
import { follow, root } from './link.mjs';
import { nameOf, put, ready, widgetOf } from './show.mjs';

let isLeaving = false;

/* Once: asked for with each piece of news, it would begin anew with each, and a class that votes has many. */
function back() {
    if (isLeaving) return;
    isLeaving = true;
    location.replace(new URL('class/screen.html', root));
}

/** Until it is put away, or the class goes on to something else. */
export function begin() {
    let [version, on] = [null, null];
    document.documentElement.classList.add('sr-class-wall');
    follow('', ({ version: now }) => {
        version ??= now;
        if (version !== now) back();
    }, () => {}, async run => {
        const widget = run && widgetOf(run);
        if (!widget || (on && on !== run.id)) return back();
        if (on) return;
        on = run.id;
        await ready(widget);
        document.body.replaceChildren(el('main', el('h1', 'The teacher’s run'), el('p.sr-class-whose', nameOf(run)), widget));
        put(widget, run);
    });
    /* Nothing is shown any more, and nobody says so: a class that never had a run says nothing about one. */
    setTimeout(() => on ?? back(), 10_000);
}
