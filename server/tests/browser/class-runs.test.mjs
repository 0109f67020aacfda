// Runs in a class: the teacher's, which all watch; those that wait; and the end of everybody's.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { answer, finish, launch, open, ready, run } from './lib/browser.mjs';
import { end, start, violations } from './lib/class.mjs';
import { root } from './lib/server.mjs';
import { standIns } from './lib/stand-in.mjs';

const [SLOW, LOST] = ['/tasks/slow-lines.html', '/tasks/lost-line.html'];
const ENDLESS = `${SLOW}?slow-lines.lines=100000`;
const STILL = { reducedMotion: 'reduce' };
let folder, book, browser;

before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'still-running-class-'));
    await mkdir(join(folder, 'labs'));
    await symlink(fileURLToPath(new URL('labs/slow-lines', import.meta.url)), join(folder, 'labs/slow-lines'));
    await symlink(`${root}target/debug/lost-line`, join(folder, 'labs/lost-line'));
    [book, browser] = await Promise.all([standIns(), launch()]);
});
after(async () => {
    await browser?.close();
    await book?.remove();
    await rm(folder, { recursive: true });
});

/** A class of its own, with both labs. */
async function room(name, ...options) {
    await mkdir(join(folder, name));
    return start(join(folder, name), '--labs', join(folder, 'labs'), '--site', book.folder, ...options);
}
async function at(links, link, path) {
    const page = await open(browser, link, STILL);
    await page.goto(links.url + path);
    await page.locator('.sr-class').first().waitFor();
    return page;
}
const press = (page, name) => page.locator('.sr-class-teacher').getByRole('button', { name }).click();
/** Its output comes, while it goes. The lines of the run before are there until then. */
const prints = async widget => {
    await widget.locator('.sr-progress').getByText('Running…', { exact: true }).waitFor();
    await widget.locator('.xterm-rows').getByText(/line \d+ of 100000/).first().waitFor();
};
const over = widget => widget.locator('.sr-status').filter({ hasText: /\S/ }).innerText();

test('the teacher runs a lab once, and every page and the wall watch that very run', async () => {
    const links = await room('watch');
    const teacher = await at(links, links.teacher, ENDLESS);
    const [desk, elsewhere] = [await at(links, links.join, SLOW), await at(links, links.join, LOST)];
    const screen = await open(browser, links.screen, STILL);
    await screen.locator('#invite img').waitFor();

    await run(teacher, 'slow-lines', 'buggy');
    await press(teacher, /^Run for all: slow-lines buggy$/);
    const widget = await run(desk, 'slow-lines', 'buggy');
    await widget.locator('.sr-class-whose').getByText('The teacher’s run.').waitFor();
    await prints(widget);
    assert.equal(await widget.locator('.sr-stop').isVisible(), false, 'only the teacher ends it');
    await elsewhere.getByRole('link', { name: 'The teacher shows a run: slow-lines buggy' }).waitFor();
    await screen.waitForURL(/slow-lines\.html\?wall/);
    await screen.locator('main .sr-class-whose').getByText('slow-lines buggy').waitFor();
    for (const page of [teacher, desk, elsewhere, screen]) assert.deepEqual(await violations(page), []);
    await (await run(teacher, 'slow-lines', 'buggy')).locator('.sr-stop').click();
    for (const page of [teacher, desk, screen]) {
        assert.match(await over(await run(page, 'slow-lines', 'buggy')), /^slow-lines buggy: ended by the teacher/);
    }

    // Who comes late sees it too, and a run of one's own is one's own.
    await elsewhere.getByRole('link', { name: 'The teacher shows a run' }).click();
    const late = await run(elsewhere, 'slow-lines', 'buggy');
    assert.match(await over(late), /ended by the teacher/);
    await late.locator('.sr-go').click();
    await late.locator('.sr-class-whose').waitFor({ state: 'detached' });

    // A question takes the wall back, and no run is shown while it waits for its reveal.
    await teacher.locator('.sr-class-teacher').getByRole('button', { name: /^Ask: / }).first().click();
    await screen.waitForURL(/class\/screen\.html/);
    await screen.locator('#phase').getByText('Vote now').waitFor();
    const again = teacher.locator('.sr-class-teacher').getByRole('button', { name: /^Run for all: slow-lines buggy$/ });
    assert.ok(await again.isDisabled() || await again.getAttribute('aria-disabled') === 'true');
    for (const page of [teacher, desk, elsewhere, screen]) await page.done();
    await end(links);
});

