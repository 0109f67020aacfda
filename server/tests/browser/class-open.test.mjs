// A class that is opened from the book: by who sits at the machine, on the page for trainers, and nowhere else.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launch, open } from './lib/browser.mjs';
import { end, start, violations, without } from './lib/class.mjs';
import { root } from './lib/server.mjs';
import { staticSite } from './lib/static-site.mjs';

const [TRAINERS, CHAPTER] = ['/paths/workshop.html', '/tasks/lost-line.html'];
const STILL = { reducedMotion: 'reduce' };
const PHONE = { ...STILL, viewport: { width: 390, height: 844 }, hasTouch: true };
let folder, browser;

before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'still-running-open-'));
    await mkdir(join(folder, 'labs'));
    await symlink(`${root}target/debug/lost-line`, join(folder, 'labs/lost-line'));
    browser = await launch();
});
after(async () => {
    await browser?.close();
    await rm(folder, { recursive: true });
});

/** A folder of its own, for the file of a class. */
async function own(name) {
    await mkdir(join(folder, name));
    return join(folder, name);
}
const labs = () => ['--labs', join(folder, 'labs')];
const panel = page => page.locator('.sr-class-open');

test('who sits at the machine opens a class by keyboard, has its links, and teaches at once', async () => {
    const server = await without(await own('open'), ...labs());
    const page = await open(browser, server.url + TRAINERS, STILL);
    await panel(page).getByText('No class is open on this server').waitFor();
    await panel(page).getByText('still-running-class.sqlite').waitFor();
    assert.deepEqual(await violations(page), []);
    await panel(page).getByRole('textbox').focus();
    await page.keyboard.type('Tuesday');
    await page.keyboard.press('Enter');
    await panel(page).getByRole('heading', { name: 'The class is open' }).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'The class is open', 'a screen reader is told');
    await panel(page).getByRole('img', { name: /QR code/ }).waitFor();
    await panel(page).getByText('Only this machine reaches this server').waitFor();
    await panel(page).getByText('--class --allow-remote --addr 0.0.0.0:').waitFor();
    await page.locator('.sr-class-teacher').waitFor();
    assert.deepEqual(await violations(page), []);

    const [joining, screen] = await panel(page).getByRole('link').evaluateAll(all => all.map(a => a.href));
    const wall = await open(browser, screen, STILL);
    await wall.getByRole('heading', { name: 'Tuesday' }).waitFor();
    const person = await open(browser, joining, PHONE);
    await person.goto(server.url + CHAPTER);
    await person.locator('.sr-class-phase').getByText('No question is open').waitFor();
    await page.goto(server.url + CHAPTER);
    await page.locator('.sr-class-teacher').getByRole('button', { name: /^Ask: / }).first().click();
    await person.locator('.sr-class-phase').getByText('0 of 1 answered').waitFor();
    const outside = await open(browser, server.url + CHAPTER, STILL);
    assert.match(outside.url(), /\/join\?to=/, 'every other browser is asked for the code');

    // The links are there again for the teacher, and for nobody who came by the code.
    await page.locator('.sr-class-teacher').getByRole('link', { name: 'How people join' }).click();
    await panel(page).getByRole('heading', { name: 'The class is open' }).waitFor();
    await person.goto(server.url + TRAINERS);
    await person.locator('.sr-class').first().waitFor();
    assert.equal(await panel(person).count(), 0);
    for (const it of [page, person, wall, outside]) await it.done();
    await end(server);
});

test('a class that can’t be kept is not opened, and the sentence stays to be read', async () => {
    const place = await own('kept');
    await mkdir(join(place, 'still-running-class.sqlite'));
    const server = await without(place, ...labs());
    const page = await open(browser, server.url + TRAINERS, PHONE);
    await panel(page).getByRole('button', { name: 'Open a class' }).click();
    await panel(page).getByRole('alert').getByText('No class was opened').waitFor();
    assert.ok(await panel(page).getByRole('button', { name: 'Open a class' }).isEnabled(), 'it can be tried again');
    assert.deepEqual(await violations(page), []);
    await page.done(/503/);
    await end(server);
});

test('on a server with a class its teacher finds the links on the page for trainers', async () => {
    const links = await start(await own('class'), ...labs());
    const page = await open(browser, links.teacher, STILL);
    await page.goto(links.url + TRAINERS);
    await panel(page).getByRole('link', { name: links.join }).waitFor();
    await panel(page).getByRole('link', { name: links.screen }).waitFor();
    await page.done();
    await end(links);
});

test('the online edition has no button, and asks for nothing of a class', async () => {
    const site = await staticSite();
    const page = await open(browser, `${site.url}${TRAINERS.slice(1)}`, STILL);
    const asked = [];
    page.on('request', request => asked.push(request.url()));
    await page.reload({ waitUntil: 'networkidle' });
    assert.equal(await page.locator('#sr-class-here').innerText(), '');
    assert.deepEqual(asked.filter(url => /class/.test(url)), []);
    await page.done();
    await site.stop();
});
