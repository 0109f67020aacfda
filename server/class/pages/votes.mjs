// A vote on its way: kept in this tab until the server says that it has it.
import { ask } from './link.mjs';

const KEY = 'sr-class vote';
const keep = vote => { try { vote ? sessionStorage.setItem(KEY, JSON.stringify(vote)) : sessionStorage.removeItem(KEY); } catch { /* private */ } };
const kept = () => { try { return JSON.parse(sessionStorage.getItem(KEY)); } catch { return null; } };

/** `told(vote, state, said)`: state is `waiting`, `sent` or `refused`. */
export function postman(told) {
    let [waiting, busy, timer, tries] = [kept(), false, null, 0];
    const go = async () => {
        clearTimeout(timer);
        if (!waiting || busy) return;
        busy = true;
        const vote = waiting;
        const answer = await ask('PUT', 'vote', vote);
        busy = false;
        const newer = waiting !== vote;
        if (answer.ok) tries = 0;
        else if (answer.status === 0 || answer.status >= 500) {
            tries += 1;
            told(vote, 'waiting', answer.said);
            timer = setTimeout(go, Math.min(250 * 2 ** tries, 5000) * (0.5 + Math.random()));
            return;
        }
        if (!newer) { waiting = null; keep(null); }
        told(vote, answer.ok ? 'sent' : 'refused', answer.said);
        if (newer) go();
    };
    return {
        send(vote) {
            waiting = vote;
            keep(vote);
            told(vote, 'waiting', '');
            go();
        },
        /** There is a line again. */
        again: go,
    };
}
