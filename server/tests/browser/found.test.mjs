// What is searched for is found; what is not there leads back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { around, browser, server, site } from './lib/around.mjs';
import { open } from './lib/browser.mjs';

around('server', 'site');

/** The pages that the book's search lists for these words. */
async function search(page, words) {
    const bar = page.locator('#mdbook-searchbar');
    if (!(await bar.isVisible())) await page.keyboard.press('s');
    await bar.fill('');
    await bar.pressSequentially(words);
    await page.locator('#mdbook-searchresults-header').filter({ hasText: `'${words}'` }).waitFor();
    return page.locator('#mdbook-searchresults li > a').evaluateAll(all => all.map(a => new URL(a.href).pathname));
}

test('the search finds a lab by its name and its crates, and shows no outcome and no answer', async () => {
    const page = await open(browser, `${site.url}introduction.html`);
    const chapter = '/some/where/tasks/lost-line.html';
    assert.ok((await search(page, 'lost-line')).includes(chapter));
    assert.ok((await search(page, 'sqlx insert')).some(path => path.endsWith('/vanished-inserts.html')));
    // Words of the right answer, of what is said about it, and of the fix.
    for (const words of ['only the ends of lines', 'went into a variable of the future that lost', 'mem::take(&mut self.line)']) {
        await search(page, words);
        const told = await page.locator('#mdbook-searchresults .teaser').allInnerTexts();
        assert.equal(told.some(t => t.toLowerCase().includes(words.slice(0, 22))), false, told.join('\n'));
    }
    await page.done();
});

test('a whole line of a log finds its chapter first, whatever else stands in the line', async () => {
    const page = await open(browser, `${site.url}introduction.html`);
    const line = 'client error (SendRequest): connection closed before message completed';
    for (const url of ['http://x/', '…', 'http://127.0.0.1:41827/orders?since=17']) {
        const found = await search(page, `error sending request for url (${url}): ${line}`);
        assert.equal(found[0], '/some/where/http/stale-keepalive.html', `${url}: ${found.slice(0, 5).join(' ')}`);
    }
    await page.done();
});

for (const path of ['nowhere.html', 'tasks/nowhere.html', 'not/even/a/folder/nowhere']) {
    test(`what is not there leads to the first page, from ${path}`, async () => {
        for (const url of [`${server.url}/`, site.url]) {
            const page = await open(browser, url + path);
            const link = page.locator('#start');
            await page.waitForFunction(url => document.getElementById('start').href === url, url);
            await link.click();
            await page.locator('h1', { hasText: /You cancelled it/ }).waitFor();
            await page.done(/404/);
        }
    });
}
