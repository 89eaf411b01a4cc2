import { matches, readFilter } from '../../src/features/exchanges/filter.ts';
import type { Check, CheckResult, Justification, Mistake, ToolDecision } from '../../src/shared/api/types.ts';
import { accountsAnswer, clausesOf, draftsAnswer, rolloutNow, versionsNow } from './drafts.ts';
import { policy, source, why } from './policy.ts';
import { tools } from './tools.ts';
import { exchanges } from './traffic.ts';
import { detail, overview } from './views.ts';

interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
}

export class Problem extends Error {
  readonly status: number;
  readonly body: { title: string; detail?: string; errors?: Mistake[] };

  constructor(status: number, title: string, more: { detail?: string; errors?: Mistake[] } = {}) {
    super(title);
    this.status = status;
    this.body = { title, ...more };
  }
}

const PERMISSIONS = {
  administrator:
    'read_overview read_exchanges reveal_people read_tools decide_tools read_policy write_policy publish_policy review_policy manage_users check justify hold_session',
  employee: 'read_tools read_policy check justify hold_session',
};
type Role = keyof typeof PERMISSIONS;

const session = (role: Role) => ({
  user: { name: role === 'employee' ? 'jo.marsh' : 'admin', role, person_id: null, functions: [] },
  csrf: 'mock',
  permissions: PERMISSIONS[role].split(' '),
  expires_at: new Date(Date.now() + 43_200_000).toISOString(),
});

const signedIn = (role: Role): Answer => ({
  body: session(role),
  headers: { 'set-cookie': `bylaw_session=${role}; Path=/; HttpOnly; SameSite=Lax` },
});

/** Any name and password will do; `employee` sees what employees see; the password `wrong` is. */
export function respond(request: string, query: URLSearchParams, body: unknown, cookie: string): Answer {
  const [method = '', path = ''] = request.split(' ');
  const role = /bylaw_session=(\w+)/.exec(cookie)?.[1] as Role | undefined;
  if (path.startsWith('/session')) {
    return sessions(method, path, body, role);
  }
  if (path.startsWith('/justifications/')) {
    return justification(method, path.slice('/justifications/'.length));
  }
  if (!role) {
    throw new Problem(401, 'Not signed in');
  }
  return signed(method, path, query, body);
}

function sessions(method: string, path: string, body: unknown, role: Role | undefined): Answer {
  if (path === '/session/one-time') {
    const { code } = body as { code: string };
    if (code === 'used') {
      throw new Problem(401, 'This code no longer works');
    }
    return signedIn('administrator');
  }
  if (method === 'POST') {
    const { name, password } = body as { name: string; password: string };
    if (password === 'wrong') {
      throw new Problem(401, 'Wrong name or password');
    }
    return signedIn(name === 'employee' ? 'employee' : 'administrator');
  }
  if (method === 'DELETE') {
    return { status: 204, headers: { 'set-cookie': 'bylaw_session=; Path=/; Max-Age=0' } };
  }
  if (!role) {
    throw new Problem(401, 'Not signed in');
  }
  return { body: session(role) };
}

function signed(method: string, path: string, query: URLSearchParams, body: unknown): Answer {
  const [, noun = '', id = '', part = ''] = path.split('/');
  switch (`${method} ${noun}`) {
    case 'GET overview':
      return { body: overview(Date.parse(query.get('from') ?? ''), Date.parse(query.get('to') ?? '')) };
    case 'GET exchanges':
      return id ? oneExchange(id, query.get('reveal') === 'true') : { body: page(query) };
    case 'GET tools':
      return { body: id ? find(tools, id) : tools };
    case 'PUT tools':
      return {
        body:
          part === 'decision'
            ? Object.assign(find(tools, id), body as ToolDecision, {
                decided_by: 'admin',
                decided_at: new Date().toISOString(),
              })
            : undefined,
      };
    case 'GET in-house-models':
      return { body: [] };
    case 'GET policy':
      return { body: policyPart(id) };
    case 'POST policy':
      return { body: checked(id, (body as { source: string }).source) };
    case 'GET users':
    case 'PUT users':
      return { body: accountsAnswer(method, id, body) };
    case 'GET drafts':
    case 'POST drafts':
    case 'PUT drafts':
    case 'DELETE drafts':
      return { body: draftsAnswer(method, id, part, body) };
    case 'POST check':
      return { body: check(body as Check) };
    default:
      throw new Problem(404, 'Nothing is here');
  }
}

