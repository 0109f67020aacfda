// What one takes home: one's own answers, what is left, and the way back to each.
import { el, percent, quoted } from './dom.mjs';
import { ask, root } from './link.mjs';
import { withKnobs } from './ran.mjs';
import { save } from './save.mjs';

const [who, shown, kept, keep] = ['who', 'shown', 'kept', 'keep'].map(id => document.getElementById(id));
document.getElementById('print').addEventListener('click', () => print());
keep.addEventListener('click', async () => { kept.textContent = await save(document.querySelector('main'), 'my-class.html'); });
const link = (page, id) => `${withKnobs(new URL(`${page}.html`, root), page)}${id ? `#${id}` : ''}`;
const room = q => q.room && ` Of the room, ${percent(...q.room)} % were right at the end (${q.room[0]} of ${q.room[1]}).`;
const sign = q => (q.right === null ? 'Not revealed.' : q.right ? '✓ Right.' : '✗ Not right.');

const answer = await ask('GET', 'home');
if (!answer.ok) shown.textContent = answer.said;
else {
    const { alias, questions, marks } = answer.data;
    const [done, stuck] = ['done', 'stuck'].map(state => marks.filter(([, s]) => s === state));
    who.textContent = `In the class you were ${alias}. Save this page as a file, or print it: it is here as long as this server runs the class, and deleted 30 days after the class ends.`;
    const pages = all => el('ul', all.map(([page]) => el('li', el('a', { href: link(page) }, page))));
    shown.replaceChildren(
        el('h2', 'Your answers'),
        questions.length ? el('ol', questions.map(q => el('li', el('p', el('a', { href: link(q.page, q.id) }, q.title), `: ${q.prompt}`),
            el('p', q.answers.length ? `You said: ${q.answers.map(quoted).join(' Then: ')} ${sign(q)}` : 'You did not answer.', room(q))))) : el('p', 'Nothing was asked.'),
        el('h2', 'What is left'),
        stuck.length ? el('div', el('p', 'Where you were stuck:'), pages(stuck)) : el('p', 'Nothing you marked as stuck.'),
        done.length ? el('div', el('p', 'What you marked as done:'), pages(done)) : '',
        el('p', `The links lead to ${root.host}. When that is gone, the same pages are in any copy of the book, under the same names.`));
    keep.disabled = false;
}
