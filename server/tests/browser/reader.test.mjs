// What a reader leaves behind in the browser: answers, done marks, the place to go on.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { around, browser, server } from './lib/around.mjs';
import { answer, finish, open, ready, run } from './lib/browser.mjs';

const CHAPTER = '/tasks/lost-line.html';
around('server');

const chapter = () => open(browser, server.url + CHAPTER, { reducedMotion: 'reduce', acceptDownloads: true });
const first = (page, kind) => page.locator(`[data-sr=question][data-kind=${kind}]`).first();
/** The end of a chapter, once the page is alive. */
const end = async page => {
    await page.locator('[data-sr=question][data-sr-ready]').first().waitFor();
    return page.locator('.sr-end');
};
/** A page of the book within the same visit. */
const turn = (page, path) => page.goto(server.url + path);
const next = page => page.locator(':is(.nav-chapters, .mobile-nav-chapters).next:visible');

test('a prediction waits for its run, and is told beside the outcome', async () => {
    const page = await chapter();
    await end(page);
    const asked = first(page, 'predict');
    await answer(asked, '[data-right]');
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
    await end(page);
    const asked = first(page, 'predict');
    await answer(asked, '.sr-option:not([data-right])');
    const widget = await run(page, 'lost-line', 'buggy');
    await finish(widget);
    assert.match(await widget.locator('.sr-guess').innerText(), /^You predicted: “.+” ✗ \S/);
    assert.ok(await asked.locator('.sr-option:not([data-right]) details[open] p').first().innerText());
    await answer(asked, '[data-right]');
    assert.match(await asked.locator('.sr-answer').innerText(), /^✓ Right\. .+ You had seen the run before\.$/);
    await page.done();
});

test('any other answer is told at once', async () => {
    const page = await chapter();
    await end(page);
    const asked = first(page, 'saw');
    await answer(asked, '[data-right]');
    assert.match(await asked.locator('.sr-answer').innerText(), /^✓ Right\./);
    assert.equal(await asked.locator('details[open]').count(), 1);
    await page.done();
});

test('answers and done marks are there on the next visit, and can be forgotten', async () => {
    const page = await chapter();
    let foot = await end(page);
    await answer(first(page, 'saw'), '[data-right]');
    await foot.locator('.sr-done').click();
    assert.equal(await foot.locator('.sr-done').innerText(), '✓ Done');
    await page.locator('.sidebar .sr-tick').first().waitFor({ state: 'attached' });
    assert.match(await page.locator('.sr-sums').textContent(), /newcomer: 1 of 7 done[^]+All labs: 1 of \d\d done/);
    await page.reload();
    foot = await end(page);
    assert.equal(await foot.locator('.sr-done').getAttribute('aria-pressed'), 'true');
    assert.equal(await first(page, 'saw').locator('[data-right] input').isChecked(), true);
    await foot.locator('.sr-kept summary').click();
    await foot.locator('[data-act=forget]').click();
    assert.equal(await foot.locator('.sr-done').innerText(), 'Mark as done');
    assert.equal(await first(page, 'saw').locator('input:checked').count(), 0);
    await page.done();
});

test('progress is taken along as a file', async () => {
    const page = await chapter();
    const foot = await end(page);
    await answer(first(page, 'saw'), '[data-right]');
    await foot.locator('.sr-done').click();
    await foot.locator('.sr-kept summary').click();
    const [download] = await Promise.all([page.waitForEvent('download'), foot.locator('[data-act=save]').click()]);
    const saved = await readFile(await download.path());
    await page.done();

    const other = await chapter();
    const there = await end(other);
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
    await end(page);
    const title = (await page.locator('main h1').first().innerText()).trim();
    await page.goto(server.url + '/');
    const link = page.locator('.sr-button', { hasText: 'Go on' });
    assert.ok((await link.innerText()).includes(title));
    await link.click();
    assert.equal(new URL(page.url()).pathname, CHAPTER);
    await page.done();
});

test('a chapter is marked as done at its end, by whoever has read it', async () => {
    const page = await chapter();
    const tops = await page.evaluate(() => ['.sr-question', '.sr-end'].map(s => Array.from(document.querySelectorAll(s)).at(-1).getBoundingClientRect().top));
    assert.ok(tops[0] < tops[1], `${tops}`);
    assert.equal(await page.locator('.sr-strip button').count(), 0);
    await page.done();
});

test('what is done is told wherever the chapter is named, without a client too', async () => {
    const page = await chapter();
    await page.route(/still_running_client/, route => route.abort());
    await page.reload();
    await page.locator('.sr-end .sr-done').click();
    for (const path of ['/paths/newcomer.html', '/tasks/index.html']) {
        await turn(page, path);
        const told = await page.locator('main td a:has(.sr-tick)').evaluateAll(all => all.map(a => a.getAttribute('href')));
        assert.deepEqual(told.map(href => href.split('/').pop()), ['lost-line.html'], path);
        assert.match(await page.locator('.sidebar .active, .sidebar a:has(.sr-tick)').last().innerText(), /✓ done$/, path);
    }
    await turn(page, '/');
    assert.match(await page.locator('.sr-landing .sr-sums').innerText(), /Six labs for a newcomer: 1 of 7 done[^]+All labs: 1 of \d\d done/);
    await page.done(/ERR_FAILED/, /stays as it is/);
});

test('two tabs tell the same', async () => {
    const page = await chapter();
    const other = await page.context().newPage();
    await other.goto(server.url + CHAPTER);
    await other.locator('.sr-done').click();
    await page.locator('.sr-done', { hasText: '✓ Done' }).waitFor();
    await page.done();
});

test('on a path next is the next of the path, and off it the next of the book', async () => {
    const page = await open(browser, server.url);
    assert.equal(await page.locator('.sr-landing .sr-sums').isVisible(), false, 'nothing is counted before anything is done');
    await turn(page, '/paths/newcomer.html');
    const [begin, leave] = [page.locator('.sr-way > a'), page.locator('.sr-leave:visible')];
    assert.equal(await begin.innerText(), 'Begin: Cancellation in Rust in ten minutes');
    assert.equal(await leave.count(), 0, 'to look at a path is not to be on it');
    await begin.click();
    await page.locator('.sr-end .sr-done').click();
    for (const at of ['lost-line', 'immortal-task', 'deaf-sleeper', 'stalled-body', 'half-written', 'orphan-query', 'newcomer']) {
        await next(page).click();
        await page.waitForURL(new RegExp(`/${at}\\.html$`));
    }
    assert.equal(await begin.innerText(), 'Go on: A line arrives with its beginning missing');
    await turn(page, '/http/stalled-body.html');
    assert.match(await page.locator('.sr-trail:visible').innerText(), /Six labs for a newcomer”, 5 of 7/);
    assert.equal(await page.locator('.sr-trail:visible').count(), 1, 'one path at a time');
    assert.equal(await next(page).getAttribute('title'), 'Next on the path: The sum is wrong every evening');
    await page.keyboard.press('ArrowLeft');
    await page.waitForURL(/deaf-sleeper/);
    await turn(page, '/tasks/lost-message.html');
    assert.match(await next(page).getAttribute('title'), /^Next: /);
    await turn(page, '/tasks/deaf-sleeper.html');
    await leave.click();
    assert.equal(await next(page).getAttribute('title'), 'Next: Taken from the queue, and never heard of again');
    await page.keyboard.press('ArrowRight');
    await page.waitForURL(/lost-message/);
    await page.done();
});
