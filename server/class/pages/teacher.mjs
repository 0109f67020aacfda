// The teacher's bar, on every chapter: what is asked, how many answered, who is stuck, and where the day stands.
import { afresh } from './afresh.mjs';
import { bars, moved } from './bars.mjs';
import { el, people, percent, say, show } from './dom.mjs';
import { ask, follow, here, root } from './link.mjs';
import { runs } from './teacher-runs.mjs';

const WORDS = { idle: 'Nothing is asked', ask: 'Open', closed: 'Closed', discuss: 'They talk', reveal: 'Revealed' };
const STEPS = {
    idle: [], ask: [['close', 'Close'], ['discuss', 'Discuss'], ['reveal', 'Reveal']],
    closed: [['discuss', 'Discuss'], ['again', 'Ask again'], ['reveal', 'Reveal'], ['clear', 'Put away']],
    discuss: [['again', 'Ask again'], ['reveal', 'Reveal'], ['clear', 'Put away']],
    reveal: [['again', 'Ask again'], ['clear', 'Put away']],
};
/** What a teacher may want to know now. */
const HINTS = {
    idle: 'Ask a question of this page. People answer it in their own page.',
    ask: 'When most have answered, let them discuss. Nobody sees a vote before you reveal.',
    closed: 'Nobody has seen a vote yet.',
    discuss: 'Each tells a neighbour why. Then ask again.',
    reveal: 'All see the votes. Run the lab for all, explain, then put the question away.',
};
const FOR = { ask: 'open', closed: 'closed', discuss: 'they have talked', reveal: 'revealed' };

/** Since when the class is as it is, as far as this tab saw it: the next page of the same tab knows it, too. */
const SINCE = 'sr-class since';
function since(version, before) {
    try {
        const [seen, at] = (sessionStorage.getItem(SINCE) ?? '').split(' ');
        if (seen === String(version)) return Number(at);
        if (before === undefined) return null;
        sessionStorage.setItem(SINCE, `${version} ${Date.now()}`);
    } catch { /* A browser that keeps nothing. */ }
    return before === undefined ? null : Date.now();
}

const plain = e => (e?.textContent ?? '').replace(/\s+/g, ' ').trim();
const title = () => plain(document.querySelector('main h1')).replace(/ ✓ done$/, '');
/** What is asked, without the word for its kind. */
const prompt = legend => {
    const copy = legend.cloneNode(true);
    copy.querySelectorAll('.sr-kind').forEach(kind => kind.remove());
    return plain(copy);
};
/** The questions of this page, as the server wants them. */
const questions = () => Array.from(document.querySelectorAll('main [data-sr=question][id]'), e => ({
    id: e.id, page: here, title: title().slice(0, 140), prompt: prompt(e.querySelector('legend')).slice(0, 900),
    options: Array.from(e.querySelectorAll('.sr-option'), o => ({
        value: o.querySelector('input').value, text: plain(o.querySelector('label')).slice(0, 450), right: o.hasAttribute('data-right'),
    })),
}));

/** This chapter's block of the workshop's day, such as `10:00 · 50 min · A line without its beginning`. */
async function block() {
    const page = await fetch(new URL('paths/workshop.html', root)).then(a => (a.ok ? a.text() : '')).catch(() => '');
    const plan = new DOMParser().parseFromString(page, 'text/html');
    const found = [];
    for (const head of plan.querySelectorAll('main h3')) {
        const list = head.nextElementSibling;
        const there = Array.from(list?.querySelectorAll('a[href]') ?? [], a => a.getAttribute('href'));
        if (/ min /.test(head.textContent) && there.some(href => here.endsWith(href.replace(/^(\.\.\/)*/, '').replace(/\.html.*$/, '')))) found.push(plain(head));
    }
    /* A chapter that is only touched elsewhere has its own block, which is the longest. */
    const minutes = block => Number(block.match(/(\d+) min/)?.[1] ?? 0);
    return found.sort((a, b) => minutes(b) - minutes(a))[0] ?? null;
}

