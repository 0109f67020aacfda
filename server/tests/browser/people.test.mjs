// For everybody: keyboard, screen reader, light and dark, a phone, paper.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { around, browser, server, site } from './lib/around.mjs';
import { answer, finish, open, ready, run } from './lib/browser.mjs';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const CHAPTER = '/tasks/lost-line.html';
around('server', 'site');

const STILL = { reducedMotion: 'reduce' };
const themed = theme => page => page.addInitScript(theme => localStorage.setItem('mdbook-theme', theme), theme);

/** Everything on the page is opened and has run. */
async function bringToLife(page) {
    const [buggy, fixed] = [await run(page, 'lost-line', 'buggy'), await run(page, 'lost-line', 'fixed')];
    await answer(page.locator('[data-sr=question]').first(), '.sr-option');
    await finish(buggy);
    await finish(fixed);
    await finish(await ready(page, '[data-sr=compare]'));
    await page.evaluate(() => document.querySelectorAll('main details').forEach(d => { d.open = true; }));
}

async function violations(page) {
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }));
    return violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.target.join(' ')} ${n.any.map(a => a.message).join('; ')}`));
}

for (const theme of ['light', 'rust', 'coal', 'navy', 'ayu']) {
    test(`axe finds nothing on a chapter that has run (${theme})`, async () => {
        const page = await open(browser, server.url + CHAPTER, STILL, themed(theme));
        await bringToLife(page);
        assert.deepEqual(await violations(page), []);
        await page.done();
    });
}

test('the terminal follows the theme while the page is open', async () => {
    const page = await open(browser, server.url + CHAPTER, STILL, themed('light'));
    const widget = await run(page, 'lost-line', 'buggy');
    await finish(widget);
    const background = () => widget.locator('.xterm-scrollable-element').first()
        .evaluate(e => getComputedStyle(e).backgroundColor);
    const light = await background();
    await page.evaluate(() => document.documentElement.classList.replace('light', 'navy'));
    await page.waitForFunction(light => {
        const e = document.querySelector('.xterm-scrollable-element');
        return getComputedStyle(e).backgroundColor !== light;
    }, light);
    await page.done();
});

test('Tab walks through the whole chapter and never gets stuck', async () => {
    const page = await open(browser, server.url + CHAPTER, STILL);
    await bringToLife(page);
    await page.locator('h1').first().evaluate(h => { h.tabIndex = -1; h.focus(); });
    const seen = [];
    for (let i = 0; i < 400; i += 1) {
        await page.keyboard.press('Tab');
        const here = await page.evaluate(() => {
            const e = document.activeElement;
            if (!e || e === document.body) return null;
            globalThis.stops ??= new Map();
            if (!globalThis.stops.has(e)) globalThis.stops.set(e, globalThis.stops.size);
            return { number: globalThis.stops.get(e), xterm: Boolean(e.closest('.xterm')), what: `${e.tagName}.${e.className}` };
        });
        if (!here || seen.includes(here.number)) break;
        assert.equal(here.xterm, false, 'the terminal is no stop');
        seen.push(here.number);
    }
    assert.ok(seen.length > 30 && seen.length < 400, `${seen.length} stops`);
    const missed = await page.evaluate(() => Array.from(document.querySelectorAll('[data-sr] button'))
        .filter(b => b.checkVisibility() && !globalThis.stops.has(b)).map(b => b.textContent));
    assert.deepEqual(missed, []);
    await page.done();
});

test('arrow keys and s within a widget neither turn the page nor open the search', async () => {
    const page = await open(browser, server.url + CHAPTER, STILL);
    const widget = await run(page, 'lost-line', 'buggy');
    await finish(widget);
    for (const part of ['.sr-go', '.sr-slider', '.sr-speed', '.xterm-screen']) {
        if (part === '.xterm-screen') await widget.locator(part).click();
        else await widget.locator(part).focus();
        for (const key of ['ArrowRight', 'ArrowLeft', 's', '?']) await page.keyboard.press(key);
    }
    assert.equal(new URL(page.url()).pathname, CHAPTER);
    assert.equal(await page.locator('#mdbook-searchbar, #searchbar').isVisible(), false);
    await page.done();
});

test('a run is told in one polite line', async () => {
    const page = await open(browser, server.url + CHAPTER, STILL);
    const widget = await run(page, 'lost-line', 'buggy');
    await page.evaluate(() => {
        globalThis.told = [];
        const regions = document.querySelectorAll('[data-sr=run][data-variant=buggy] :is([role=status], [role=alert], [aria-live])');
        globalThis.regions = regions.length;
        const hear = new MutationObserver(() => {
            for (const r of regions) if (r.textContent && globalThis.told.at(-1) !== r.textContent) globalThis.told.push(r.textContent);
        });
        regions.forEach(r => hear.observe(r, { childList: true, characterData: true, subtree: true }));
    });
    const line = await finish(widget);
    assert.equal(await page.evaluate(() => globalThis.regions), 1);
    assert.deepEqual(await page.evaluate(() => globalThis.told), [line]);
    await page.done();
});

test('the focus stays on the button that was pressed', async () => {
    const page = await open(browser, server.url + CHAPTER, STILL);
    const widget = await run(page, 'lost-line', 'buggy');
    await widget.locator('.sr-go').focus();
    await page.keyboard.press('Enter');
    await finish(widget, false);
    assert.equal(await widget.locator('.sr-go').evaluate(b => b === document.activeElement), true);
    await page.done();
});

test('at 360 pixels nothing scrolls sideways but code and terminals', async () => {
    const page = await open(browser, server.url + CHAPTER, { ...STILL, viewport: { width: 360, height: 740 } });
    await bringToLife(page);
    const wide = await page.evaluate(() => {
        const scrolls = e => /auto|scroll/.test(getComputedStyle(e).overflowX) || e.closest('pre, .xterm, .table-wrapper, svg');
        const inside = e => { for (let p = e; p; p = p.parentElement) if (scrolls(p)) return true; return false; };
        return Array.from(document.querySelectorAll('main *')).filter(e => e.checkVisibility() && !inside(e)
            && e.getBoundingClientRect().right > innerWidth + 1 && getComputedStyle(e).clipPath === 'none')
            .map(e => `${e.tagName}.${e.className}`).slice(0, 5);
    });
    assert.deepEqual(wide, []);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
    await page.done();
});

test('on paper there are transcripts and still timelines, and no buttons', async () => {
    const page = await open(browser, server.url + CHAPTER, STILL);
    await finish(await run(page, 'lost-line', 'buggy'));
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    assert.equal(await page.locator('[data-sr] button:visible').count(), 0);
    assert.equal(await page.locator('.sr-screen:visible').count(), 0);
    const transcripts = await page.locator('[data-sr=run] pre:visible').allInnerTexts();
    assert.ok(transcripts.filter(t => /violated/.test(t)).length >= 1);
    assert.ok(transcripts.filter(t => /held/.test(t)).length >= 1);
    assert.ok(await page.locator('svg.sr-timeline:visible').count() >= 1);
    await page.done();
});

test('the printed book boots nothing, and is not looked through once for each of its folds', async () => {
    const page = await open(browser, `${site.url}print.html`, {}, page => page.addInitScript(() => {
        globalThis.looks = 0;
        const all = Document.prototype.querySelectorAll;
        Document.prototype.querySelectorAll = function (selector) { globalThis.looks += 1; return all.call(this, selector); };
    }));
    const [looks, folds] = await page.evaluate(() => [globalThis.looks, document.querySelectorAll('details').length]);
    assert.ok(folds > 300 && looks < 100, `${looks} looks through a book with ${folds} folds`);
    assert.equal(await page.locator('[data-sr-ready]').count(), 0);
    const twice = await page.evaluate(() => {
        const ids = Array.from(document.querySelectorAll('[id]'), e => e.id);
        return ids.filter((id, i) => ids.indexOf(id) !== i).slice(0, 5);
    });
    assert.deepEqual(twice, []);
    await page.done();
});
