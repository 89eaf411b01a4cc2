import type { Account, Backtest, DraftDocument, Review, Rollout } from '../../src/shared/api/types.ts';
import { policy, source } from './policy.ts';
import { Problem } from './routes.ts';

const VERSION = policy.version;
const drafts: DraftDocument[] = [];
const trials = new Map<string, Backtest>();
const accounts: Account[] = [
  account('admin', 'administrator', []),
  account('lea', 'employee', ['legal']),
  account('sam', 'analyst', ['security']),
];
const rollout: Rollout = {
  version: VERSION,
  revision: 0,
  changed_at: null,
  whole: 'enforce',
  clauses: {},
  groups: {},
};

function account(name: string, role: Account['role'], functions: string[]): Account {
  return { name, role, person_id: null, created_at: new Date().toISOString(), disabled_at: null, functions };
}

/** No real hash, but another one for other content. */
function hash(text: string): string {
  let value = 7;
  for (const character of text) {
    value = (Math.imul(value, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  }
  return value.toString(16).padStart(64, '0');
}

export const rolloutNow = () => rollout;
export const versionsNow = () => [
  {
    sequence: 1,
    version: VERSION,
    name: 'acceptable-ai-use',
    published_at: policy.published_at ?? new Date().toISOString(),
    published_by: 'admin',
    in_force: true,
  },
];

export function accountsAnswer(method: string, name: string, body: unknown): unknown {
  const found = accounts.find((each) => each.name === name);
  if (method === 'PUT' && found) {
    return Object.assign(found, body as { functions: string[] });
  }
  return accounts;
}

export function draftsAnswer(method: string, id: string, part: string, body: unknown): unknown {
  const draft = drafts.find((each) => each.id === id);
  if (!draft) {
    return method === 'POST' ? begin(body as { source?: string }) : drafts;
  }
  switch (`${method} ${part}`) {
    case 'PUT ':
      return edit(draft, body as { source: string; revision: number });
    case 'DELETE ':
      drafts.splice(drafts.indexOf(draft), 1);
      return undefined;
    case 'GET source':
      return draft.source;
    case 'GET review':
      return review(draft);
    case 'GET backtests':
      return trials.has(draft.hash) ? [trials.get(draft.hash)] : [];
    case 'POST backtests':
      return run(draft);
    default:
      return draft;
  }
}

function begin(given: { source?: string }): DraftDocument {
  const text = given.source ?? source;
  const draft: DraftDocument = {
    id: crypto.randomUUID(),
    name: 'acceptable-ai-use',
    revision: 1,
    hash: hash(text),
    base: VERSION,
    current: true,
    author: 'admin',
    writers: ['admin'],
    changed_at: new Date().toISOString(),
    state: 'open',
    at: null,
    returned: null,
    approved: [],
    open_comments: 0,
    source: text,
  };
  drafts.unshift(draft);
  return draft;
}

function edit(draft: DraftDocument, { source: text, revision }: { source: string; revision: number }): DraftDocument {
  if (revision !== draft.revision) {
    const detail = `you have revision ${revision}, it is at ${draft.revision}. Nothing was overwritten`;
    throw new Problem(409, 'conflicts with what is there', { detail });
  }
  return Object.assign(draft, {
    source: text,
    hash: hash(text),
    revision: revision + 1,
    changed_at: new Date().toISOString(),
  });
}

export const clausesOf = (text: string): Review['clauses'] =>
  text.includes('then: forbid')
    ? []
    : policy.clauses.map(({ id, section, title, prose_html, why_html, sentence, action, severity, line }) => ({
        ...{ id, section, title, prose_html, why_html, sentence, action, severity, line },
        change: 'same',
      }));

function review(draft: DraftDocument): Review {
  const valid = clausesOf(draft.source).length > 0;
  const tried = trials.has(draft.hash);
  const outcome = (good: boolean) => (good ? 'passed' : 'failed');
  return {
    draft,
    clauses: clausesOf(draft.source),
    mistakes: [],
    differences: { changes: [], added: [], removed: [], rules: [], words: [] },
    approvals: ['legal', 'security'].map((name) => ({
      ...{ function: name, by: null, at: null, hash: null, what: null },
      standing: 'missing',
    })),
    comments: [],
    checks: [
      { check: 'base', outcome: 'passed', says: `builds on \`${VERSION}\`, which is in force` },
      { check: 'valid', outcome: outcome(valid), says: valid ? 'no mistakes' : 'the policy has a mistake; correct it' },
      { check: 'backtest', outcome: outcome(tried), says: tried ? 'run for exactly this content' : 'run the backtest' },
      { check: 'approvals', outcome: 'failed', says: '`legal` has not approved it; `security` has not approved it' },
    ],
    mine: [],
  };
}

function run(draft: DraftDocument): Backtest {
  const now = new Date().toISOString();
  const burden = { interruptions: 12, per_person_and_week: 0.4, exposed: { pii: 3 } };
  const trial: Backtest = {
    ...{ id: crypto.randomUUID(), hash: draft.hash, from: now, to: now, by: 'admin', began: now },
    ...{ state: 'done', seen: null, why: null },
    report: {
      ...{ records: 1200, distinct: 31, people: 40, weeks: 4, before: burden, after: { ...burden, interruptions: 20 } },
      changes: [
        {
          ...{ from: 'redact', to: 'block', clause: 'DATA-1', exchanges: 8, people: 3 },
          ...{ tools: { chatgpt: 8 }, departments: { Sales: 8 }, examples: [] },
        },
      ],
    },
  };
  trials.set(draft.hash, trial);
  return trial;
}