function find<T extends { id: string }>(among: T[], id: string): T {
  const found = among.find((each) => each.id === id);
  if (!found) {
    throw new Problem(404, `There is no \`${id}\``);
  }
  return found;
}

const oneExchange = (id: string, reveal: boolean): Answer => ({ body: detail(find(exchanges, id), reveal) });

function page(query: URLSearchParams) {
  const { q, ...filter } = readFilter(query);
  const start = Number(query.get('cursor') ?? 0);
  const limit = Number(query.get('limit') ?? 50);
  const text = (q ?? '').toLowerCase();
  const all = exchanges
    .filter((each) => matches(filter, each) && JSON.stringify(each).toLowerCase().includes(text))
    .reverse();
  return {
    items: all.slice(start, start + limit),
    next_cursor: start + limit < all.length ? String(start + limit) : null,
  };
}

function lint(text: string): Mistake[] {
  return text.split('\n').flatMap((content, index): Mistake[] => {
    const at = content.indexOf('forbid');
    const long = content.includes('unless: tool is aproved');
    return [
      ...(at >= 0
        ? [
            {
              line: index + 1,
              column: at + 1,
              message: 'unknown action `forbid`',
              remedy: 'use one of allow, coach, justify, redact, block',
              severity: 'error' as const,
            },
          ]
        : []),
      ...(long
        ? [
            {
              line: index + 1,
              column: 17,
              message: 'unknown tool state `aproved`',
              remedy: 'did you mean `approved`?',
              severity: 'warning' as const,
            },
          ]
        : []),
    ];
  });
}

function policyPart(part: string): unknown {
  switch (part) {
    case 'source':
      return source;
    case 'versions':
      return versionsNow();
    case 'rollout':
      return rolloutNow();
    case 'library':
      return [];
    default:
      return policy;
  }
}

const checked = (part: string, text: string) =>
  part === 'preview' ? { clauses: clausesOf(text) } : { mistakes: lint(text) };

const SSN = /\b\d{3}-\d{2}-\d{4}\b/g;

function check({ text, tool }: Check): CheckResult {
  const chosen = find(tools, tool);
  const given = text ?? '';
  const bytes = (part: string) => new TextEncoder().encode(part).length;
  const findings = [...given.matchAll(SSN)].map((match) => ({
    label: 'pii.us_ssn',
    start: bytes(given.slice(0, match.index)),
    end: bytes(given.slice(0, match.index)) + 11,
    confidence: 0.98,
    excerpt: `•••-••-${match[0].slice(-4)}`,
  }));
  const approved = chosen.approved_for.includes('pii');
  const action = chosen.state === 'denied' ? 'block' : findings.length > 0 && !approved ? 'redact' : 'allow';
  const id = { block: 'TOOL-1', redact: 'DATA-1', allow: 'USE-1' }[action];
  const clause = find(policy.clauses, id);
  return {
    verdict: {
      action,
      sentence: clause.sentence ?? '',
      held_back: null,
      clauses: [
        {
          id,
          title: clause.title,
          why: why(clause),
          action,
          severity: clause.severity ?? 'medium',
        },
      ],
    },
    findings,
    redacted_text: action === 'redact' ? given.replaceAll(SSN, '[US_SSN_4F2A]') : null,
    facts: {
      activity: 'prompt',
      person: { kind: 'employee', department: null, groups: [], risk: 'low', training: [], attested: false },
      tool: { id: chosen.id, category: chosen.category, state: chosen.state, approved_for: chosen.approved_for },
      account: 'corporate',
      labels: findings.length > 0 ? { 'pii.us_ssn': findings.length } : {},
      purpose: 'summarising',
      sandbox: false,
      visibility: 'content',
      exempt: [],
    },
  };
}

/** `/justify/expired`, `/justify/given`, `/justify/unknown`; every other id is open. */
function justification(method: string, id: string): Answer {
  if (id === 'expired') {
    throw new Problem(410, 'This link has expired');
  }
  if (id === 'unknown') {
    throw new Problem(404, 'There is no such exchange');
  }
  const clause = find(policy.clauses, 'DATA-3');
  const given = method === 'POST' || id === 'given';
  const body: Justification = {
    exchange: {
      id,
      tool: 'chatgpt',
      tool_name: 'ChatGPT',
      at: new Date(Date.now() - 90_000).toISOString(),
      clauses: [{ id: clause.id, title: clause.title, sentence: clause.sentence, why: why(clause) }],
    },
    state: given ? 'given' : 'open',
    until: given ? new Date(Date.now() + 900_000).toISOString() : null,
  };
  return { body };
}
