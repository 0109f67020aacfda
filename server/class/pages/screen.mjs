// What the room sees on the wall. It has no buttons: the teacher's bar is elsewhere.
import { bars } from './bars.mjs';
import { el, people, say, show } from './dom.mjs';
import { ask, follow, root } from './link.mjs';

const [name, phase, shown, invite] = ['name', 'phase', 'shown', 'invite'].map(id => document.getElementById(id));
const WORDS = {
    idle: 'Read on at your own pace.', ask: 'Vote now, in your page.', closed: 'The vote is closed.',
    discuss: 'Talk with your neighbour. Then vote again.', reveal: 'What you answered',
};
let [now, lost] = [null, false];

function draw() {
    if (!now) return;
    const q = now.question;
    say(name, q ? q.prompt : now.name);
    const count = q && now.phase !== 'reveal' ? ` ${now.answered} of ${now.people} answered.` : now.phase === 'idle' ? ` ${people(now.people)} here.` : '';
    /* Said aloud only where the phase changes; the count is beside it. */
    say(phase, now.ended ? 'The class is over. Thank you.' : WORDS[now.phase]);
    const options = () => el('ol', q.options.map(o => el('li', o.text)));
    show(shown, el('p.sr-class-count', lost ? 'The line to the class is cut. This page tries again by itself.' : count),
        q && (now.result ? bars(q, now.result) : options()));
    document.documentElement.classList.toggle('is-idle', !q && !now.ended);
    document.documentElement.classList.toggle('is-revealed', Boolean(now.result));
}

async function invited() {
    const answer = await ask('GET', 'invite');
    if (!answer.ok) return void setTimeout(invited, 3000);
    const { address, code, qr } = answer.data;
    const image = qr && el('img', { alt: `QR code that leads to ${address} with the code`, src: `data:image/svg+xml,${encodeURIComponent(qr)}` });
    show(invite, image, el('p', 'Join at ', el('strong', address), el('br'), 'with the code ', el('strong.sr-class-code', code)));
}

invited();
/* A run is shown by the page of the book that it belongs to, which leads back here. Each is shown once. */
const SHOWN = 'sr-class wall';
follow('', snapshot => { now = snapshot; draw(); }, cut => {
    if (cut !== lost) { lost = cut; draw(); }
}, run => {
    if (!run || sessionStorage.getItem(SHOWN) === run.id) return;
    sessionStorage.setItem(SHOWN, run.id);
    location.href = `${new URL(`${run.page}.html`, root).href}?wall#${run.widget}`;
});