test('the teacher’s run judges what each predicted, as one’s own would, and draws its figure', async () => {
    const links = await room('judge');
    const [teacher, desk] = [await at(links, links.teacher, LOST), await at(links, links.join, LOST)];
    const question = await ready(desk, '#lost-line--where');
    await answer(question, ':not([data-right])');
    await question.locator('.sr-answer').getByText('Your prediction is kept').waitFor();
    await run(teacher, 'lost-line', 'buggy');
    await press(teacher, /^Run for all: lost-line buggy$/);
    await question.locator('.sr-answer').getByText('You predicted').waitFor();
    const widget = await run(desk, 'lost-line', 'buggy');
    await widget.locator('.sr-tl-frame svg').waitFor();
    await widget.locator('.sr-class-whose').waitFor();
    await desk.done();
    await teacher.done();
    await end(links);
});

test('who waits sees the recording, and it ends when the run starts; the teacher ends all runs', async () => {
    const links = await room('wait', '--runs', '1');
    const [teacher, first] = [await at(links, links.teacher, SLOW), await at(links, links.join, ENDLESS)];
    const endless = await run(first, 'slow-lines', 'buggy');
    await endless.locator('.sr-go').click();
    await prints(endless);
    const second = await at(links, links.join, LOST);
    const waits = await run(second, 'lost-line', 'buggy');
    await waits.locator('.sr-go').click();
    await waits.locator('.sr-progress').getByText('Waiting for a free place: you are next').waitFor();
    await waits.locator('.sr-here').getByText('This is a recording').waitFor();
    await waits.locator('.sr-tl-frame svg').waitFor();
    assert.equal(await waits.locator('.sr-status').innerText(), '', 'a recording judges nothing');
    assert.deepEqual(await violations(second), []);
    await endless.locator('.sr-stop').click();
    assert.match(await over(waits), /^lost-line buggy: violated/);
    assert.equal(await waits.locator('.sr-here').innerText(), '');

    // Both wait, and one after the other gets the place: the recordings end with the first of them, and do not come back.
    await endless.locator('.sr-go').click();
    await prints(endless);
    const both = await ready(second, '[data-sr=compare][data-lab=lost-line]');
    await both.locator('.sr-go').click();
    await both.locator('.sr-here').getByText('This is a recording').waitFor();
    await both.locator('.sr-progress').getByText('Waiting for a free place').waitFor();
    for (const variant of ['buggy', 'fixed']) await both.locator(`.sr-side[aria-label=${variant}] .sr-tl-frame svg`).waitFor({ state: 'attached' });
    assert.equal(await both.locator('.sr-status').innerText(), '', 'recordings judge nothing');
    assert.deepEqual(await violations(second), []);
    await endless.locator('.sr-stop').click();
    assert.match(await over(both), /^lost-line buggy: violated .*; lost-line fixed: held/s);
    assert.equal(await both.locator('.sr-here').innerText(), '');

    // A run has ended, so the next to wait is told about how long as well.
    await endless.locator('.sr-go').click();
    await prints(endless);
    await waits.locator('.sr-go').click();
    await waits.locator('.sr-progress').getByText(/you are next, about \d+ s\./).waitFor();
    await press(teacher, 'Stop all runs');
    await teacher.getByText('2 runs were ended.').waitFor();
    for (const widget of [endless, waits]) assert.match(await over(widget), /ended by the teacher/);
    for (const page of [teacher, first, second]) await page.done();
    await end(links);
});

test('who is in the class no more is told so, with the way back in', async () => {
    const links = await room('again');
    const page = await at(links, links.join, LOST);
    const widget = await run(page, 'lost-line', 'buggy');
    await finish(widget);
    await page.context().clearCookies();
    await widget.locator('.sr-go').click();
    await widget.locator('.sr-status').getByText('Open /join').waitFor();
    await page.evaluate(() => dispatchEvent(new Event('focus')));
    assert.deepEqual(await violations(page), []);
    await page.getByRole('link', { name: 'Type the code again' }).click();
    await page.waitForURL(/\/join\?to=/);
    await page.done(/401/);
    await end(links);
});
