// The online edition where labs run in the page: the lab's own program in a worker, from a plain file server under a sub-path.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { answer, finish, launch, open, ready, run, transcript } from './lib/browser.mjs';
import { describe as about, grid, manifest as told, native, noPrograms, plain, pressed, programs, say, stretches, swept, endsAsNatively } from './lib/in-page.mjs';
import { flood, forever, trap } from './lib/programs.mjs';
import { root } from './lib/server.mjs';
import { staticSite } from './lib/static-site.mjs';

const skip = programs ? false : noPrograms;

describe('labs in the page', { skip }, () => {
    let site, browser;
    before(async () => {
        [site, browser] = await Promise.all([staticSite(programs), launch()]);
    });
    after(async () => {
        await browser?.close();
        await site?.stop();
    });

    const STILL = { reducedMotion: 'reduce' };
    const chapter = (query = '', context = {}, prepare) => open(browser, `${site.url}tasks/lost-line.html${query}`, context, prepare);
    /** The chapter, where the program's address answers in this way. */
    const broken = answer => chapter('', STILL, page => page.route('**/programs/*.wasm', answer));
    const manifest = () => told(site);
    const loaded = page => page.evaluate(() =>
        performance.getEntriesByType('resource').map(r => r.name).filter(n => /\/programs\/|page-|worker-|wasi-/.test(n)));
    const said = widget => widget.locator('.sr-found .sr-note').filter({ hasText: /\S/ });
    /** Presses Run; its recording takes the place of the run, below a sentence. */
    async function instead(widget, sentence) {
        assert.match(await finish(widget), /^lost-line buggy: violated — .* \(recorded \d{4}-\d\d-\d\d\)$/);
        assert.match(await said(widget).innerText(), sentence);
        assert.equal(await widget.locator('.sr-here').innerText(), '', 'what is shown was not run here');
        assert.equal(await widget.locator('.sr-stop').getAttribute('aria-disabled'), 'true');
    }

    test('nothing of a program is loaded before the first run', async () => {
        const page = await chapter();
        const widget = await run(page, 'lost-line', 'buggy');
        assert.deepEqual(await loaded(page), []);
        await finish(widget);
        const files = await loaded(page);
        assert.equal(files.filter(name => /programs\/lost-line-[0-9a-f]+\.wasm$/.test(name)).length, 1, files.join(' '));
        await page.done();
    });

    test('who reaches for Run finds its program there, and one that fails on the way is asked for again', async () => {
        const page = await chapter('', STILL);
        const widget = await run(page, 'lost-line', 'buggy');
        const program = page.waitForResponse(/programs\/lost-line-/);
        const wasi = page.waitForResponse(/wasi-/);
        await widget.locator('.sr-go').hover();
        await Promise.all([program, wasi]);
        await finish(widget);
        assert.equal((await loaded(page)).filter(name => /programs\//.test(name)).length, 1);
        await page.done();
        const gone = await broken(route => route.fulfill({ status: 404, body: 'gone' }));
        const failed = gone.waitForResponse(/programs\/lost-line-/);
        const later = await run(gone, 'lost-line', 'buggy');
        await later.locator('.sr-go').hover();
        await failed;
        await gone.unrouteAll();
        assert.match(await finish(later), /^lost-line buggy: violated — [^(]*$/);
        await gone.done(/404/);
    });

    test('a run has its verdict, its text, its timeline, and says what it is', async () => {
        const page = await chapter();
        const widget = await run(page, 'lost-line', 'buggy');
        assert.match(await finish(widget), /^lost-line buggy: violated — 1 of 1 check failed, \d+ ms$/);
        await widget.locator('.xterm-rows').filter({ hasText: 'violated' }).waitFor();
        await page.locator('[data-sr=timeline] .sr-drawn').first().waitFor();
        const { compiler, tokio } = await manifest();
        assert.equal(await widget.locator('.sr-here').innerText(),
            `Run in your browser just now: the same program and the same tokio (${tokio}), compiled to WebAssembly by ${compiler}; `
            + 'on a virtual clock, in one thread, without a network.');
        assert.equal(await widget.locator('.sr-go').innerText(), 'Run buggy again');
        assert.match(await finish(widget), /violated/, 'and once more');
        await page.done();
    });

    test('any value of a knob runs, and says what the native lab says', async () => {
        const page = await chapter('?lost-line.tick=41&lost-line.drip=13');
        for (const variant of ['buggy', 'fixed']) {
            const widget = await run(page, 'lost-line', variant);
            await finish(widget);
            assert.equal((await transcript(widget)).trim(), plain('lost-line', [variant, '--tick', '41', '--drip', '13']));
        }
        await page.done();
    });

    test('each lab says in the browser what it says natively, byte for byte, over its grid', async () => {
        const page = await chapter();
        const { script, labs } = await manifest();
        let runs = 0;
        for (const [slug, program] of Object.entries(labs)) {
            for (const args of grid(about(slug))) {
                const said = await page.evaluate(say, [site.url + script, site.url + program, [slug, ...args]]);
                assert.deepEqual(said, native(slug, args), `${slug} ${args.join(' ')}`);
                runs += 1;
            }
        }
        assert.ok(runs >= 100 * Object.keys(labs).length, `${runs} runs`);
        await page.done();
    });

    test('a question is judged by such a run, and Run both compares two', async () => {
        const page = await chapter('', STILL);
        const asked = await ready(page, '[data-sr=question][id$=where]');
        await answer(asked, '[data-right]');
        await finish(await run(page, 'lost-line', 'buggy'));
        await asked.locator('.sr-verdict, .sr-mark').filter({ hasText: '✓' }).first().waitFor();
        const both = await ready(page, '[data-sr=compare]');
        await both.locator('.sr-go').click();
        const status = both.locator('.sr-status').filter({ hasText: /\S/ });
        assert.match(await status.innerText(), /^lost-line buggy: violated — [^;(]*; lost-line fixed: held — [^(]*$/);
        assert.match(await both.locator('.sr-here').innerText(), /^Run in your browser just now/);
        await page.done();
    });

    test('the run below the knobs follows the slider to any value', async () => {
        const page = await chapter('', STILL);
        const form = await ready(page, '[data-sr=knobs][data-lab=lost-line]');
        const trial = await ready(page, '[data-sr=trial][data-lab=lost-line]');
        const slider = form.getByRole('slider', { name: 'tick, slider' });
        await slider.fill('60');
        assert.deepEqual(await loaded(page), [], 'a slider alone runs nothing');
        await finish(trial);
        for (const tick of ['500', '41', '499', '7', '123']) {
            await slider.fill(tick);
            await trial.locator('.sr-picture-name').filter({ hasText: `tick = ${tick} ms` }).waitFor();
            await trial.locator('.sr-go:not([aria-disabled])').waitFor();
            assert.equal((await transcript(trial)).trim(), plain('lost-line', ['buggy', '--tick', tick]));
        }
        // Faster than any of them ends: the last one counts.
        for (const tick of ['5', '90', '35', '140', '77']) await slider.fill(tick);
        await trial.locator('.sr-picture-name').filter({ hasText: 'tick = 77 ms' }).waitFor();
        await trial.locator('.sr-go:not([aria-disabled])').waitFor();
        assert.equal((await transcript(trial)).trim(), plain('lost-line', ['buggy', '--tick', '77']));
        await page.done();
    });

    test('a lab that has no program shows recordings, and says so', async () => {
        const page = await open(browser, `${site.url}http/stalled-body.html`, STILL);
        const widget = await run(page, 'stalled-body', 'buggy');
        assert.equal(await widget.locator('.sr-tag').innerText(), 'recorded');
        assert.match(await finish(widget), /\(recorded \d{4}-\d\d-\d\d\)$/);
        await page.done();
    });

    test('a program that is not there, or arrives cut short: a sentence, and the recording', async () => {
        const gone = await broken(route => route.fulfill({ status: 404, body: 'gone' }));
        await instead(await run(gone, 'lost-line', 'buggy'), /^The program of this lab could not be loaded\. .*404.* In its place: the recording\.$/);
        await gone.done(/404/);
        const cut = await broken(async route => {
            const whole = await (await route.fetch()).body();
            await route.fulfill({ contentType: 'application/wasm', body: whole.subarray(0, whole.length / 2) });
        });
        const widget = await run(cut, 'lost-line', 'buggy');
        await instead(widget, /^This browser does not take the program: it arrived incomplete, or may not run here\./);
        await cut.unrouteAll();
        assert.match(await finish(widget), /^lost-line buggy: violated — [^(]*$/, 'the next press asks for it again');
        await cut.done();
    });

    test('no worker, or none that may load: a sentence, and the recording', async () => {
        const without = await chapter('', STILL, page => page.addInitScript(() => delete window.Worker));
        await instead(await run(without, 'lost-line', 'buggy'), /^This browser starts no worker here/);
        await without.done();
        const forbidden = await chapter('', STILL, page => page.route('**/lost-line.html', async route => {
            const response = await route.fetch();
            await route.fulfill({ response, headers: { ...response.headers(), 'content-security-policy': "worker-src 'none'" } });
        }));
        await instead(await run(forbidden, 'lost-line', 'buggy'), /^This browser starts no worker here/);
        await forbidden.done(/Content Security Policy|worker/i);
        // A later press is told in the same way: of two runs, the second has none. Pressed without a pointer, which would get one more.
        const later = await chapter('', STILL);
        const first = await run(later, 'lost-line', 'buggy');
        await first.locator('.sr-go').evaluate(go => go.click());
        await finish(first, false);
        await later.evaluate(() => delete window.Worker);
        const both = await ready(later, '[data-sr=compare]');
        await both.locator('.sr-go').evaluate(go => go.click());
        await both.locator('.sr-status').filter({ hasText: /^This browser starts no worker here.* In its place: the recordings\. lost-line buggy/ }).waitFor();
        await later.done();
    });

    test('a program that breaks off, and one that prints without end: a sentence, and the recording', async () => {
        for (const [program, sentence] of [
            [trap, /^The program broke off in the middle: a panic, or a wait for something that can never come\. The browser says: /],
            [flood, /^The program was ended: it printed more than 4 MiB\./],
        ]) {
            const page = await broken(route => route.fulfill({ contentType: 'application/wasm', body: program }));
            await instead(await run(page, 'lost-line', 'buggy'), sentence);
            await page.done();
        }
    });

    test('a program that runs for ever is ended by Stop, and in time by itself; the next run finds another worker', async () => {
        const page = await broken(route => route.fulfill({ contentType: 'application/wasm', body: forever }));
        const widget = await run(page, 'lost-line', 'buggy');
        const works = page.waitForEvent('worker');
        await widget.locator('.sr-go').click();
        const ended = (await works).waitForEvent('close');
        const spare = page.waitForEvent('worker');
        await widget.locator('.sr-stop:not([aria-disabled])').click();
        await ended;
        await spare;
        await widget.locator('.sr-status').filter({ hasText: 'lost-line buggy: stopped — you ended it before it could tell' }).waitFor();
        await instead(widget, /^The program was ended: it ran longer than 10 s\./);
        await page.unrouteAll();
        assert.match(await finish(await run(page, 'lost-line', 'fixed')), /^lost-line fixed: /, 'the page goes on');
        await page.done();
    });

    test('Run both with a program that breaks off shows both recordings', async () => {
        const page = await broken(route => route.fulfill({ contentType: 'application/wasm', body: trap }));
        const both = await ready(page, '[data-sr=compare]');
        await both.locator('.sr-go').click();
        const status = both.locator('.sr-status').filter({ hasText: /fixed: held/ });
        assert.match(await status.innerText(), /^The program broke off .* In its place: the recordings\. lost-line buggy: .*recorded.*; lost-line fixed: .*recorded/);
        await page.done();
    });

    test('a sweep tries every value of a knob, and draws what the native lab says of each', async () => {
        const page = await chapter('', STILL);
        assert.deepEqual(await loaded(page), []);
        const sweep = await swept(page, 'drip');
        const rows = await stretches(sweep);
        endsAsNatively(rows, 'drip');
        const sizes = variant => rows.filter(row => row[0] === variant).reduce((all, row) => all + Number(row[4]), 0);
        assert.deepEqual([sizes('buggy'), sizes('fixed')], [100, 100]);
        assert.equal(await sweep.locator('svg').count(), 2);
        assert.equal(await sweep.locator('rect').count(), rows.length, 'strip and table say the same');
        assert.match(await sweep.locator('.sr-sweep-out > p').first().innerText(), /^drip, in ms: buggy: .*; fixed: .*\.$/);
        await page.done();
    });

    test('a sweep has the other knobs where the reader set them, can be stopped, and says why it breaks off', async () => {
        const page = await chapter('?lost-line.drip=1', STILL);
        const sweep = await swept(page, 'tick');
        await sweep.locator('summary').click();
        const first = await sweep.locator('tbody tr').first().locator('th, td').allInnerTexts();
        const ends = value => spawnSync(`${root}target/debug/lost-line`, ['buggy', '--drip', '1', '--tick', value]).status;
        assert.equal({ 0: 'held', 10: 'violated', 11: 'unexercised' }[ends(first[2])], first[1].trim());
        assert.equal(ends(first[3]), ends(first[2]));
        await page.unrouteAll();
        await page.done();
        const slow = await broken(route => route.fulfill({ contentType: 'application/wasm', body: forever }));
        const endless = await pressed(slow, 'tick');
        await endless.locator('.sr-stop:not([aria-disabled])').click();
        await endless.locator('.sr-progress').filter({ hasText: 'Stopped.' }).waitFor();
        await slow.done();
        const gone = await broken(route => route.fulfill({ status: 404, body: 'gone' }));
        await pressed(gone, 'tick');
        await gone.locator('.sr-progress').filter({ hasText: /^The program of this lab could not be loaded\. The browser says: status 404$/ }).waitFor();
        await gone.done(/404/);
    });

    for (const [where, context] of [['wide', {}], ['a phone', { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }]]) {
        test(`after a run there is nothing for axe-core to find, and nothing to scroll sideways (${where})`, async () => {
            const page = await chapter('', { ...STILL, ...context });
            await finish(await run(page, 'lost-line', 'buggy'));
            const sweep = await swept(page, 'tick');
            await sweep.locator('summary').click();
            await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
            const { violations } = await page.evaluate(() => window.axe.run(document));
            assert.deepEqual(violations.flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.html}`)), []);
            assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth));
            await page.done();
        });
    }
});
