// The online edition: recordings in place of runs, from a plain file server under a sub-path.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { around, browser, site } from './lib/around.mjs';
import { open, ready, run, transcript } from './lib/browser.mjs';

around('site');

const STILL = { reducedMotion: 'reduce' };
const chapter = (context, query = '') => open(browser, `${site.url}tasks/lost-line.html${query}`, context);
const over = async widget => {
    const status = widget.locator('.sr-status');
    await status.filter({ hasText: /\S/ }).waitFor({ timeout: 60_000 });
    return status.innerText();
};

test('nothing plays by itself', async () => {
    const page = await chapter();
    const widget = await run(page, 'lost-line', 'buggy');
    assert.equal(await widget.locator('.sr-screen').isVisible(), false);
    assert.equal(await widget.locator('.sr-status').innerText(), '');
    assert.equal(await widget.locator('.sr-player').isVisible(), false, 'there is nothing to replay yet');
    assert.equal(await page.evaluate(() => performance.getEntriesByType('resource').filter(r => /\.cast|xterm/.test(r.name)).length), 0,
        'neither recordings nor the terminal are loaded before they are asked for');
    await page.done();
});

test('a recording plays in the terminal to its verdict, with its date', async () => {
    const page = await chapter();
    const widget = await run(page, 'lost-line', 'buggy');
    await widget.locator('.sr-go').click();
    assert.match(await over(widget), /^lost-line buggy: violated — .* \(recorded \d{4}-\d\d-\d\d\)$/);
    await widget.locator('.xterm-rows').filter({ hasText: 'violated' }).waitFor();
    assert.match(await transcript(widget), /violated/);
    await page.done();
});

test('a replay shows each line once, also where the first comes after the clock begins', async () => {
    const page = await open(browser, `${site.url}http/silent-handshake.html`);
    const widget = await run(page, 'silent-handshake', 'buggy');
    await widget.locator('.sr-go').click();
    await widget.locator('.sr-play').filter({ hasText: 'Pause' }).waitFor();
    const rows = widget.locator('.xterm-rows');
    await rows.filter({ hasText: 'connects' }).waitFor();
    assert.equal((await rows.innerText()).match(/silent-handshake buggy/g).length, 1);
    await page.done();
});

test('where motion is not wanted, the end is shown at once', async () => {
    const page = await chapter(STILL);
    const widget = await run(page, 'lost-line', 'fixed');
    await widget.locator('.sr-go').click();
    assert.match(await over(widget), /held/);
    assert.equal(await widget.locator('.sr-play').innerText(), 'Play');
    await page.done();
});

test('a replay is paused, stepped and sought, and the timeline follows', async () => {
    const page = await chapter(STILL);
    const widget = await run(page, 'lost-line', 'buggy');
    await widget.locator('.sr-go').click();
    await over(widget);
    const [clock, rows] = [widget.locator('.sr-clock'), widget.locator('.xterm-rows')];
    const end = await clock.innerText();
    await widget.locator('.sr-slider').fill('0');
    assert.match(await clock.innerText(), /^0 ms of /);
    await rows.filter({ hasNotText: 'violated' }).waitFor();
    const cursor = page.locator('[data-sr=timeline] .sr-drawn .sr-tl-cursor');
    await cursor.waitFor({ state: 'attached' });
    await widget.locator('.sr-step').click();
    assert.doesNotMatch(await clock.innerText(), /^0 ms/);
    await widget.locator('.sr-slider').focus();
    await page.keyboard.press('End');
    assert.equal(await clock.innerText(), end);
    await rows.filter({ hasText: 'violated' }).waitFor();
    assert.equal((await rows.innerText()).match(/violated:/g).length, 1, 'shown once');
    await page.done();
});