export function begin(main) {
    const place = document.getElementById('sr-class-here');
    if (place && !place.hasChildNodes()) import('./open.mjs').then(it => it.tell(place));
    let [now, from, lost, plan, troubled] = [null, null, false, null, false];
    const [status, count] = [el('span', { role: 'status' }), el('span')];
    const clock = el('p.sr-class-clock');
    const hint = el('p.sr-class-hint');
    const wrong = el('p', { role: 'alert' });
    const controls = el('div.sr-class-buttons');
    const shows = runs();
    const rest = el('div');
    main.prepend(el('section.sr-class.sr-class-teacher', { 'aria-label': 'Teacher' }, el('p.sr-class-phase', status, ' ', count), clock, controls, hint, shows.place, wrong, rest, afresh()));

    async function step(name, question) {
        const answer = await ask('POST', 'step', { version: now.version, step: name, question });
        say(wrong, answer.ok ? '' : answer.said);
    }
    const button = (key, text, act) => el('button', { type: 'button', 'data-key': key, onclick: act }, text);
    function draw() {
        const q = now.question;
        say(status, (now.ended ? 'The class is over.' : `${WORDS[now.phase]}${q ? `: ${q.prompt}` : '.'}`) + (lost ? ' The line to the class is cut; this page tries again.' : ''));
        say(count, now.ended ? '' : q ? `${now.answered} of ${now.people} answered.` : `${people(now.people)} joined.`);
        /* What the database says goes when it is over; a step that was refused stays to be read. */
        if (now.trouble || troubled) say(wrong, now.trouble ?? '');
        troubled = Boolean(now.trouble);
        const asks = now.phase === 'ask' || now.ended ? [] : questions().map(it => button(`ask-${it.id}`, `Ask: ${it.prompt.split(/(?<=[.?!]) /).pop()}`, () => step('ask', it)));
        show(controls, now.ended ? [] : STEPS[now.phase].map(([name, text]) => button(name, text, () => step(name))), asks);
        say(hint, now.ended ? '' : now.phase === 'idle' && !asks.length ? 'This page has no question to ask.' : HINTS[now.phase]);
        shows.draw(now);
        show(rest, stuck(), q && now.tally && tally(q), where(), history(), links());
    }
    const stuck = () => {
        const all = now.marks.filter(m => m.stuck || m.done);
        return all.length > 0 && el('ul.sr-class-marks', { role: 'list' }, all.map(m => el('li',
            el('strong', `${m.stuck} stuck`), `, ${m.done} done: `, m.page === here ? 'this page' : el('a', { href: new URL(`${m.page}.html`, root).href }, m.page))));
    };
    const tally = q => el('details', { 'data-key': 'tally' }, el('summary', { 'data-key': 'tally-sum' }, now.phase === 'reveal' ? 'The votes, as all see them' : 'The votes so far (only you see them)'), bars(q, now.tally));
    const where = () => {
        const all = Object.entries(now.where);
        return el('details', { 'data-key': 'where' }, el('summary', { 'data-key': 'where-sum' }, 'Who is where'),
            el('ul', all.length ? all.map(([page, n]) => el('li', `${page || 'elsewhere'}: ${people(n)}`)) : el('li', 'Nobody has a page of the book open.')));
    };
    const history = () => now.history.length > 0 && el('details', { 'data-key': 'day' }, el('summary', { 'data-key': 'day-sum' }, 'The day so far'),
        el('ul', now.history.map(h => el('li', `${h.title}: ${h.prompt} `, share(h.outcome), moved(h.outcome)))));
    const share = ({ rounds, right }) => rounds.map(r => `${percent(right.reduce((n, v) => n + (r.by[v] ?? 0), 0), r.votes)} % right`).join(', then ');
    const links = () => el('p', el('a', { href: new URL('class/screen.html', root).href, target: 'sr-screen', 'data-key': 'screen' }, 'Projector'), ' · ',
        el('a', { href: new URL('paths/workshop.html#sr-class-here', root).href, 'data-key': 'join' }, 'How people join'), ' · ',
        el('a', { href: new URL('class/sums.html', root).href, 'data-key': 'sums' }, 'End and export'));

    const minutes = () => Math.floor((Date.now() - from) / 60_000);
    const tick = () => say(clock, [plan, now?.question && from && `${FOR[now.phase]} for ${minutes()} min`].filter(Boolean).join(' · '));
    setInterval(tick, 5000);
    block().then(found => { plan = found; tick(); });
    follow('', snapshot => {
        if (snapshot.version !== now?.version) { from = since(snapshot.version, now?.version); say(wrong, ''); }
        now = snapshot;
        draw();
        tick();
    }, cut => {
        if (cut === lost) return;
        lost = cut;
        if (now) draw();
    }, shows.shows);
}
