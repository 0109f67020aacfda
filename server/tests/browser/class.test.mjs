// A block of the workshop: a teacher, a projector, three participants: one at a desk, one on a phone, one by keyboard.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launch, open } from './lib/browser.mjs';
import { end, start, violations } from './lib/class.mjs';
import { serve } from './lib/server.mjs';

const CHAPTER = '/tasks/lost-line.html';
const QUESTION = '#lost-line--where';
let folder, server, links, browser;

before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'still-running-class-'));
    [links, browser, server] = await Promise.all([start(folder), launch(), serve()]);
});
after(async () => {
    await browser?.close();
    await Promise.all([links && end(links), server?.stop()]);
    await rm(folder, { recursive: true });
});

const said = (page, text) => page.locator('.sr-class-phase, #phase').filter({ hasText: text }).waitFor();
const RIGHT = '.sr-option[data-right]';
const WRONG = '.sr-option:not([data-right])';
const vote = async (page, option) => {
    await page.locator(`${QUESTION} ${option} > input`).first().check();
    await page.locator(`${QUESTION} .sr-submit`).click();
    await page.locator('.sr-class-box').getByText('✓ The class has your answer').waitFor();
};
const press = (page, name) => page.locator('.sr-class-teacher').getByRole('button', { name, exact: typeof name === 'string' }).click();

test('a block with two rounds: nobody sees the votes before the reveal, and all do after it', async () => {
    const STILL = { reducedMotion: 'reduce' };
    const teacher = await open(browser, links.teacher, STILL);
    await teacher.goto(links.url + CHAPTER);
    const screen = await open(browser, links.screen, STILL);
    await screen.locator('#invite img').waitFor();
    const people = [
        await open(browser, links.join, STILL),
        await open(browser, links.join, { ...STILL, viewport: { width: 360, height: 740 }, hasTouch: true }),
        await open(browser, links.join, STILL),
    ];
    for (const page of people) {
        await page.goto(links.url + CHAPTER);
        await said(page, 'No question is open');
    }
    const [desk, phone, keys] = people;
    assert.deepEqual(await violations(screen), []);
    assert.deepEqual(await violations(desk), []);
    assert.deepEqual(await violations(teacher), []);

    await press(teacher, /^Ask: .*hand out/);
    for (const page of people) await said(page, '0 of 3 answered');
    await vote(desk, WRONG);
    await vote(phone, RIGHT);
    await keys.locator(`${QUESTION} ${WRONG} input`).first().focus();
    await keys.keyboard.press('ArrowDown');
    await keys.keyboard.press('ArrowUp');
    await keys.keyboard.press('Tab');
    for (let i = 0; i < 8 && !(await keys.evaluate(() => document.activeElement.matches('.sr-submit, .sr-class-box button'))); i++) await keys.keyboard.press('Tab');
    await keys.keyboard.press('Enter');
    await keys.locator('.sr-class-box').getByText('✓ The class has your answer').waitFor();
    await said(teacher, '3 of 3 answered');
    assert.deepEqual(await violations(desk), []);

    await phone.getByRole('button', { name: 'I’m stuck' }).click();
    await teacher.getByText('1 stuck').waitFor();
    await press(teacher, 'Discuss');
    for (const page of [...people, screen]) {
        await said(page, 'Talk with your neighbour');
        assert.equal(await page.locator('.sr-class-bars').count(), 0);
    }
    assert.deepEqual(await violations(screen), []);
    await press(teacher, 'Ask again');
    for (const page of people) await said(page, '0 of 3 answered');
    // The same answer again needs no other one in between.
    await phone.getByRole('button', { name: 'Send my answer to the class' }).click();
    await vote(desk, RIGHT);
    await vote(keys, RIGHT);
    await said(teacher, '3 of 3 answered');
    await press(teacher, 'Reveal');
    for (const page of [...people, screen]) {
        await page.getByText('2 of 3 moved to the right answer').waitFor();
        assert.deepEqual(await violations(page), []);
    }
    await desk.locator('.sr-class-box').getByText('← you, first vote').waitFor();
    await teacher.locator('summary', { hasText: 'The votes' }).click();
    assert.deepEqual(await violations(teacher), []);

    await desk.goto(`${links.url}/class/home.html`);
    await desk.getByText('Of the room, 100 % were right').waitFor();
    assert.deepEqual(await violations(desk), []);
    await teacher.goto(`${links.url}/class/sums.html`);
    await teacher.getByText('others (under five each)').first().waitFor();
    assert.deepEqual(await violations(teacher), []);
    await teacher.getByRole('button', { name: 'End the class' }).click();
    await teacher.getByRole('button', { name: 'End it' }).click();
    await said(phone, 'The class is over');
    for (const page of [teacher, screen, ...people]) await page.done();
});

test('the teacher lets one person start afresh by the two words, and their page shows it', async () => {
    const own = await mkdtemp(join(tmpdir(), 'still-running-class-'));
    const room = await start(own);
    const teacher = await open(browser, room.teacher);
    await teacher.goto(room.url + CHAPTER);
    const person = await open(browser, room.join);
    await person.goto(room.url + CHAPTER);
    await press(teacher, /^Ask: .*hand out/);
    await said(person, '0 of 1 answered');
    await vote(person, WRONG);
    await person.getByRole('button', { name: 'I’m stuck' }).click();
    await teacher.getByText('1 stuck').waitFor();
    const name = await person.locator('.sr-class summary strong').innerText();
    await teacher.locator('summary', { hasText: 'start afresh' }).click();
    const field = teacher.getByLabel('The two words of their name');
    await field.fill('not anybody');
    await field.press('Enter');
    await teacher.getByText('Nobody in this class has that name').waitFor();
    await field.fill(name);
    await press(teacher, 'Start afresh');
    await teacher.getByText(`nothing is kept of what “${name}” said`).waitFor();
    assert.deepEqual(await violations(teacher), []);
    await said(person, '0 of 1 answered');
    await person.locator('[data-state=stuck][aria-pressed=false]').waitFor();
    await person.getByRole('button', { name: 'Send my answer to the class' }).click();
    await said(teacher, '1 of 1 answered');
    await teacher.done(/422/);
    await person.done();
    await end(room);
    await rm(own, { recursive: true });
});

test('without a class nothing of it is loaded', async () => {
    const page = await open(browser, server.url + CHAPTER);
    const asked = [];
    page.on('request', request => asked.push(request.url()));
    await page.reload({ waitUntil: 'networkidle' });
    assert.equal(await page.locator('.sr-class').count(), 0);
    assert.deepEqual(asked.filter(url => url.includes('class')), []);
    await page.done();
});
