// A chapter as one sees it who comes for the first time and has done nothing yet.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { around, browser, server, site } from './lib/around.mjs';
import { answer, finish, open, ready, run } from './lib/browser.mjs';

const CHAPTER = 'tasks/lost-line.html';
const PHONE = { viewport: { width: 360, height: 740 } };
around('server', 'site');

const live = (path = CHAPTER, context = {}) => open(browser, `${server.url}/${path}`, context);
const still = (path = CHAPTER, context = {}) => open(browser, site.url + path, context);

for (const [where, visit] of [['live', live], ['recorded', still]]) {
    test(`nothing stands empty before the first run (${where})`, async () => {
        const page = await visit();
        await ready(page, '[data-sr=run][data-variant=buggy]');
        await ready(page, '[data-sr=compare]');
        const empty = await page.evaluate(() => Array.from(document.querySelectorAll('.sr-panel, .sr-panel *, .sr-drawn, .sr-drawn *'))
            .filter(e => e.checkVisibility() && e.getBoundingClientRect().height > 8 && !e.matches('input, svg, svg *')
                && !e.innerText.trim() && !e.querySelector('input, svg')).map(e => e.className));
        assert.deepEqual(empty, []);
        await page.locator('[data-sr=compare] .sr-cover > summary').waitFor();
        await page.done();
    });

    test(`no verdict is seen before the question (${where})`, async () => {
        const page = await visit();
        await ready(page, '[data-sr=run][data-variant=buggy]');
        const seen = await page.evaluate(() => {
            const question = document.querySelector('[data-kind=predict]');
            const range = document.createRange();
            range.setStart(document.querySelector('main'), 0);
            range.setEnd(document.querySelector('[data-sr=run]'), document.querySelector('[data-sr=run]').childNodes.length);
            const words = document.createTreeWalker(range.commonAncestorContainer, NodeFilter.SHOW_TEXT);
            const told = [];
            for (let n = words.nextNode(); n; n = words.nextNode()) {
                if (range.intersectsNode(n) && /violated|held\b/.test(n.data) && !question.contains(n)
                    && n.parentElement.checkVisibility({ contentVisibilityAuto: true })) told.push(n.data);
            }
            return told;
        });
        assert.deepEqual(seen, []);
        await page.done();
    });
}

test('reasons come with the answer, and then there are all of them', async () => {
    const page = await live();
    const asked = await ready(page, '[data-sr=question][data-kind=saw]');
    const folds = asked.locator('.sr-feedback:visible');
    assert.equal(await folds.count(), 0);
    await answer(asked, '.sr-option');
    assert.equal(await folds.count(), await asked.locator('.sr-option').count());
    await page.done();
});

test('the ten minutes tell no answer before it is opened, and lead to no lab by what it was', async () => {
    for (const context of [{}, { javaScriptEnabled: false }]) {
        const page = await still('ten-minutes.html', context);
        const answers = page.locator('main details.sr-prints');
        assert.equal(await answers.count(), 5);
        assert.equal(await page.locator('main details.sr-prints[open]').count(), 0);
        for (const said of [/does nothing when it is called/, /no line after the await runs/, /detaches it/, /goes with it/, /starts anew/]) {
            assert.equal(await page.locator('main').getByText(said).filter({ visible: true }).count(), 0, String(said));
            assert.equal(await answers.filter({ hasText: said }).count(), 1, String(said));
        }
        assert.equal(await page.locator('main a > code').count(), 0, 'labs are named by their slugs');
        await page.done();
    }
});

test('the fix is folded below the hints, and opens', async () => {
    for (const context of [{}, { javaScriptEnabled: false }]) {
        const page = await still(CHAPTER, context);
        const fix = page.locator('.sr-fix').first();
        assert.equal(await fix.locator('.sr-line').first().isVisible(), false);
        const [hint, show] = [page.getByText('Hint 3'), fix.locator('summary')];
        const tops = await Promise.all([hint, show].map(e => e.evaluate(e => e.getBoundingClientRect().top + scrollY)));
        assert.ok(tops[0] < tops[1], `${tops}`);
        await show.click();
        assert.equal(await fix.locator('.sr-line.is-added').first().isVisible(), true);
        await page.done();
    }
});

test('on paper the fix is open', async () => {
    for (const context of [{}, { javaScriptEnabled: false }]) {
        const page = await still(CHAPTER, context);
        await page.emulateMedia({ media: 'print' });
        assert.equal(await page.locator('.sr-fix .sr-line.is-added').first().isVisible(), true);
        await page.done();
    }
});

test('on paper all questions come first, then the answers, and what runs showed last', async () => {
    for (const context of [{}, { javaScriptEnabled: false }]) {
        const page = await still(CHAPTER, context);
        await page.emulateMedia({ media: 'print' });
        const tops = selector => page.locator(`.sr-chapter ${selector}`).filter({ visible: true }).evaluateAll(all => all.map(e => e.getBoundingClientRect().top));
        const [questions, [answers], shown] = await Promise.all([tops('.sr-question'), tops('.sr-answers'), tops(':is(svg.sr-timeline, .sr-transcript, .sr-grid, .sr-fix)')]);
        assert.ok(questions.length > 3 && shown.length > 3, `${questions.length} questions, ${shown.length} shown`);
        assert.ok(Math.max(...questions) < answers, `${questions} before ${answers}`);
        assert.ok(answers < Math.min(...shown), `${answers} before ${shown}`);
        await page.done();
    }
});

test('what to type for a run names the knobs that were turned, and no other', async () => {
    const page = await live(`${CHAPTER}?lost-line.tick=140`);
    const knobs = await ready(page, '[data-sr=knobs]');
    const typed = command => knobs.locator('.sr-type > .sr-command').filter({ hasText: new RegExp(`^target/debug/still-running run lost-line buggy${command}$`) }).waitFor();
    await typed(' --tick 140');
    await knobs.locator('[name=drip]').fill('20');
    await typed(' --drip 20 --tick 140');
    await knobs.locator('[name=drip]').fill('0');
    await typed(' --tick 140');
    await knobs.locator('.sr-reset').click();
    await typed('');
    await page.done();
});

test('on a phone a table says that it scrolls, and its code is not broken', async () => {
    const page = await still('http/guards-compared.html', PHONE);
    const table = page.locator('.table-wrapper.sr-scrolls').first();
    await table.waitFor();
    const sign = await table.evaluate(e => getComputedStyle(e, '::before').content);
    assert.match(sign, /scrolls sideways/);
    const broken = await page.locator('main td > code').evaluateAll(all => all
        .filter(c => c.checkVisibility() && !/\s|-/.test(c.textContent) && c.getClientRects().length > 1).map(c => c.textContent));
    assert.deepEqual(broken, []);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
    await page.done();
});

test('after a run its own words take the place of the recorded ones', async () => {
    const page = await live(CHAPTER, { reducedMotion: 'reduce' });
    const widget = await run(page, 'lost-line', 'buggy');
    await widget.locator('.sr-terminal').waitFor();
    await finish(widget);
    assert.equal(await widget.locator('.sr-terminal').isVisible(), false);
    await page.done();
});
