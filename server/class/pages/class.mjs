// What a page of the book has more where there is a class: a bar for whoever is in it, and a box at the question that is open.
import { bars } from './bars.mjs';
import { el, quoted, say, show, style } from './dom.mjs';
import { ask, follow, here, root } from './link.mjs';
import { note } from './ran.mjs';
import { watcher } from './show.mjs';
import { postman } from './votes.mjs';

const PHASES = {
    idle: 'No question is open. Read on at your own pace.',
    ask: 'A question is open.',
    closed: 'The vote is closed. Nobody has seen it yet.',
    discuss: 'Talk with your neighbour: why did you choose what you chose? Then you vote again.',
    reveal: 'The votes are shown.',
};

style(root);
const main = document.querySelector('main');

/* The projector's machine may be signed in as nobody; the teacher has a bar of their own. */
let [me, isOut] = [null, false];
const wall = new URLSearchParams(location.search).has('wall');
for (let wait = 500; !me && !wall; wait = Math.min(wait * 2, 8000)) {
    const answer = await ask('POST', 'me');
    if (answer.ok) me = answer.data;
    else if (answer.status === 401) { outside(); break; }
    else if (answer.status >= 400 && answer.status < 500) break;
    else await new Promise(done => setTimeout(done, wait * (0.5 + Math.random())));
}
if (wall) await import(new URL('class/wall.mjs', root)).then(it => it.begin());
else if (me?.teacher) await import(new URL('class/teacher.mjs', root)).then(it => it.begin(main));
else if (me) {
    note(here);
    begin();
}

/* The server was started anew with another code, or this browser forgot its cookies. */
function outside() {
    if (isOut) return;
    isOut = true;
    const join = new URL('join', root);
    join.searchParams.set('to', location.pathname);
    main.prepend(el('section.sr-class', { 'aria-label': 'Join again' }, el('p', { role: 'status' }, 'You are not in the class any more. ', el('a', { href: join.href }, 'Type the code again'))));
}

