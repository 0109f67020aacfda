// The book with chapters for the labs in `labs/`, which are made for these tests: each is the chapter of `lost-line`
// with its widgets given to another lab, and without the recordings, which such a lab has not.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve, site } from './server.mjs';

const labs = fileURLToPath(new URL('../labs', import.meta.url));
const SLUGS = ['slow-lines', 'flood', 'hostile', 'busy'];

/** Builds that book once; `serve` runs its labs, `remove` takes it away. */
export async function standIns() {
    const folder = await mkdtemp(join(tmpdir(), 'still-running-'));
    await cp(site, folder, { recursive: true });
    const chapter = await readFile(join(folder, 'tasks/lost-line.html'), 'utf8');
    for (const slug of SLUGS) {
        await writeFile(join(folder, `tasks/${slug}.html`), chapter.replaceAll('data-lab="lost-line"', `data-lab="${slug}"`).replaceAll('class="sr-terminal"', 'class="sr-of-another"'));
    }
    return {
        folder,
        serve: (...options) => serve('--labs', labs, '--site', folder, ...options),
        remove: () => rm(folder, { recursive: true }),
    };
}
