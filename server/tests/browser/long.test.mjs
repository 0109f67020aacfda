// Runs that take their time, print without end, or mean no good; connections that break.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { around, book, browser, server } from './lib/around.mjs';
import { finish, open, run, transcript } from './lib/browser.mjs';

around('book');

const chapter = (slug, context, before, at = server) => open(browser, `${at.url}/tasks/${slug}.html`, context, before);

/** Waits until the terminal shows that line, or a later one. */
async function reached(widget, line) {
    const rows = await widget.locator('.xterm-rows').elementHandle();
    await widget.page().waitForFunction(
        ([rows, line]) => [...rows.textContent.matchAll(/line (\d+) of/g)].some(m => Number(m[1]) >= line), [rows, line],
    );
}

/** 1, 2, 3 … without a gap or a repeat. */
function assertCounts(text, to) {
    const seen = [...text.matchAll(/^line (\d+) of/gm)].map(m => Number(m[1]));
    assert.deepEqual(seen, Array.from({ length: to }, (_, i) => i + 1));
}

test('Stop ends a run that is under way, and the line says so', async () => {
    const page = await chapter('slow-lines');
    const widget = await run(page, 'slow-lines', 'buggy');
    await widget.locator('.sr-go').click();
    await reached(widget, 3);
    await widget.locator('.sr-stop').click();
    assert.match(await finish(widget, false), /^slow-lines buggy: stopped — /);
    assert.equal(await widget.locator('.sr-stop').getAttribute('aria-disabled'), 'true');
    assert.doesNotMatch(await transcript(widget), /line 200 of/);
    await page.done();
});

test('a reload in the middle of a run loses nothing and repeats nothing', async () => {
    const page = await chapter('slow-lines');
    let widget = await run(page, 'slow-lines', 'buggy');
    await widget.locator('.sr-go').click();
    for (const line of [10, 40]) {
        await reached(widget, line);
        await page.reload();
        widget = await run(page, 'slow-lines', 'buggy');
    }
    assert.match(await finish(widget, false), /^slow-lines buggy: violated/);
    assertCounts(await transcript(widget), 200);
    await page.done();
});

test('a page that went without a word finds its run again', async () => {
    const page = await chapter('slow-lines');
    let widget = await run(page, 'slow-lines', 'fixed');
    await widget.locator('.sr-go').click();
    await reached(widget, 5);
    // As after a crash: what a page keeps when it is left is not there.
    await page.evaluate(() => {
        const kept = { ...sessionStorage };
        addEventListener('pagehide', () => {
            sessionStorage.clear();
            for (const [key, value] of Object.entries(kept)) sessionStorage.setItem(key, value);
        });
    });
    await page.reload();
    widget = await run(page, 'slow-lines', 'fixed');
    assert.match(await finish(widget, false), /^slow-lines fixed: held/);
    assertCounts(await transcript(widget), 200);
    await page.done();
});

test('a finished run is still shown after a reload', async () => {
    const page = await chapter('slow-lines');
    let widget = await run(page, 'slow-lines', 'fixed');
    const line = await finish(widget);
    await page.reload();
    widget = await run(page, 'slow-lines', 'fixed');
    assert.equal(await finish(widget, false), line);
    assertCounts(await transcript(widget), 200);
    await page.done();
});

test('a connection that breaks is made again, and nothing is lost', async () => {
    let sockets = 0;
    const page = await chapter('slow-lines', {}, async page => {
        await page.routeWebSocket(/\/socket/, ws => {
            sockets += 1;
            const real = ws.connectToServer();
            let bytes = 0;
            real.onMessage(message => {
                ws.send(message);
                bytes += message.length;
                if (sockets < 3 && bytes > 300) {
                    real.close();
                    ws.close();
                }
            });
        });
    });
    const widget = await run(page, 'slow-lines', 'buggy');
    assert.match(await finish(widget), /^slow-lines buggy: violated/);
    assertCounts(await transcript(widget), 200);
    assert.equal(sockets, 3);
    await page.done();
});

test('a flood is taken at the pace of the page, to its last byte', async () => {
    const page = await chapter('flood');
    const widget = await run(page, 'flood', 'buggy');
    assert.match(await finish(widget), /^flood buggy: violated/);
    const text = await transcript(widget);
    assert.match(text, /the last of 800000\s*$/);
    const numbers = [...text.matchAll(/^(\d{9})$/gm)].map(m => Number(m[1]));
    assert.equal(numbers.at(-1), 800000);
    assert.ok(numbers.every((n, i) => i === 0 || n === numbers[i - 1] + 1), 'the end of it is whole');
    assert.match(text, /^\[the first \d+ bytes are no longer kept\]/);
    await page.done();
});

test('escape sequences reach neither title, clipboard nor links, and no markup is made', async () => {
    const page = await chapter('hostile', { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.evaluate(() => navigator.clipboard.writeText('mine'));
    const title = await page.title();
    const widget = await run(page, 'hostile', 'buggy');
    assert.match(await finish(widget), /^hostile buggy: no verdict — it ended with code 101/);
    assert.equal(await page.title(), title);
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'mine');
    assert.equal(await widget.locator('a[href*=example], img, .xterm-underline-5').count(), 0);
    const text = await transcript(widget);
    assert.match(text, /before\na link\n<img src=x onerror=alert\(1\)> .* bad bytes\nafter\n/);
    assert.match(text, /last line/, 'an unfinished sequence swallows nothing');
    await widget.locator('.xterm-rows').filter({ hasText: '[hostile buggy: no verdict' }).waitFor();
    await page.done();
});

test('a server that is gone is said in a sentence', async () => {
    const own = await book.serve();
    const page = await chapter('slow-lines', {}, undefined, own);
    const widget = await run(page, 'slow-lines', 'buggy');
    await own.stop();
    assert.match(await finish(widget), /The server cannot be reached/);
    assert.equal(await widget.locator('.sr-go').getAttribute('aria-disabled'), null, 'it can be tried again');
    await page.done(/ERR_CONNECTION_REFUSED/);
});

test('a run that the server ends says why', async () => {
    const own = await book.serve('--run-time', '1');
    const page = await chapter('slow-lines', {}, undefined, own);
    assert.match(await finish(await run(page, 'slow-lines', 'buggy')), /ran longer than a run may/);
    await page.done();
    await own.stop();
});

test('a run that waits for a place says how many are before it', async () => {
    const own = await book.serve('--runs', '1');
    const page = await chapter('slow-lines', {}, undefined, own);
    const [first, second] = [await run(page, 'slow-lines', 'buggy'), await run(page, 'slow-lines', 'fixed')];
    await first.locator('.sr-go').click();
    await reached(first, 1);
    await second.locator('.sr-go').click();
    await second.locator('.sr-progress').filter({ hasText: /Waiting for a free place/ }).waitFor();
    await first.locator('.sr-stop').click();
    assert.match(await finish(second, false), /^slow-lines fixed: held/);
    // Who waits is shown the lab's recording meanwhile. This lab, made for the tests, has none, so none is asked for.
    await page.done();
    await own.stop();
});
