// What a reader leaves behind in the browser: answers, done marks, the place to go on.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { finish, launch, open, ready, run } from './lib/browser.mjs';
import { serve } from './lib/server.mjs';

const CHAPTER = '/tasks/lost-line.html';
let server, browser;

before(async () => {
    [server, browser] = await Promise.all([serve(), launch()]);
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

const chapter = () => open(browser, server.url + CHAPTER, { reducedMotion: 'reduce', acceptDownloads: true });
const first = (page, kind) => page.locator(`[data-sr=question][data-kind=${kind}]`).first();
const mark = page => ready(page, '[data-sr=mark]');

test('a prediction waits for its run, and is told beside the outcome', async () => {
    const page = await chapter();
    await mark(page);
    const asked = first(page, 'predict');
    const right = asked.locator('[data-right] input');
    await right.check();
    assert.match(await asked.locator('.sr-answer').innerText(), /prediction is kept/);
    assert.equal(await asked.locator('details[open]').count(), 0, 'nothing is given away before the run');
    const widget = await run(page, 'lost-line', 'buggy');
    await finish(widget);
    assert.match(await widget.locator('.sr-guess').innerText(), /^You predicted: “.+” ✓ \S/);
    assert.match(await page.locator('[data-sr=timeline] .sr-guess').first().innerText(), /^You predicted/);
    assert.equal(await asked.locator('details[open]').count(), 1);
    await page.done();
});

test('a wrong prediction says why, and nothing is locked', async () => {
    const page = await chapter();
    await mark(page);
    const asked = first(page, 'predict');
    await asked.locator('.sr-option:not([data-right]) input').first().check();
    const widget = await run(page, 'lost-line', 'buggy');
    await finish(widget);
    assert.match(await widget.locator('.sr-guess').innerText(), /^You predicted: “.+” ✗ \S/);
    assert.ok(await asked.locator('.sr-option:not([data-right]) details[open] p').first().innerText());
    await asked.locator('[data-right] input').check();
    assert.equal(await asked.locator('.sr-answer').innerText(), '✓ Right.', 'another guess after the run is told at once');
    await page.done();
});

test('any other answer is told at once', async () => {
    const page = await chapter();
    await mark(page);
    const asked = first(page, 'saw');
    await asked.locator('[data-right] input').check();
    assert.equal(await asked.locator('.sr-answer').innerText(), '✓ Right.');
    assert.equal(await asked.locator('details[open]').count(), 1);
    await page.done();
});

test('answers and done marks are there on the next visit, and can be forgotten', async () => {
    const page = await chapter();
    let strip = await mark(page);
    await first(page, 'saw').locator('[data-right] input').check();
    await strip.locator('.sr-done').click();
    assert.equal(await strip.locator('.sr-done').innerText(), '✓ Done');
    await page.locator('.sidebar .sr-tick').first().waitFor({ state: 'attached' });
    await page.reload();
    strip = await mark(page);
    assert.equal(await strip.locator('.sr-done').getAttribute('aria-pressed'), 'true');
    assert.equal(await first(page, 'saw').locator('[data-right] input').isChecked(), true);
    await strip.locator('.sr-kept summary').click();
    await strip.locator('[data-do="click forget"]').click();
    assert.equal(await strip.locator('.sr-done').innerText(), 'Mark as done');
    assert.equal(await first(page, 'saw').locator('input:checked').count(), 0);
    await page.done();
});

test('progress is taken along as a file', async () => {
    const page = await chapter();
    const strip = await mark(page);
    await first(page, 'saw').locator('[data-right] input').check();
    await strip.locator('.sr-done').click();
    await strip.locator('.sr-kept summary').click();
    const [download] = await Promise.all([page.waitForEvent('download'), strip.locator('[data-do="click save"]').click()]);
    const saved = await readFile(await download.path());
    await page.done();

    const other = await chapter();
    const there = await mark(other);
    await there.locator('.sr-kept summary').click();
    const load = buffer => there.locator('input[type=file]').setInputFiles({ name: 'p.json', mimeType: 'application/json', buffer });
    await load(Buffer.from('{"theme":"x","other":"y"}'));
    await there.locator('.sr-told').filter({ hasText: 'holds no progress' }).waitFor();
    assert.equal(await other.evaluate(() => localStorage.getItem('other')), null, 'nothing that is not ours is taken');
    await load(saved);
    await there.locator('.sr-told').filter({ hasText: 'Loaded.' }).waitFor();
    assert.equal(await there.locator('.sr-done').innerText(), '✓ Done');
    assert.equal(await first(other, 'saw').locator('[data-right] input').isChecked(), true);
    await other.done();
});

test('the first page leads back to where the reader was', async () => {
    const page = await chapter();
    await mark(page);
    const title = (await page.locator('main h1').first().innerText()).trim();
    await page.goto(server.url + '/');
    const link = page.locator('.sr-button', { hasText: 'Go on' });
    assert.ok((await link.innerText()).includes(title));
    await link.click();
    assert.equal(new URL(page.url()).pathname, CHAPTER);
    await page.done();
});