test('a replay can be paused while it plays', async () => {
    const page = await chapter();
    const widget = await run(page, 'lost-line', 'buggy');
    await widget.locator('.sr-go').click();
    const play = widget.locator('.sr-play');
    await play.filter({ hasText: 'Pause' }).click();
    const at = await widget.locator('.sr-clock').innerText();
    await page.evaluate(() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    assert.equal(await widget.locator('.sr-clock').innerText(), at);
    assert.equal(await widget.locator('.sr-status').innerText(), '');
    await page.done();
});

test('a knob in the grid plays its recording; another says which there are', async () => {
    const page = await chapter(STILL, '?lost-line.tick=140');
    const widget = await run(page, 'lost-line', 'buggy');
    await widget.locator('.sr-set').filter({ hasText: 'tick = 140 ms' }).waitFor();
    await widget.locator('.sr-go').click();
    await over(widget);
    const knobs = await ready(page, '[data-sr=knobs]');
    await knobs.locator('[name=tick]').fill('41');
    assert.match(await widget.locator('.sr-set').innerText(),
        /No recording of this\. tick was recorded at .*140.*still-running run lost-line buggy --tick 41$/);
    assert.equal(await widget.locator('.sr-go').getAttribute('aria-disabled'), 'true');
    await page.done();
});

test('a timeline can be zoomed and scrubbed, by mouse and by keyboard', async () => {
    const page = await chapter(STILL);
    const widget = await ready(page, '[data-sr=timeline]');
    await widget.locator('.sr-cover > summary').click();
    await widget.locator('.sr-explore').click();
    const svg = widget.locator('.sr-drawn svg.sr-timeline');
    await svg.waitFor();
    const [from, to] = [Number(await svg.getAttribute('data-from')), Number(await svg.getAttribute('data-to'))];
    await widget.locator('[data-do="click in"]').click();
    await page.waitForFunction(to => Number(document.querySelector('.sr-drawn svg').dataset.to) < to, to);
    await widget.locator('[data-do="click whole"]').click();
    await page.waitForFunction(([from, to]) => {
        const { dataset } = document.querySelector('.sr-drawn svg');
        return Number(dataset.from) === from && Number(dataset.to) === to;
    }, [from, to]);
    await svg.click({ position: { x: 300, y: 20 } });
    await widget.locator('.sr-tl-cursor').waitFor({ state: 'attached' });
    await widget.locator('.sr-slider').focus();
    await page.keyboard.press('Home');
    assert.match(await widget.locator('.sr-slider').getAttribute('aria-valuetext'), /^0 ms$/);
    await widget.locator('.sr-drawn .sr-data summary').click();
    assert.match(await widget.locator('.sr-drawn table').innerText(), /dropped/);
    await page.done();
});

test('the signs of a picture are explained with it, and no others', async () => {
    const page = await chapter(STILL);
    const widget = await ready(page, '[data-sr=timeline]');
    const legend = widget.locator('> .sr-legend');
    assert.equal(await legend.isVisible(), false, 'nothing is told before the picture is seen');
    await widget.locator('.sr-cover > summary').click();
    assert.match(await legend.innerText(), /dropped before it was done/);
    assert.doesNotMatch(await legend.innerText(), /still running/, 'in lost-line nothing is left running');
    await widget.locator('.sr-explore').click();
    await widget.locator('.sr-drawn svg.sr-timeline').waitFor();
    assert.match(await legend.innerText(), /a note/);
    await page.done();
});

test('what a sign stands for is read by a tap, and goes with the next', async () => {
    const page = await chapter({ ...STILL, viewport: { width: 390, height: 844 }, hasTouch: true });
    const widget = await ready(page, '[data-sr=timeline]');
    await widget.locator('.sr-cover > summary').tap();
    await widget.locator('.sr-narrow .sr-tl-mark').first().tap();
    const words = widget.locator('.sr-tl-detail:visible');
    assert.match(await words.innerText(), /^\w+: \d+ ms, \d+: /);
    await page.locator('h1').last().tap();
    await words.waitFor({ state: 'hidden' });
    await page.done();
});

test('both variants are compared on one clock with one scrubber', async () => {
    const page = await chapter(STILL);
    const widget = await ready(page, '[data-sr=compare]');
    await widget.locator('.sr-go').click();
    assert.match(await over(widget), /lost-line buggy: violated.*; lost-line fixed: held/);
    assert.equal(await widget.locator('.sr-slider').count(), 1);
    assert.equal(await widget.locator('svg.sr-timeline:visible').count() >= 2, true);
    const scales = await widget.locator('.sr-side svg.sr-timeline').evaluateAll(all => all.map(s => s.dataset.to));
    assert.equal(scales[0], scales[1], 'one clock');
    await widget.locator('.sr-slider').fill('300');
    await page.waitForFunction(() => document.querySelectorAll('[data-sr=compare] .sr-tl-cursor').length === 2);
    await page.done();
});

test('from 1,100 pixels both sides are seen, and have what room there is', async () => {
    for (const [width, least] of [[1100, 300], [1280, 300], [1920, 600]]) {
        const page = await chapter({ ...STILL, viewport: { width, height: 900 } });
        const widget = await ready(page, '[data-sr=compare]');
        const beside = async () => {
            const sides = await widget.locator('svg.sr-timeline:visible').evaluateAll(all => all.map(s => s.getBoundingClientRect()));
            assert.equal(sides.length, 2);
            assert.equal(sides[0].top, sides[1].top);
            assert.ok(sides[0].right <= sides[1].left && sides.every(s => s.width >= least), `${width}: ${sides.map(s => s.width)}`);
        };
        await widget.locator('.sr-cover > summary').click();
        await beside();
        await widget.locator('.sr-go').click();
        await over(widget);
        await beside();
        const hidden = await page.evaluate(() => {
            const panel = document.querySelector('.sr-compare').getBoundingClientRect();
            return Array.from(document.querySelectorAll('.nav-chapters')).filter(a => {
                const r = a.getBoundingClientRect();
                return r.width && r.left < panel.right && r.right > panel.left;
            }).length;
        });
        assert.equal(hidden, 0, 'the arrows to other pages stand beside it');
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'nothing scrolls sideways');
        await page.done();
    }
});

