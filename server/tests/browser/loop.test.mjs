// Predict, run, be judged: nothing tells before it is asked, and the run that was made is the run that judges.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { around, browser, server, site } from './lib/around.mjs';
import { answer, finish, open, ready, run } from './lib/browser.mjs';

const CHAPTER = 'tasks/lost-line.html';
const STILL = { reducedMotion: 'reduce' };
around('server', 'site');

const live = (path = CHAPTER, context = STILL) => open(browser, `${server.url}/${path}`, context);
const still = (path = CHAPTER, context = STILL) => open(browser, site.url + path, context);
const question = (page, id) => ready(page, `[data-sr=question][id$="--${id}"]`);
const says = async (asked, pattern) => {
    await asked.locator('.sr-answer').filter({ hasText: pattern }).waitFor();
};

/** What a reader sees of the page: all text that is not folded or hidden. */
const seen = page => page.evaluate(() => document.querySelector('main').innerText);

/** Turns a knob and runs the buggy variant again. */
async function turn(page, lab, knob, value) {
    const knobs = await ready(page, `[data-sr=knobs][data-lab=${lab}]`);
    await knobs.locator(`[name=${knob}]`).fill(String(value));
    const widget = (await run(page, lab, 'buggy')).first();
    await finish(widget);
}

test('as first shown a chapter has no verdict and no right answer in view', async () => {
    const chapters = await (async () => {
        const page = await still();
        const hrefs = await page.locator('.sidebar .chapter a[href]').evaluateAll(all => all.map(a => a.href));
        await page.done();
        return hrefs.filter(href => /\/(tasks|http|databases|grpc|production)\/(?!index|shift-left)/.test(href));
    })();
    assert.ok(chapters.length >= 15, `${chapters.length}`);
    for (const chapter of chapters) {
        const page = await open(browser, chapter, STILL);
        await page.locator('[data-sr=question][data-sr-ready]').first().waitFor();
        const told = await page.evaluate(() => Array.from(document.querySelectorAll(
            '.sr-picture, .sr-check, .sr-transcript, .sr-diff-lines, .sr-feedback, .sr-grid, .sr-answers, .sr-outcome, .sr-mark, .sr-figure figcaption',
        )).filter(e => e.innerText.trim() && e.checkVisibility({ contentVisibilityAuto: true })
            && e.getBoundingClientRect().height > 0).map(e => `${e.className}: ${e.innerText.slice(0, 60)}`));
        assert.deepEqual(told, [], chapter);
        await page.done();
    }
});

test('a cover opens by keyboard, is remembered, and is forgotten with the chapter', async () => {
    const page = await live();
    const cover = page.locator('[data-sr=timeline] .sr-cover').first();
    await cover.locator('> summary').focus();
    await page.keyboard.press('Enter');
    await cover.locator('.sr-picture').waitFor();
    await page.reload();
    await cover.locator('.sr-picture').waitFor();
    await page.locator('.sr-kept summary').click();
    await page.getByText('Forget this chapter').click();
    await page.reload();
    await question(page, 'where');
    assert.equal(await cover.evaluate(d => d.open), false);
    await page.done();
});

test('who is here to look something up has everything open, on every page, until the switch is off', async () => {
    const page = await live();
    await page.getByLabel('look something up').check();
    await page.locator('[data-sr=timeline] .sr-picture').first().waitFor();
    assert.equal(await page.locator('.sr-fix .sr-line.is-added').first().isVisible(), true);
    await page.locator('.sr-answers').getByText('Right:').first().waitFor();
    await page.goto(`${server.url}/http/stalled-body.html`);
    await page.locator('[data-sr=timeline] .sr-picture').first().waitFor();
    await page.getByLabel('look something up').uncheck();
    await page.locator('[data-sr=timeline] .sr-picture').first().waitFor({ state: 'hidden' });
    await page.done();
});

