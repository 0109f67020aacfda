// A chapter on the live server: run it, stop it, turn its knobs, reload it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { around, browser, server } from './lib/around.mjs';
import { finish, open, ready, run, transcript } from './lib/browser.mjs';

const CHAPTER = '/tasks/lost-line.html';
around('server');

test('the buggy variant shows its bytes and is violated', async () => {
    const page = await open(browser, server.url + CHAPTER);
    const widget = await run(page, 'lost-line', 'buggy');
    assert.match(await finish(widget), /^lost-line buggy: violated — \d of \d checks? failed, /);
    await widget.locator('.xterm-rows').filter({ hasText: 'violated' }).waitFor();
    assert.match(await transcript(widget), /violated/);
    await page.done();
});

test('the fixed variant holds', async () => {
    const page = await open(browser, server.url + CHAPTER);
    const widget = await run(page, 'lost-line', 'fixed');
    assert.match(await finish(widget), /^lost-line fixed: held — /);
    assert.equal(await widget.locator('.sr-go').innerText(), 'Run fixed again');
    await page.done();
});

test('a turned knob is used by the next run, and said beside it', async () => {
    const page = await open(browser, server.url + CHAPTER);
    const widget = await run(page, 'lost-line', 'buggy');
    const knobs = await ready(page, '[data-sr=knobs]');
    await knobs.locator('[name=tick]').fill('200');
    assert.equal(await widget.locator('.sr-set').innerText(), 'tick = 200 ms');
    assert.match(await finish(widget), /^lost-line buggy: unexercised — /);
    await knobs.locator('.sr-reset').click();
    assert.equal(await widget.locator('.sr-set').innerText(), '');
    await page.done();
});

test('a value that is not allowed gets a sentence and changes nothing', async () => {
    const page = await open(browser, server.url + CHAPTER);
    const knobs = await ready(page, '[data-sr=knobs]');
    await knobs.locator('[name=tick]').fill('999999');
    assert.match(await knobs.locator('.sr-knob:has([name=tick]) .sr-error').innerText(), /whole number from \d+ to \d+/);
    assert.equal(await knobs.locator('[name=tick]').getAttribute('aria-invalid'), 'true');
    assert.match(await finish(await run(page, 'lost-line', 'buggy')), /violated/);
    await page.done();
});

test('a link opens the page with its knobs set, and runs nothing', async () => {
    const page = await open(browser, `${server.url}${CHAPTER}?lost-line.tick=140`);
    const knobs = await ready(page, '[data-sr=knobs]');
    assert.equal(await knobs.locator('[name=tick]').inputValue(), '140');
    assert.match(await knobs.locator('.sr-link').getAttribute('href'), /\?lost-line\.tick=140$/);
    assert.equal(await (await run(page, 'lost-line', 'buggy')).locator('.sr-status').innerText(), '');
    await page.done();
});
