// Labs that run in the page, and what the native ones say: the tests of each browser hold the two against each other.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { root } from './server.mjs';

/** As `cargo xtask test` builds them, where the compiler for them is here. */
export const programs = process.env.STILL_RUNNING_IN_PAGE;
export const noPrograms = 'no programs: cargo xtask in-page builds them, and STILL_RUNNING_IN_PAGE names their folder';

/** What the site says that it runs. */
export const manifest = async site => JSON.parse(await readFile(`${site.folder}/still-running.json`, 'utf8')).programs;

/** What a lab says of itself. */
export const describe = slug => JSON.parse(execFileSync(`${root}target/debug/${slug}`, ['--describe']));

/** What the native lab says and ends with: events and colours as a page asks for them. */
export function native(slug, words) {
    const { status, stdout } = spawnSync(`${root}target/debug/${slug}`, words, { env: { STILL_RUNNING_EVENTS: '1', CLICOLOR_FORCE: '1' } });
    return [status, '', 'exited', stdout.toString()];
}

/** As somebody reads it in a terminal without colours. */
export const plain = (slug, words) =>
    spawnSync(`${root}target/debug/${slug}`, words, { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } }).stdout.trim();

/** In the page: one run, as `[code, why, how, all it said]`. */
export async function say([script, program, words]) {
    const { run } = await import(script);
    const pieces = [];
    const end = await new Promise(done => run(program, words, told => (told.length === 1 ? pieces.push(told[0]) : done(told))));
    return [...end, await new Blob(pieces).text()];
}

const values = knob => (knob.choices ? knob.choices.map(choice => choice.value) : [...new Set([...knob.grid, knob.default])]);

/** The words of each run: both variants, and all combinations of what the grids hold. */
export function grid({ knobs }) {
    return knobs.reduce(
        (all, knob) => all.flatMap(words => values(knob).map(value => [...words, `--${knob.name}`, `${value}`])),
        [['buggy'], ['fixed']],
    );
}

/** Fewer: both variants at the defaults, and with one knob at a time at each value of its grid. */
export function turns({ knobs }) {
    const turned = knobs.flatMap(knob => values(knob).map(value => [`--${knob.name}`, `${value}`]));
    return ['buggy', 'fixed'].flatMap(variant => [[variant], ...turned.map(words => [variant, ...words])]);
}

/** Asks for a sweep of this knob, and gives the widget. */
export async function pressed(page, knob) {
    const sweep = page.locator('[data-sr=sweep]');
    if (!(await sweep.locator('select').count())) await sweep.locator('.sr-go').click();
    await sweep.locator('select').selectOption(knob);
    await sweep.locator('.sr-go').click();
    return sweep;
}

/** As [`pressed`], and it is over. */
export async function swept(page, knob) {
    const sweep = await pressed(page, knob);
    await sweep.locator('.sr-progress').filter({ hasText: /runs in this page, just now\.$/ }).waitFor();
    return sweep;
}

/** What its table says, a row each: variant, verdict, from, to, runs. */
export async function stretches(sweep) {
    await sweep.locator('summary').click();
    return sweep.locator('tbody tr').evaluateAll(all => all.map(row => [...row.cells].map(cell => cell.textContent)));
}

/** Both ends of each stretch have the verdict natively that it has in the table. */
export function endsAsNatively(rows, knob) {
    const codes = { held: 0, violated: 10, unexercised: 11 };
    for (const [variant, verdict, from, to] of rows) {
        for (const value of new Set([from, to])) {
            const [code] = native('lost-line', [variant, `--${knob}`, value]);
            assert.equal(code, codes[verdict], `${variant} ${value}`);
        }
    }
}
