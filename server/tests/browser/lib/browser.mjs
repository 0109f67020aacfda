// Chromium, and pages that tell when something is wrong that no assertion looked for.
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const args = [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync',
];

export const launch = () => chromium.launch({ executablePath, args });

/** A page in a context of its own; `context` as for Playwright's newContext. `before` gets the page before it is loaded. */
export async function open(browser, url, context = {}, before = async () => {}) {
    const own = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...context });
    const page = await own.newPage();
    await before(page);
    const wrong = [];
    page.on('console', message => message.type() === 'error' && wrong.push(`console: ${message.text()}`));
    page.on('pageerror', error => wrong.push(`uncaught: ${error.message}`));
    const host = new URL(url).host;
    for (const event of ['request', 'websocket']) {
        page.on(event, it => {
            const to = new URL(it.url());
            if (!['data:', 'blob:'].includes(to.protocol) && to.host !== host) wrong.push(`left the host: ${it.url()}`);
        });
    }
    await page.goto(url);
    return Object.assign(page, {
        /** What went wrong so far that is no test's own doing. */
        wrong,
        async done(...expected) {
            const rest = wrong.filter(line => !expected.some(pattern => pattern.test(line)));
            await own.close();
            assert.deepEqual(rest, []);
        },
    });
}

/** Waits until the client has taken over a widget. */
export async function ready(page, selector) {
    const widget = page.locator(`${selector}[data-sr-ready]`);
    await widget.waitFor({ state: 'attached' });
    return widget;
}

/** The run widgets of a lab, by variant. */
export const run = (page, lab, variant) => ready(page, `[data-sr=run][data-lab=${lab}][data-variant=${variant}]`);

/** Answers a question with the first option that matches. */
export async function answer(question, option) {
    await question.locator(`.sr-option${option.replace('.sr-option', '')} > input`).first().check();
    await question.locator('.sr-submit').click();
}

/** Runs it, and gives the verdict line when it is over. */
export async function finish(widget, press = true) {
    if (press) await widget.locator('.sr-go').click();
    const status = widget.locator('.sr-status');
    await status.filter({ hasText: /\S/ }).waitFor({ timeout: 60_000 });
    return status.innerText();
}

/** The whole transcript of a run, as a screen reader has it. */
export async function transcript(widget) {
    const details = widget.locator('.sr-full');
    if (!(await details.evaluate(d => d.open))) await details.locator('summary').click();
    // It is drawn when the browser says that it was opened, which is a moment after.
    const text = details.locator('pre').filter({ hasText: /\S/ });
    await text.waitFor();
    return text.innerText();
}
