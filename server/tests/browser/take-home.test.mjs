// What one takes home is a file that is whole when the server is gone.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, test } from 'node:test';
import { launch, open } from './lib/browser.mjs';
import { end, start } from './lib/class.mjs';

let folder, links, browser;

before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'still-running-home-'));
    [links, browser] = await Promise.all([start(folder, '--base', '/workshop'), launch()]);
});
after(async () => {
    await browser?.close();
    links?.child.kill('SIGKILL');
    await rm(folder, { recursive: true });
});

/** As the page does it, and below the path that a proxy would use. */
const ask = (page, method, path, body) => page.evaluate(async ([method, path, body]) => {
    const answer = await fetch(`/workshop/api/class/${path}`, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    return answer.status;
}, [method, path, body]);

test('a page to take home is saved as one file, and is whole when the server is gone', async () => {
    const below = address => address.replace(/^(http:\/\/[^/]+)/, '$1/workshop');
    const person = await open(browser, below(links.join));
    assert.match(person.url(), /\/workshop\/$/, 'who joins below a path stays below it');
    const teacher = await open(browser, below(links.teacher));
    const question = { id: 'q', page: 'tasks/lost-line', title: 'A line', prompt: 'What does it hand out?',
        options: [{ value: '1', text: 'one <b>line</b>', right: false }, { value: '2', text: 'two & more', right: true }] };
    assert.equal(await ask(teacher, 'POST', 'step', { version: 0, step: 'ask', question }), 204);
    await person.locator('.sr-class-phase').filter({ hasText: 'A question is open' }).waitFor();
    assert.equal(await ask(person, 'PUT', 'vote', { question: 'q', round: 1, choice: '2' }), 204);
    assert.equal(await ask(teacher, 'POST', 'step', { version: 1, step: 'reveal' }), 204);
    /* A run with another knob: pressed in the page, as people do. */
    await person.goto(new URL('tasks/lost-line.html', person.url()).href);
    await person.locator('.sr-class').waitFor();
    const knob = person.locator('[data-sr=knobs] [name=tick]').first();
    await knob.fill('60');
    const started = person.waitForResponse(answer => answer.url().endsWith('/workshop/api/runs'));
    await person.locator('.sr-go').first().click();
    const run = await started;
    assert.equal(run.status(), 201, 'runs are started below the path, too');
    await person.goto(new URL('../', person.url()).href);
    await ask(person, 'PUT', 'mark', { page: 'http/dead-link', state: 'stuck' });

    await person.goto(new URL('class/home.html', person.url()).href);
    await person.getByText('two & more').waitFor();
    const file = join(folder, 'my-class.html');
    const [download] = await Promise.all([person.waitForEvent('download'), person.getByRole('button', { name: 'Save as a file' }).click()]);
    assert.equal(download.suggestedFilename(), 'my-class.html');
    await download.saveAs(file);
    await person.getByText('Saved as my-class.html').waitFor();

    await end(links);
    const alone = await (await browser.newContext()).newPage();
    const wanted = [];
    alone.on('request', request => wanted.push(request.url()));
    await alone.goto(pathToFileURL(file).href);
    const text = await alone.locator('main').innerText();
    for (const told of ['In the class you were', 'What does it hand out?', 'You said: “two & more”. ✓ Right.', 'http/dead-link']) assert.ok(text.includes(told), `${told} in ${text}`);
    assert.deepEqual(wanted, [pathToFileURL(file).href], 'it needs nothing else');
    assert.equal(await alone.getByRole('button').count(), 0);
    assert.match(await alone.getByRole('link', { name: 'A line' }).getAttribute('href'), /\/workshop\/tasks\/lost-line\.html\?lost-line\.tick=60#q$/);
});
