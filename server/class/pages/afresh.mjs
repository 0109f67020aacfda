// One person starts afresh. The teacher sees counts and no persons, so they are told the two words by whoever it is.
import { el, say } from './dom.mjs';
import { ask } from './link.mjs';

const WHERE = 'They stand in that person’s own bar: You are …';

export function afresh() {
    const name = el('input', { type: 'text', autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false' });
    const told = el('p', { role: 'status' });
    async function press() {
        const alias = name.value.trim().toLowerCase().replace(/\s+/g, ' ');
        if (!alias) return say(told, `Type the two words first. ${WHERE}`);
        const answer = await ask('POST', 'afresh', { alias });
        say(told, answer.ok ? `Done: nothing is kept of what “${alias}” said.` : answer.said);
        if (answer.ok) name.value = '';
    }
    name.addEventListener('keydown', e => e.key === 'Enter' && press());
    return el('details', el('summary', 'Let one person start afresh'),
        el('p', 'Their answers to the class’s questions are deleted, and that they are stuck or done. They stay in, under the same name.'),
        el('p', el('label', 'The two words of their name ', name), ' ', el('button', { type: 'button', onclick: press }, 'Start afresh')), told);
}
