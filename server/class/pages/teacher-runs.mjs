// The teacher's buttons for runs: one that all watch, and the end of everybody's.
import { el, say, show } from './dom.mjs';
import { ask, here } from './link.mjs';
import { nameOf, runIn } from './show.mjs';

/** The runs of this page, the chapter's own before those of its knobs. */
const widgets = () => Array.from(document.querySelectorAll('main [data-sr=run][id], main [data-sr=trial][id]'));
const titleOf = widget => `${widget.dataset.lab} ${widget.dataset.variant}${widget.dataset.sr === 'trial' ? ' with these knobs' : ''}`;

/** Presses Run in this page; gives the run's id, or null where none started. */
function started(widget) {
    return new Promise(done => {
        const look = () => {
            const id = runIn(widget);
            if (!id && !widget.querySelector('.sr-status.is-fault')) return;
            seen.disconnect();
            done(id);
        };
        const seen = new MutationObserver(look);
        widget.querySelector('.sr-go').click();
        seen.observe(widget, { subtree: true, childList: true, attributes: true });
        look();
    });
}

/** `place` to show it, `draw(snapshot)`, and `shows(run)` for what all watch. */
export function runs() {
    let [now, shown] = [null, null];
    const buttons = el('div');
    const done = el('p', { role: 'status' });
    const wrong = el('p', { role: 'alert' });
    const button = (key, text, act) => el('button', { type: 'button', 'data-key': key, onclick: act }, text);
    async function run(widget) {
        say(wrong, '');
        if (widget.querySelector('.sr-go').hasAttribute('aria-disabled')) return say(wrong, 'It runs already. Stop it, or wait for its end.');
        const id = await started(widget);
        if (!id) return say(wrong, 'It did not start; its widget says why.');
        const answer = await ask('PUT', 'show', { run: id, page: here, widget: widget.id });
        say(wrong, answer.ok ? '' : answer.said);
    }
    async function stop() {
        const answer = await ask('POST', 'stop');
        say(wrong, answer.ok ? '' : answer.said);
        const many = answer.data?.ended === 1 ? '1 run was ended' : `${answer.data?.ended} runs were ended`;
        if (answer.ok) say(done, answer.data.elsewhere ? `${many} on this server, and all on the others.` : `${many}.`);
    }
    function draw() {
        const waits = !['idle', 'reveal'].includes(now.phase);
        const all = now.ended ? [] : widgets().map(it => el('button', { type: 'button', 'data-key': `run-${it.id}`, disabled: waits, onclick: () => run(it) }, `Run for all: ${titleOf(it)}`));
        show(buttons, shown && el('p', `All watch ${nameOf(shown)}. `, button('away', 'Put it away', () => ask('DELETE', 'show'))),
            waits && all.length > 0 && el('p', 'A run tells the answer: it can be shown after the reveal.'),
            el('div.sr-class-buttons', all, button('stop', 'Stop all runs', stop)));
    }
    return {
        place: el('div', buttons, done, wrong),
        draw(snapshot) { now = snapshot; draw(); },
        shows(run) { shown = run; if (now) draw(); },
    };
}
