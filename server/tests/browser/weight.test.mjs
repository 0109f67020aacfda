// What a page loads: compressed, kept by the browser under a name with its hash, and the text before the rest.
import assert from 'node:assert/strict';
import { get } from 'node:http';
import { test } from 'node:test';
import { around, browser, server } from './lib/around.mjs';
import { finish, open, run } from './lib/browser.mjs';

const CHAPTER = '/tasks/lost-line.html';
around('server');

/** Headers and size of an answer as it is sent. */
const sent = (url, encoding) => new Promise((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': encoding } }, answer => {
        let size = 0;
        answer.on('data', data => { size += data.length; });
        answer.on('end', () => resolve({ headers: answer.headers, size }));
    }).on('error', reject);
});

test('all a chapter loads is sent compressed, and kept for ever or asked for anew', async () => {
    const page = await open(browser, server.url + CHAPTER, { reducedMotion: 'reduce' });
    await finish(await run(page, 'lost-line', 'buggy'));
    await Promise.all([page.waitForEvent('requestfinished', r => /searchindex-/.test(r.url())), page.locator('#mdbook-search-toggle').click()]);
    const loaded = await page.evaluate(() => performance.getEntriesByType('resource').map(r => r.name));
    await page.done();
    const files = [server.url + CHAPTER, ...loaded.filter(url => !url.includes('/api/'))];
    for (const kind of ['.wasm', 'xterm-', 'searchindex-', '.css', 'book-']) {
        assert.ok(files.some(url => url.includes(kind)), `a page loads ${kind}`);
    }
    for (const url of new Set(files)) {
        const plain = await sent(url, 'identity');
        const name = new URL(url).pathname;
        const hashed = /-[0-9a-f]{8,}\./.test(name);
        assert.equal(plain.headers['cache-control'], hashed ? 'public, max-age=31536000, immutable' : 'no-cache', name);
        assert.ok(hashed || /\.html$|still-running\.json$/.test(name), `${name} has no hash in its name`);
        for (const encoding of /\.(png|woff2)$/.test(name) || plain.size < 1000 ? [] : ['gzip', 'br']) {
            const { headers, size } = await sent(url, encoding);
            assert.equal(headers['content-encoding'], encoding, name);
            assert.match(headers.vary ?? '', /accept-encoding/i, name);
            assert.ok(size < plain.size, name);
        }
    }
});

test('a chapter is read before its client and its terminal are there', async () => {
    const held = [];
    const page = await open(browser, `${server.url}/glossary.html`);
    await page.route(/\.wasm$|xterm|still_running_client/, route => held.push(route));
    await page.goto(server.url + CHAPTER, { waitUntil: 'commit' });
    await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
    await page.locator('h1').last().waitFor();
    await page.locator('[data-sr=timeline] .sr-cover > summary').first().waitFor();
    assert.equal(await page.locator('[data-sr-ready]').count(), 0, 'nothing of the client is there yet');
    await page.waitForFunction(() => document.readyState === 'complete');
    assert.ok(!held.some(route => /xterm/.test(route.request().url())), 'no terminal is loaded before one is shown');
    await Promise.all(held.map(route => route.abort()));
    await page.done(/ERR_FAILED/);
});

/** What belongs to what: all a chapter loads, by what a reader gets of it. */
const part = name => [
    [/xterm|addon-fit/, 'terminal'], [/still_running_client|\/client-|still-running\.json/, 'first run'], [/searchindex/, 'search'],
].find(([pattern]) => pattern.test(name))?.[1] ?? 'text';

test('what a chapter loads is light: its text, its first run, its terminal', async t => {
    const page = await open(browser, server.url + CHAPTER, { reducedMotion: 'reduce' });
    const urls = new Set([server.url + CHAPTER]);
    page.on('request', request => /^http/.test(request.url()) && !request.url().includes('/api/') && urls.add(request.url()));
    await page.reload();
    const widget = await run(page, 'lost-line', 'buggy');
    await finish(widget);
    await widget.locator('.xterm-rows').waitFor();
    await page.done();
    const weight = { text: 0, 'first run': 0, terminal: 0 };
    for (const url of urls) weight[part(url)] += (await sent(url, 'gzip')).size / 1000;
    for (const [kind, kB] of Object.entries(weight)) t.diagnostic(`${kind}: ${kB.toFixed(1)} kB, gzipped`);
    // All a run needs beside the terminal; mdBook and the code's colours are most of the text's.
    assert.ok(weight['first run'] > 50 && weight['first run'] < 100, JSON.stringify(weight));
    assert.ok(weight.text > 50 && weight.text < 160, JSON.stringify(weight));
    assert.ok(weight.terminal > 50 && weight.terminal < 130, JSON.stringify(weight));
});

test('over a thin line the text is there at once and a run soon after', async t => {
    const page = await open(browser, `${server.url}/glossary.html`, { reducedMotion: 'reduce' });
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Network.enable');
    await cdp.send('Network.setCacheDisabled', { cacheDisabled: true });
    // 1.6 Mbit/s, 150 ms to the server and back: a phone on a bad day.
    await cdp.send('Network.emulateNetworkConditions', { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 90_000 });
    await page.goto(server.url + CHAPTER, { waitUntil: 'commit' });
    const widget = await run(page, 'lost-line', 'buggy');
    const [paint, ready] = await page.evaluate(() => [performance.getEntriesByName('first-contentful-paint')[0].startTime, performance.now()]);
    await finish(widget);
    const over = await page.evaluate(() => performance.now());
    t.diagnostic(`first paint ${paint.toFixed(0)} ms, a Run that works ${ready.toFixed(0)} ms; pressed at once, its verdict ${(over - ready).toFixed(0)} ms later`);
    // 0.7 and 3 s were measured, with both cores busy; a machine that does yet other things gets a factor of three.
    assert.ok(paint < 2100, `first paint after ${paint} ms`);
    assert.ok(ready < 9000, `a Run that works after ${ready} ms`);
    await page.done();
});
