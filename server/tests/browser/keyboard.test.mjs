// The keyboard alone: no trap, and no key of a widget reaches the book's own shortcuts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { around, browser, server } from './lib/around.mjs';
import { finish, open, run } from './lib/browser.mjs';

around('server');

const chapter = context => open(browser, `${server.url}/tasks/lost-line.html`, context);

/** Where the focus is: which widget, and whether inside a terminal. */
const focus = page => page.evaluate(() => ({
    body: document.activeElement === document.body,
    widget: document.activeElement.closest('[data-sr]')?.id ?? null,
    terminal: Boolean(document.activeElement.closest('.xterm')),
}));

test('Tab goes through a page with a finished run, and never into its terminal', async () => {
    const page = await chapter();
    const widget = await run(page, 'lost-line', 'buggy');
    await finish(widget);
    await widget.locator('.sr-go').focus();
    const visited = new Set();
    for (let presses = 0; presses < 300; presses += 1) {
        await page.keyboard.press('Tab');
        const at = await focus(page);
        assert.equal(at.terminal, false, 'the terminal took the focus');
        if (at.body) break;
        visited.add(at.widget);
    }
    for (const id of ['lost-line--knobs', 'lost-line--run-fixed']) assert(visited.has(id), `${id} was not reached: ${[...visited]}`);
    await page.done();
});

test('arrow keys and s in a widget neither turn the page nor open the search', async () => {
    const page = await chapter();
    const widget = await run(page, 'lost-line', 'buggy');
    await widget.locator('.sr-go').focus();
    for (const key of ['ArrowRight', 'ArrowLeft', 's', '/']) {
        await page.keyboard.press(key);
        assert.match(page.url(), /\/tasks\/lost-line\.html/);
        assert.equal(await page.locator('#mdbook-searchbar').isVisible(), false, `${key} opened the search`);
    }
    await page.done();
});

test('arrow keys in code that is wider than its box scroll it, and turn no page', async () => {
    const page = await chapter({ viewport: { width: 400, height: 800 } });
    const code = page.locator('pre > code[tabindex="0"]:visible').first();
    await code.focus();
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => document.activeElement.scrollLeft > 0);
    assert.match(page.url(), /\/tasks\/lost-line\.html/);
    await page.done();
});

test('Enter on its button runs a lab, and the line that says how it ended is polite', async () => {
    const page = await chapter();
    const widget = await run(page, 'lost-line', 'fixed');
    await widget.locator('.sr-go').focus();
    await page.keyboard.press('Enter');
    assert.match(await finish(widget, false), /^lost-line fixed: held/);
    assert.equal(await widget.locator('.sr-status').getAttribute('role'), 'status');
    await page.done();
});
