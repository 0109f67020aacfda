// What the votes came to: bars with number and pattern, and the same as a table.
import { el, percent } from './dom.mjs';

const ROUNDS = ['First vote', 'Second vote'];
const name = (rounds, i) => (rounds.length === 1 ? 'Votes' : ROUNDS[i]);

/** The bars of a question. `mine`: what one answered oneself, by round. */
export function bars(question, result, mine = {}) {
    const { rounds } = result;
    if (!rounds.length) return el('p', 'Nobody voted.');
    const rows = question.options.map(option => {
        const right = result.right.includes(option.value);
        const own = rounds.filter(r => mine[r.round] === option.value).map((r, i) => name(rounds, rounds.indexOf(r, i)).toLowerCase());
        return el('li.sr-class-option',
            el('span.sr-class-text', option.text, right && el('strong', ' ✓ right'), own.length > 0 && el('em', ` ← you, ${own.join(' and ')}`)),
            rounds.map((round, i) => bar(round, option.value, right, rounds.length > 1 ? name(rounds, i) : null)));
    });
    return el('div.sr-class-result', el('ul.sr-class-bars', { role: 'list' }, rows), moved(result), table(question, result));
}

function bar(round, value, right, label) {
    const n = round.by[value] ?? 0;
    const share = percent(n, round.votes);
    const said = `${label ? `${label}: ` : ''}${n} (${share} %)`;
    return el(`div.sr-class-bar${right ? '.is-right' : ''}`,
        el('div.sr-class-fill', { style: `width: ${share}%`, 'aria-hidden': 'true' }), el('span', said));
}

/** The figure of the day. */
export function moved({ pair }) {
    if (!pair || !pair.both) return null;
    const back = pair.to_wrong ? `, and ${pair.to_wrong} away from it` : '';
    return el('p.sr-class-moved', el('strong', `${pair.to_right} of ${pair.both} moved to the right answer${back}.`),
        ` ${pair.stayed_right} had it from the first vote on.`);
}

function table(question, { rounds, right }) {
    const head = el('tr', el('th', { scope: 'col' }, 'Answer'), rounds.map((_, i) => el('th', { scope: 'col' }, name(rounds, i))));
    const row = o => el('tr', el('th', { scope: 'row' }, o.text, right.includes(o.value) ? ' ✓ right' : ''),
        rounds.map(r => el('td', `${r.by[o.value] ?? 0} (${percent(r.by[o.value] ?? 0, r.votes)} %)`)));
    return el('details', { 'data-key': `table-${question.id}` }, el('summary', { 'data-key': `sum-${question.id}` }, 'As a table'),
        el('table', el('caption', question.prompt), el('thead', head), el('tbody', question.options.map(row))));
}