function begin() {
    const votes = {};
    const remember = (question, round, choice) => { (votes[question] ??= {})[round] = choice; };
    me.votes.forEach(([question, round, choice]) => remember(question, round, choice));
    let mark = me.marks.find(([page]) => page === here)?.[1] ?? null;
    let [now, told, lost, sent] = [null, { state: '', said: '' }, false, 0];

    /* How many have answered changes with each vote, and is not read out. */
    const [phase, count] = [el('span', { role: 'status' }), el('span')];
    const more = el('div');
    const name = el('strong', me.alias);
    const buttons = [['stuck', 'I’m stuck'], ['done', 'Done']].map(([state, text]) =>
        el('button', { type: 'button', 'data-state': state, 'aria-pressed': String(mark === state), onclick: () => press(state) }, text));
    const rename = async () => {
        const answer = await ask('POST', 'alias');
        say(name, answer.ok ? answer.data.alias : name.textContent);
    };
    const bar = el('section.sr-class', { 'aria-label': 'The class' },
        el('div.sr-class-row', el('p.sr-class-phase', phase, ' ', count), el('span.sr-class-buttons', buttons)), more,
        el('details', el('summary', 'You are ', name),
            el('p', 'A name of two words, so that you can find your answers again. ', el('button', { type: 'button', onclick: rename }, 'Another name')),
            el('p', el('a', { href: new URL('class/home.html', root).href }, 'Your answers, to take home')),
            el('p', 'Kept of you: these two words, your answers to the class’s questions, and whether you are stuck. No name, no address. It is deleted 30 days after the class ends.')));
    main.prepend(bar);
    const box = el('div.sr-class-box', { role: 'group', 'aria-label': 'The class votes' });
    const status = el('p', { role: 'status', tabindex: '-1' });
    const again = el('button', { type: 'button', onclick: () => send() }, 'Send my answer to the class');
    const inside = el('div');
    box.append(again, status, inside);

    async function press(state) {
        const next = mark === state ? 'clear' : state;
        const answer = await ask('PUT', 'mark', { page: here, state: next });
        if (answer.ok) marked(next === 'clear' ? null : next);
        else say(phase, answer.said);
    }
    function marked(state) {
        mark = state;
        buttons.forEach(b => b.setAttribute('aria-pressed', String(b.dataset.state === mark)));
    }

    const post = postman((vote, state, said) => {
        if (state === 'sent') {
            sent += 1;
            remember(vote.question, vote.round, vote.choice);
        }
        told = { ...vote, state, said };
        draw();
    });
    const asked = () => now?.question && document.getElementById(now.question.id);
    const chosen = () => asked()?.querySelector('.sr-option > input:checked')?.value;
    function send() {
        if (now?.phase !== 'ask' || !chosen()) return;
        post.send({ question: now.question.id, round: now.round, choice: chosen() });
    }
    /* The page's own Submit is the vote, while the class is asked. */
    document.addEventListener('click', e => {
        const submit = e.target instanceof Element && e.target.closest('.sr-submit');
        if (submit && submit.getAttribute('aria-disabled') !== 'true' && asked()?.contains(submit)) send();
    }, true);
    /* After the page has heard it, too. */
    document.addEventListener('change', e => asked()?.contains(e.target) && setTimeout(draw));
    /* The page takes the same answer once; in the second round it may be given again. */
    const needsAgain = () => chosen() && votes[now.question.id]?.[now.round] !== chosen()
        && asked().querySelector('.sr-submit')?.getAttribute('aria-disabled') === 'true';

    const text = value => quoted(now.question.options.find(o => o.value === value)?.text ?? value);
    function state() {
        const mine = votes[now.question.id]?.[now.round];
        const before = votes[now.question.id] ?? {};
        if (told.question === now.question.id && told.round === now.round && told.state !== 'sent') {
            return told.state === 'waiting' ? `Being sent … ${told.said}` : `Not counted: ${told.said}`;
        }
        if (mine) return `✓ The class has your answer: ${text(mine)} You may still change it.`;
        const last = Object.values(before).pop();
        return last ? `A second vote. Before, you said: ${text(last)} Choose again, the same or another.` : 'Choose, then press Submit. Nobody sees it with your name.';
    }
    function draw() {
        if (!now) return;
        const q = now.question;
        const place = asked();
        const elsewhere = q && !place;
        say(count, q && !now.ended && now.phase !== 'idle' ? `${now.answered} of ${now.people} answered.` : '');
        say(phase, (now.ended ? 'The class is over. Your answers are yours to take home.' : PHASES[now.phase])
            + (lost ? ' The line to the class is cut; this page tries again by itself, and what you do is kept.' : ''));
        show(more, elsewhere && el('p', el('a', { href: `${new URL(`${q.page}.html`, root).href}#${q.id}`, 'data-key': 'there' }, `${q.title}: ${q.prompt}`)));
        if (!place) return box.remove();
        if (!place.contains(box)) (place.querySelector('fieldset') ?? place).append(box);
        const open = now.phase === 'ask';
        if (document.activeElement === again) status.focus();
        again.hidden = !open || !needsAgain();
        say(status, open ? state() : PHASES[now.phase]);
        show(inside, now.result && bars(q, now.result, votes[q.id]));
    }
    follow(here, snapshot => { now = snapshot; draw(); }, cut => {
        if (cut !== lost) { lost = cut; draw(); }
        if (!cut) post.again();
        else look();
    }, watcher(main));
    /* The other pages of the same person, or the teacher who let them start afresh: what the class has is what counts. */
    async function look() {
        const before = sent;
        const answer = await ask('POST', 'me');
        if (answer.status === 401) return outside();
        /* What was asked before a vote was taken does not know it. */
        if (!answer.ok || answer.data.teacher || before !== sent) return;
        Object.keys(votes).forEach(question => delete votes[question]);
        answer.data.votes.forEach(([question, round, choice]) => remember(question, round, choice));
        marked(answer.data.marks.find(([page]) => page === here)?.[1] ?? null);
        say(name, answer.data.alias);
        draw();
    }
    addEventListener('focus', look);
}