test('on a phone one side is shown at a time', async () => {
    const page = await chapter({ ...STILL, viewport: { width: 360, height: 740 } });
    const widget = await ready(page, '[data-sr=compare]');
    await widget.locator('.sr-go').click();
    await over(widget);
    const shown = () => widget.locator('.sr-side:visible').evaluateAll(all => all.map(s => s.getAttribute('aria-label')));
    assert.deepEqual(await shown(), ['buggy']);
    await widget.locator('.sr-tab', { hasText: 'fixed' }).click();
    assert.deepEqual(await shown(), ['fixed']);
    await widget.locator('.sr-side[aria-label=fixed] svg.sr-timeline').waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'nothing scrolls sideways');
    await page.done();
});

test('without JavaScript there are text, code, transcripts and still timelines', async () => {
    const page = await chapter({ javaScriptEnabled: false });
    assert.equal(await page.locator('[data-sr=run] .sr-terminal').count() >= 2, true);
    await page.locator('[data-sr=timeline] .sr-cover > summary').first().click();
    await page.locator('[data-sr=timeline] svg.sr-timeline').first().waitFor();
    await page.done();
});

test('the terminal that cannot be loaded is a plain text, with a note', async () => {
    const page = await open(browser, `${site.url}tasks/lost-line.html`, STILL, page => page.route('**/xterm*.mjs', route => route.abort()));
    const widget = await run(page, 'lost-line', 'buggy');
    await widget.locator('.sr-go').click();
    assert.match(await over(widget), /violated/);
    await widget.locator('.sr-plain').filter({ hasText: 'violated' }).waitFor();
    await widget.locator('.sr-screen .sr-note').waitFor();
    await page.done(/ERR_FAILED/);
});

/** In each run of a page that is still: a sentence, and below it what was recorded. */
async function stands(page, sentence) {
    const runs = page.locator('[data-sr=run]');
    await runs.locator('.sr-note').first().waitFor();
    assert.deepEqual([...new Set(await runs.locator('.sr-note').allInnerTexts())], [sentence]);
    assert.equal(await runs.locator('.sr-note').count(), await runs.count());
    const fallback = page.locator('[data-sr=run][data-variant=buggy] [data-sr-fallback]').first();
    await fallback.locator('summary').first().click();
    assert.match(await fallback.innerText(), /violated/);
}

const FORBIDDEN = 'This browser has no WebAssembly, or does not allow it here: nothing runs on this page. In its place: the recording.';
const chapterWith = before => open(browser, `${site.url}tasks/lost-line.html`, STILL, before);

test('a browser without WebAssembly: a sentence, and the recordings to read', async () => {
    const page = await chapterWith(page => page.addInitScript(() => delete window.WebAssembly));
    await stands(page, FORBIDDEN);
    await page.done();
});

test('where WebAssembly is forbidden: a sentence, and the recordings to read', async () => {
    const page = await chapterWith(page => page.route('**/lost-line.html', async route => {
        const response = await route.fetch();
        await route.fulfill({ response, headers: { ...response.headers(), 'content-security-policy': "script-src 'self' 'unsafe-inline'" } });
    }));
    await stands(page, FORBIDDEN);
    await page.done(/./);
});

test('a client that does not arrive: a sentence, and the recordings to read', async () => {
    const page = await chapterWith(page => page.route('**/client/still_running_client*', route => route.fulfill({ status: 404, body: 'gone' })));
    await stands(page, 'What runs labs on this page could not be loaded. Reload the page to try again. In its place: the recording.');
    await page.done(/404/);
});