for (const [where, context, media] of [['without a script', { javaScriptEnabled: false }, 'screen'], ['on paper', STILL, 'print']]) {
    test(`${where} questions come first, and their answers at the chapter's end`, async () => {
        const page = await still(CHAPTER, context);
        await page.emulateMedia({ media });
        assert.equal(await page.locator('.sr-question .sr-feedback p').first().isVisible(), false);
        const answers = page.locator('.sr-answers');
        assert.equal(await answers.isVisible(), true);
        if (media === 'screen') await answers.locator('> summary').click();
        assert.equal(await answers.getByText('Of each line the end only').isVisible(), true);
        const last = await page.evaluate(() => {
            const tops = s => Array.from(document.querySelectorAll(s)).map(e => e.getBoundingClientRect().top);
            return Math.max(...tops('.sr-question')) < Math.min(...tops('.sr-answers'));
        });
        assert.equal(last, true);
        await page.done();
    });
}

test('the arrow keys choose, and only Submit answers', async () => {
    const page = await live();
    const asked = await question(page, 'drops');
    await asked.locator('input').first().focus();
    await page.keyboard.press('Space');
    // The right one may stand anywhere.
    const right = asked.locator('.sr-option[data-right] input');
    do await page.keyboard.press('ArrowDown'); while (!(await right.isChecked()));
    assert.equal(await asked.locator('.sr-answer').innerText(), '');
    assert.equal(await asked.locator('.sr-feedback:visible').count(), 0);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await says(asked, /^✓ Right\./);
    await page.done();
});

test('Submit and what is said of the answer stand in the question\'s own group, on a phone too', async () => {
    for (const viewport of [{ width: 1280, height: 800 }, { width: 390, height: 844 }]) {
        const page = await live(CHAPTER, { ...STILL, viewport });
        const asked = await question(page, 'drops');
        const group = asked.getByRole('group', { name: /How many times was/ });
        await group.getByRole('button', { name: 'Submit' }).waitFor();
        await answer(asked, '[data-right]');
        assert.match(await group.getByRole('status').innerText(), /^✓ Right\./);
        const outside = await asked.evaluate(e => {
            const [box, parts] = [e.querySelector('fieldset').getBoundingClientRect(), e.querySelectorAll('.sr-bar, .sr-submit, .sr-answer')];
            return Array.from(parts).filter(p => {
                const r = p.getBoundingClientRect();
                return r.left < box.left || r.right > box.right || r.bottom > box.bottom || r.height === 0;
            }).length;
        });
        assert.equal(outside, 0);
        await page.done();
    }
});

test('after Submit the right option and one\'s own are marked in words, with reasons under each', async () => {
    const page = await live();
    const asked = await question(page, 'drops');
    await answer(asked, ':not([data-right])');
    assert.equal(await asked.locator('.sr-option[data-right] .sr-mark').innerText(), '✓ right');
    assert.equal(await asked.locator('.sr-option:has(input:checked) .sr-mark').innerText(), '✗ your answer');
    const reasons = await asked.locator('.sr-feedback summary').evaluateAll(all => all.map(s => s.firstChild.data));
    assert.deepEqual(reasons.sort(), ['Why', 'Why not', 'Why not']);
    assert.equal(await asked.locator('.sr-feedback[open]').count(), 1);
    await page.done();
});

test('a run with other knobs judges nothing, and says so', async () => {
    const page = await live(`${CHAPTER}?lost-line.tick=500`);
    const asked = await question(page, 'where');
    await answer(asked, '[data-right]');
    await finish(await run(page, 'lost-line', 'buggy'));
    await says(asked, 'This run had tick = 500 ms; the question is about 35.');
    assert.equal(await asked.locator('.sr-mark:not(:empty)').count(), 0);
    await page.done();
});

test('a prediction is judged by Run both as well', async () => {
    const page = await live();
    const asked = await question(page, 'where');
    await answer(asked, ':not([data-right])');
    const both = await ready(page, '[data-sr=compare]');
    await finish(both);
    await says(asked, /^You predicted: .+ ✗ That is not what happened\.$/);
    assert.match(await both.locator('.sr-guess').innerText(), /^You predicted/);
    await page.done();
});

