// A recording is an asciicast like any other: asciinema's own player plays it.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { around, browser, site } from './lib/around.mjs';
import { open } from './lib/browser.mjs';

const bundle = join(dirname(createRequire(import.meta.url).resolve('asciinema-player')), 'bundle');
around('site');

test("asciinema's player plays a recording to its end", async () => {
    const page = await open(browser, `${site.url}index.html`);
    await page.setContent('<div id="player"></div>');
    await page.addStyleTag({ path: join(bundle, 'asciinema-player.css') });
    await page.addScriptTag({ path: join(bundle, 'asciinema-player.min.js') });
    await page.evaluate(url => new Promise((resolve, reject) => {
        const player = AsciinemaPlayer.create(url, document.getElementById('player'), { speed: 10, rows: 40, cols: 100 });
        player.addEventListener('ended', resolve);
        player.addEventListener('error', reject);
        player.play();
    }), `${site.url}recordings/lost-line/buggy.cast`);
    const shown = await page.locator('#player').innerText();
    assert.match(shown, /lost-line buggy/);
    assert.match(shown, /violated/);
    assert.doesNotMatch(shown, /7744|"seq"/, 'events stay unseen');
    await page.done();
});
