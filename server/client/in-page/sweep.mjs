// A knob over its whole range: one run of each variant at each value, drawn as a strip of verdicts, and told as a table.

const VARIANTS = ['buggy', 'fixed'];
/// The most values that are tried.
const POINTS = 500;
/// Exit codes; what has none of these has no verdict.
const VERDICTS = { 0: 'held', 10: 'violated', 11: 'unexercised', 12: 'unavailable' };
/// The more is amiss, the taller the bar, of twelve: colour is not the only sign.
const TALL = { violated: 12, held: 6, unexercised: 2, unavailable: 2 };

/// Puts the controls in place of the button that asked for them. `many` runs a list of words, as page.mjs does.
export function open(root, slug, many) {
    const knobs = [...root.closest('[data-sr=knobs]').querySelectorAll('.sr-knob [name]')];
    root.innerHTML = '<div class="sr-bar"><label>Every value of <select class="sr-sweep-knob"></select></label>'
        + '<button type="button" class="sr-go">Try them</button><button type="button" class="sr-stop" aria-disabled="true">Stop</button>'
        + '<span class="sr-progress" role="status"></span></div><div class="sr-sweep-out"></div>';
    const part = selector => root.querySelector(selector);
    part('select').append(...knobs.map(knob => new Option(knob.name)));
    root.setAttribute('role', 'group');
    root.setAttribute('aria-label', `Every value of a knob of ${slug}`);
    part('select').focus();
    let jobs = [];
    const able = (button, on) => on ? button.removeAttribute('aria-disabled') : button.setAttribute('aria-disabled', 'true');
    const busy = on => {
        able(part('.sr-go'), !on);
        able(part('.sr-stop'), on);
    };
    part('.sr-stop').addEventListener('click', () => jobs.forEach(job => job.stop()));
    part('.sr-go').addEventListener('click', async () => {
        if (part('.sr-go').ariaDisabled) return;
        busy(true);
        // What the last one came to would be taken for this one's; and a screen reader says nothing that has not changed.
        part('.sr-progress').textContent = '';
        part('.sr-sweep-out').replaceChildren();
        const knob = knobs.find(({ name }) => name === part('select').value);
        const rest = knobs.filter(other => other !== knob).flatMap(({ name, value }) => [`--${name}`, value]);
        const values = range(knob);
        let done = 0;
        const one = () => {
            part('.sr-progress').textContent = `${done += 1} of ${2 * values.length} runs…`;
        };
        const runs = VARIANTS.map(variant => {
            const words = values.map(value => [slug, variant, ...rest, `--${knob.name}`, value]);
            return new Promise(end => jobs.push(many(words, one, end)));
        });
        const ends = await Promise.all(runs);
        jobs = [];
        busy(false);
        part('.sr-progress').textContent = told(ends, values, knob) ?? `${done} runs in this page, just now.`;
        if (ends.every(({ how }) => how === 'exited')) part('.sr-sweep-out').innerHTML = drawn(ends, values, knob);
    });
}

/// Why there is nothing to draw, if so.
function told(ends, values, knob) {
    const cut = ends.find(({ how }) => how !== 'exited');
    if (cut) return cut.how === 'stopped' ? 'Stopped.' : cut.why;
    for (const [i, { codes }] of ends.entries()) {
        const at = codes.findIndex(code => !VERDICTS[code]);
        if (at >= 0) return `${VARIANTS[i]} with ${knob.name} = ${values[at]} came to no verdict; a run of it says more.`;
    }
}

/// All values, or as many as are drawn, both ends among them.
function range(knob) {
    if (knob.options) return [...knob.options].map(option => option.value);
    const [min, max] = [Number(knob.min), Number(knob.max)];
    const last = Math.min(max - min, POINTS - 1);
    return Array.from({ length: last + 1 }, (_, i) => `${min + Math.floor((max - min) * i / Math.max(last, 1))}`);
}

/// Neighbours with one verdict.
function stretches(codes, values) {
    const all = [];
    codes.forEach((code, i) => {
        const [verdict, last] = [VERDICTS[code], all.at(-1)];
        if (last?.verdict === verdict) Object.assign(last, { to: values[i], size: last.size + 1 });
        else all.push({ verdict, from: values[i], to: values[i], at: i, size: 1 });
    });
    return all;
}

function drawn(ends, values, knob) {
    const unit = knob.closest('.sr-knob').querySelector('.sr-unit')?.textContent.trim() ?? '';
    const [said, strips, rows] = [[], [], []];
    ends.forEach(({ codes }, i) => {
        const all = stretches(codes, values);
        said.push(`${VARIANTS[i]}: ${all.map(({ verdict, from, to }) => `${verdict} ${from === to ? `at ${from}` : `from ${from} to ${to}`}`).join(', ')}`);
        const bars = all.map(({ verdict, at, size }) =>
            `<rect class="is-${verdict}" x="${at}" y="${12 - TALL[verdict]}" width="${size}" height="${TALL[verdict]}"/>`);
        strips.push(`<p class="sr-sweep-strip"><span>${VARIANTS[i]}</span><svg viewBox="0 0 ${values.length} 12" preserveAspectRatio="none" `
            + `aria-hidden="true">${bars.join('')}</svg></p>`);
        rows.push(...all.map(({ verdict, from, to, size }) =>
            `<tr><th scope="row">${VARIANTS[i]}</th><td>${verdict}</td><td>${from}</td><td>${to}</td><td>${size}</td></tr>`));
    });
    const heads = ['variant', 'verdict', `${knob.name} from`, 'to', 'runs'].map(head => `<th scope="col">${head}</th>`);
    return `<p>${knob.name}${unit && `, in ${unit}`}: ${said.join('; ')}.</p>${strips.join('')}`
        + `<p class="sr-sweep-axis"><span>${knob.name} = ${values[0]} ${unit}</span><span>${values.at(-1)} ${unit}</span></p>`
        + `<details><summary>As a table</summary><table><thead><tr>${heads.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></details>`;
}
