// Every page of the book: nothing wrong in the console, no request that leaves the host, nothing that axe-core finds.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { around, browser, server } from './lib/around.mjs';
import { open } from './lib/browser.mjs';
import { root } from './lib/server.mjs';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const summary = await readFile(`${root}book/src/SUMMARY.md`, 'utf8');
const pages = [...summary.matchAll(/\(([^)]+)\.md\)/g)].map(([, page]) => `${page}.html`);
around('server');

/** What axe-core finds, a line each: all its rules, or some. */
async function findings(page, rules) {
    const source = await readFile(axe, 'utf8');
    await page.evaluate(source);
    // What is folded counts as well: some reader opens it.
    const { violations } = await page.evaluate(rules => {
        document.querySelectorAll('main details').forEach(d => { d.open = true; });
        return window.axe.run(document, rules ? { runOnly: { type: 'rule', values: rules } } : {});
    }, rules);
    return violations.flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.html}`));
}

// A theme changes colours and nothing else, so all the other rules are asked once.
const themes = { light: null, navy: ['color-contrast', 'link-in-text-block'] };
for (const [theme, rules] of Object.entries(themes)) {
    test(`no page has anything for axe-core to find (${theme})`, async () => {
        for (const path of pages) {
            const page = await open(browser, `${server.url}/${path}`, { bypassCSP: true }, page =>
                page.addInitScript(theme => localStorage.setItem('mdbook-theme', theme), theme));
            await page.waitForLoadState('networkidle');
            assert.deepEqual(await findings(page, rules), [], path);
            await page.done();
        }
    });
}
