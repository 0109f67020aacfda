// A run on one screen: what was run with which knobs, its text, its figure, its verdict; and knobs that are tried where they
// are turned.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { around, browser, server } from './lib/around.mjs';
import { answer, finish, open, ready, run } from './lib/browser.mjs';

const CHAPTER = '/tasks/lost-line.html';
around('server');

const here = (context = {}) => open(browser, server.url + CHAPTER, { viewport: { width: 1280, height: 800 }, ...context });
const trial = page => ready(page, '[data-sr=trial][data-lab=lost-line]');
const knobs = page => ready(page, '[data-sr=knobs][data-lab=lost-line]');

test('terminal, figure, player and verdict of a run are on one screen of 1280 by 800, wherever the page stood', async () => {
    const page = await here();
    const widget = await run(page, 'lost-line', 'buggy');
    await widget.locator('.sr-go').evaluate(go => window.scrollTo(0, go.getBoundingClientRect().top + window.scrollY - 780));
    await finish(widget);
    for (const part of ['.sr-go', '.sr-screen', '.sr-ran svg.sr-timeline', '.sr-player', '.sr-status']) {
        const box = await widget.locator(part).boundingBox();
        assert.ok(box.y >= 0 && box.y + box.height <= 800, `${part}: ${JSON.stringify(box)}`);
    }
    assert.equal(await widget.locator('.sr-picture-name').innerText(), 'lost-line buggy, knobs at their defaults');
    await page.done();
});

test('a run stays on the screen when the question above it is judged and grows', async () => {
    const page = await here();
    const widget = await run(page, 'lost-line', 'buggy');
    const asked = page.locator('[data-sr=question][data-kind=predict][data-sr-ready]').first();
    await asked.waitFor();
    await answer(asked, '[data-right]');
    // The last options stand above it, and the first ones are out of sight.
    await widget.locator('.sr-go').evaluate(go => window.scrollTo(0, go.getBoundingClientRect().top + window.scrollY - 400));
    const height = (await asked.boundingBox()).height;
    await finish(widget);
    await asked.locator('.sr-answer').filter({ hasText: '✓ That is what happened.' }).waitFor();
    assert.ok((await asked.boundingBox()).height > height + 100);
    await page.waitForFunction(panel => {
        const box = panel.getBoundingClientRect();
        return box.top >= 0 && box.bottom <= window.innerHeight;
    }, await widget.locator('.sr-panel').elementHandle());
    await page.done();
});

test('a run says which knobs it had, and goes on saying so when they are turned', async () => {
    const page = await here();
    const widget = await run(page, 'lost-line', 'buggy');
    await (await knobs(page)).locator('[name=tick]').fill('500');
    await finish(widget);
    const name = widget.locator('.sr-picture-name');
    assert.equal(await name.innerText(), 'lost-line buggy, tick = 500 ms');
    const below = page.locator('[data-sr=timeline][data-lab=lost-line][data-variant=buggy] .sr-drawn .sr-picture-name');
    assert.equal(await below.innerText(), 'lost-line buggy, tick = 500 ms', 'so does the timeline below');
    await (await knobs(page)).locator('[name=tick]').fill('60');
    assert.equal(await name.innerText(), 'lost-line buggy, tick = 500 ms');
    await page.done();
});

test('knobs are tried where they are turned, and a run on a paused clock follows the slider', async () => {
    const page = await here();
    const [form, widget] = [await knobs(page), await trial(page)];
    const slider = form.getByRole('slider', { name: 'tick, slider' });
    await slider.fill('60');
    assert.equal(await form.locator('[name=tick]').inputValue(), '60', 'the field follows');
    assert.equal(await widget.locator('.sr-status').innerText(), '', 'nothing runs that was not asked for');
    assert.match(await finish(widget), /violated/);
    assert.equal(await widget.locator('.sr-picture-name').innerText(), 'lost-line buggy, tick = 60 ms');
    await slider.fill('500');
    await widget.locator('.sr-status').filter({ hasText: /unexercised/ }).waitFor();
    await widget.locator('.sr-picture-name').filter({ hasText: 'tick = 500 ms' }).waitFor();
    for (const tick of ['5', '90', '35', '140', '35']) await slider.fill(tick);
    await widget.locator('.sr-picture-name').filter({ hasText: 'knobs at their defaults' }).waitFor();
    await widget.locator('.sr-status').filter({ hasText: /violated/ }).waitFor();
    await form.locator('[name=tick]').fill('20');
    assert.equal(await slider.inputValue(), '20', 'and the slider follows the field');
    await page.done();
});

test('the knobs, the verdict beneath them and the whole figure are on one screen of 1280 by 800, and stay where they are', async () => {
    const page = await here();
    const [form, widget] = [await knobs(page), await trial(page)];
    await finish(widget);
    await form.evaluate(e => window.scrollTo(0, e.getBoundingClientRect().top + window.scrollY - 55));
    const slider = form.getByRole('slider', { name: 'tick, slider' });
    const status = widget.locator('.sr-status');
    const tops = async () => (await Promise.all([slider, widget.locator('.sr-screen')].map(it => it.boundingBox()))).map(box => box.y);
    const before = await tops();
    await slider.fill('500');
    await status.filter({ hasText: /unexercised/ }).waitFor();
    const moved = (await tops()).map((y, i) => Math.abs(y - before[i]));
    assert.ok(Math.max(...moved) < 2, `${moved} px`);
    for (const part of [slider, status, widget.locator('.sr-ran svg.sr-timeline')]) {
        const box = await part.boundingBox();
        assert.ok(box.y >= 50 && box.y + box.height <= 800, JSON.stringify(box));
    }
    await page.done();
});

test('what is asked about a knob stands above it', async () => {
    const page = await here();
    const [asked, form] = [await ready(page, '[data-sr=question][data-around]'), await knobs(page)];
    assert.ok((await asked.boundingBox()).y < (await form.boundingBox()).y);
    await page.done();
});

test('a slider that moves while its run is being asked for is followed all the same', async () => {
    const page = await here();
    const [form, widget] = [await knobs(page), await trial(page)];
    const slider = form.getByRole('slider', { name: 'tick, slider' });
    await finish(widget);
    let answer;
    const asked = new Promise(asked => page.route('**/api/runs', route => {
        answer = () => route.continue();
        asked();
    }, { times: 1 }));
    await slider.fill('60');
    await asked;
    await slider.fill('500');
    await answer();
    await widget.locator('.sr-picture-name').filter({ hasText: 'tick = 500 ms' }).waitFor();
    await widget.locator('.sr-status').filter({ hasText: /unexercised/ }).waitFor();
    await page.done();
});

test('the slider is moved by keyboard, and has its name', async () => {
    const page = await here();
    const form = await knobs(page);
    await form.locator('[name=tick]').focus();
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), 'tick, slider');
    await page.keyboard.press('ArrowRight');
    assert.equal(await form.locator('[name=tick]').inputValue(), '36');
    assert.match(page.url(), /lost-line\.html/, 'the page was not turned');
    await page.done();
});
