// What is searched for is found; what is not there leads back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, open } from './lib/browser.mjs';
import { serve } from './lib/server.mjs';
import { staticSite } from './lib/static-site.mjs';

let server, site, browser;

before(async () => {
    [server, site, browser] = await Promise.all([serve(), staticSite(), launch()]);
});
after(async () => {
    await browser?.close();
    await Promise.all([server?.stop(), site?.stop()]);
});

/** The pages that the book's search lists for these words. */
async function search(page, words) {
    const bar = page.locator('#mdbook-searchbar');
    if (!(await bar.isVisible())) await page.keyboard.press('s');
    await bar.fill('');
    await bar.pressSequentially(words);
    await page.locator('#mdbook-searchresults-header').filter({ hasText: `'${words}'` }).waitFor();
    return page.locator('#mdbook-searchresults li > a').evaluateAll(all => all.map(a => new URL(a.href).pathname));
}

test('the search finds a lab by its name, its crates and its verdicts', async () => {
    const page = await open(browser, `${site.url}introduction.html`);
    const chapter = '/some/where/tasks/lost-line.html';
    assert.ok((await search(page, 'lost-line')).includes(chapter));
    for (const words of ['lost-line violated', 'lost-line held', 'lost-line unexercised']) {
        assert.ok((await search(page, words)).includes(chapter), words);
    }
    assert.ok((await search(page, 'sqlx violated')).some(path => path.endsWith('/vanished-inserts.html')));
    await page.done();
});

for (const path of ['nowhere.html', 'tasks/nowhere.html', 'not/even/a/folder/nowhere']) {
    test(`what is not there leads to the first page, from ${path}`, async () => {
        for (const url of [`${server.url}/`, site.url]) {
            const page = await open(browser, url + path);
            const link = page.locator('#start');
            await page.waitForFunction(url => document.getElementById('start').href === url, url);
            await link.click();
            assert.match(await page.locator('h1').last().innerText(), /You cancelled it/);
            await page.done(/404/);
        }
    });
}
