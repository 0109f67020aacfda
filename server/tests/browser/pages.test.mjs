// Every page of the book: nothing wrong in the console, no request that leaves the host, nothing that axe-core finds.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { launch, open } from './lib/browser.mjs';
import { root, serve } from './lib/server.mjs';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const summary = await readFile(`${root}book/src/SUMMARY.md`, 'utf8');
const pages = [...summary.matchAll(/\(([^)]+)\.md\)/g)].map(([, page]) => `${page}.html`);
let server, browser;

before(async () => {
    [server, browser] = await Promise.all([serve(), launch()]);
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

/** What axe-core finds, a line each. */
async function findings(page) {
    const source = await readFile(axe, 'utf8');
    await page.evaluate(source);
    const { violations } = await page.evaluate(() => window.axe.run(document.querySelector('main')));
    return violations.flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.html}`));
}

for (const theme of ['light', 'navy']) {
    test(`no page has anything for axe-core to find (${theme})`, async () => {
        for (const path of pages) {
            const page = await open(browser, `${server.url}/${path}`, { bypassCSP: true }, page =>
                page.addInitScript(theme => localStorage.setItem('mdbook-theme', theme), theme));
            await page.waitForLoadState('networkidle');
            assert.deepEqual(await findings(page), [], path);
            await page.done();
        }
    });
}
