// The teacher's sums, and the class's end.
import { el, people, percent } from './dom.mjs';
import { ask, root } from './link.mjs';

const [who, shown, said] = ['who', 'shown', 'said'].map(id => document.getElementById(id));
document.getElementById('print').addEventListener('click', () => print());

/* What can't be undone is pressed twice. */
function twice(id, sure, act) {
    const button = document.getElementById(id);
    button.addEventListener('click', async () => {
        if (button.dataset.sure) return void act();
        button.dataset.sure = '1';
        button.textContent = sure;
    });
}
const tell = async (path, done) => {
    const answer = await ask('POST', path);
    said.textContent = answer.ok ? done : answer.said;
    if (path === 'end') read();
};
twice('end', 'End it: nobody can vote any more', () => tell('end', 'The class is over. People can take their answers home for 30 days, as long as this server runs.'));
twice('delete', 'Delete it: nobody can take anything home', () => tell('delete', 'All of the class is deleted.'));

const others = round => (round.others === 0 ? '' : el('li', `others (under five each): ${round.others ?? 'under five'}`));
const round = (r, i, all) => el('div', all.length > 1 && el('h3', i ? 'Second vote' : 'First vote'), el('p', `${r.votes} votes`),
    el('ul', r.options.map(o => el('li', `${o.text}${o.right ? ' ✓ right' : ''}: ${o.votes} (${percent(o.votes, r.votes)} %)`)), others(r)));
const pair = p => p && el('p', el('strong', `${p.to_right} of ${p.both} moved to the right answer, ${p.to_wrong} away from it.`));
async function read() {
    const answer = await ask('GET', 'sums');
    if (!answer.ok) { said.textContent = answer.said; return; }
    const sums = answer.data;
    who.textContent = `${sums.name}: ${people(sums.people)}, ${sums.questions.length} ${sums.questions.length === 1 ? 'question' : 'questions'}${sums.ended ? ', over' : ''}. Groups under five are merged.`;
    shown.replaceChildren(...sums.questions.map(q => el('section', el('h2', q.prompt),
        el('p', el('a', { href: new URL(`${q.page}.html#${q.id}`, root).href }, q.title)), q.rounds.map(round), pair(q.pair))));
}
read();
