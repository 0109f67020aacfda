// A pasted line of log leads to its lab, with a server and without, and never leaves the browser.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { around, browser, server, site } from './lib/around.mjs';
import { open } from './lib/browser.mjs';

around('server', 'site');

const LOG = '2026-11-25T03:12:44Z WARN pay: error sending request for url (http://10.0.0.7/a?b=1):\n  client error (SendRequest): connection closed\n  before message completed';
const box = page => page.locator('[data-sr=paste][data-sr-ready] textarea');
const found = page => page.locator('.sr-found li');

for (const [where, url] of [['a server', () => `${server.url}/errors.html`], ['a static site', () => `${site.url}errors.html`]]) {
    test(`lines of a log lead to their lab, on ${where}`, async () => {
        const page = await open(browser, url());
        await box(page).fill(LOG);
        await found(page).first().waitFor();
        assert.match(await found(page).first().innerText(), /connection closed before message completed.*stale-keepalive/s);
        await found(page).first().locator('a').first().click();
        assert.match(page.url(), /#message-incomplete-message$/);
        await page.locator('#message-incomplete-message').waitFor();
        await box(page).fill('it rains');
        await page.locator('.sr-paste .sr-answer').filter({ hasText: 'Nothing known' }).waitFor();
        assert.equal(await found(page).count(), 0);
        await page.done();
    });
}

test('what is pasted on the first page goes along, and is not told to the server', async () => {
    const page = await open(browser, `${server.url}/`);
    const asked = [];
    page.on('request', request => asked.push(request.url()));
    await box(page).fill('hyper::Error(IncompleteMessage)');
    await page.getByRole('button', { name: 'Look it up' }).click();
    await found(page).first().waitFor();
    assert.match(await found(page).first().innerText(), /stale-keepalive/);
    assert.equal(await box(page).inputValue(), 'hyper::Error(IncompleteMessage)');
    assert.deepEqual(asked.filter(url => /incomplete/i.test(url.split('#')[0])), []);
    await page.done();
});
