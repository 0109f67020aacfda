// What one takes home: one's own answers, what is left, and the way back to each.
import { el, percent } from './dom.mjs';
import { ask, root } from './link.mjs';

const [who, shown] = ['who', 'shown'].map(id => document.getElementById(id));
document.getElementById('print').addEventListener('click', () => print());
const link = (page, id) => `${new URL(`${page}.html`, root).href}${id ? `#${id}` : ''}`;
const room = q => q.room && ` Of the room, ${percent(...q.room)} % were right at the end (${q.room[0]} of ${q.room[1]}).`;
const sign = q => (q.right === null ? 'Not revealed.' : q.right ? '✓ Right.' : '✗ Not right.');

const answer = await ask('GET', 'home');
if (!answer.ok) shown.textContent = answer.said;
else {
    const { alias, questions, marks } = answer.data;
    const [done, stuck] = ['done', 'stuck'].map(state => marks.filter(([, s]) => s === state));
    who.textContent = `In the class you were ${alias}. Keep this page: the server deletes it 30 days after the class ends.`;
    const pages = all => el('ul', all.map(([page]) => el('li', el('a', { href: link(page) }, page))));
    shown.replaceChildren(
        el('h2', 'Your answers'),
        questions.length ? el('ol', questions.map(q => el('li', el('p', el('a', { href: link(q.page, q.id) }, q.title), `: ${q.prompt}`),
            el('p', q.answers.length ? `You said: ${q.answers.map(a => `“${a}”`).join(', then ')}. ${sign(q)}` : 'You did not answer.', room(q))))) : el('p', 'Nothing was asked.'),
        el('h2', 'What is left'),
        stuck.length ? el('div', el('p', 'Where you were stuck:'), pages(stuck)) : el('p', 'Nothing you marked as stuck.'),
        done.length ? el('div', el('p', 'What you marked as done:'), pages(done)) : '');
}