test('a threshold is judged by runs on both of its sides, and they are named', async () => {
    const page = await live();
    const asked = await question(page, 'threshold');
    await answer(asked, '[data-right]');
    await turn(page, 'lost-line', 'tick', 60);
    await says(asked, /^So far: tick = 60 violated\. Now find a value with another verdict\.$/);
    await turn(page, 'lost-line', 'tick', 139);
    await says(asked, 'So far: tick = 139 violated.');
    await turn(page, 'lost-line', 'tick', 500);
    await says(asked, /✓ Decided by two runs: tick = 139 violated, tick = 500 unexercised\.$/);
    await turn(page, 'lost-line', 'tick', 141);
    await says(asked, 'tick = 141 unexercised.');
    await turn(page, 'lost-line', 'tick', 140);
    await says(asked, /tick = 140 violated, tick = 141 unexercised\.$/);
    await page.done();
});

test('a case or a variant that a question is not about never settles it, and is named', async () => {
    const page = await live('grpc/detached-handler.html');
    const asked = await question(page, 'where');
    await answer(asked, '[data-right]');
    const inline = page.locator('[data-sr=run][data-knobs*=inline][data-sr-ready]').first();
    await page.locator('details:has([data-knobs*=inline]) > summary').first().click();
    await finish(inline);
    await says(asked, 'This run had case = inline; the question is about spawn.');
    await finish(page.locator('[data-sr=run][data-variant=fixed][data-knobs*=spawn][data-sr-ready]').first());
    await says(asked, 'This run had variant = fixed; the question is about buggy.');
    await finish(page.locator('[data-sr=run][data-variant=buggy][data-knobs*=spawn][data-sr-ready]').first());
    await says(asked, /^You predicted: .+ ✓/);
    await page.done();
});

test('on a phone a link up the page leaves no bar over the text', async () => {
    const page = await live(CHAPTER, { ...STILL, viewport: { width: 390, height: 844 } });
    await page.evaluate(() => scrollTo(0, 3000));
    // On and on, for the bar hears of what is scrolled once its own script is there.
    await page.waitForFunction(() => {
        scrollBy(0, 5);
        return document.querySelector('#mdbook-menu-bar').getBoundingClientRect().bottom < 0;
    });
    await page.evaluate(() => scrollTo(0, 2400));
    await page.waitForFunction(() => document.querySelector('#mdbook-menu-bar').getBoundingClientRect().top === 0);
    await page.done();
});

test('a folded section runs its own case, whatever was turned further up', async () => {
    const page = await live('grpc/detached-handler.html');
    await (await ready(page, '[data-sr=knobs]')).locator('[name=stays]').fill('20');
    await page.locator('details:has([data-knobs*=inline]) > summary').first().click();
    const asked = await question(page, 'free');
    await answer(asked, '[data-right]');
    const inline = page.locator('[data-sr=run][data-knobs*=inline][data-sr-ready]').first();
    assert.equal(await inline.locator('.sr-set').innerText(), 'case = inline, stays = 20');
    await finish(inline);
    await says(asked, 'This run had stays = 20; the question is about 6.');
    await page.locator('[data-sr=knobs] .sr-reset').click();
    await finish(inline);
    await says(asked, /^You predicted: .+ ✓/);
    await page.done();
});

test('who looks at the recording first has made no guess', async () => {
    const page = await still();
    const asked = await question(page, 'where');
    await page.locator('[data-sr=timeline] .sr-cover > summary').first().click();
    await answer(asked, '[data-right]');
    await says(asked, /You had seen the run before\.$/);
    await page.done();
});

test('a recorded run judges when it is over, and not when it begins', async () => {
    const page = await still(CHAPTER, {});
    const asked = await question(page, 'where');
    await answer(asked, '[data-right]');
    const widget = await run(page, 'lost-line', 'buggy');
    await widget.locator('.sr-go').click();
    await widget.locator('.sr-player').waitFor().catch(() => {});
    assert.equal(await asked.locator('.sr-answer').innerText(), 'Your prediction is kept. Run it, and see.');
    await finish(widget, false);
    await says(asked, /✓ That is what happened\.$/);
    await page.done();
});
