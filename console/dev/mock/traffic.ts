import type { ExchangeSummary, Tool } from '../../src/shared/api/types.ts';
import { policy } from './policy.ts';
import { Chance } from './random.ts';
import { tools, weights } from './tools.ts';

const chance = new Chance(20_261_118);
const DEPARTMENTS = [
  ['Support', 11],
  ['Engineering', 13],
  ['Sales', 8],
  ['Finance', 5],
  ['Legal', 3],
  ['Marketing', 7],
] as const;
const COLOURS = ['amber', 'slate', 'coral', 'olive', 'azure', 'umber', 'ivory', 'plum'];
const BIRDS = ['heron', 'wren', 'plover', 'siskin', 'curlew'];
const people = COLOURS.flatMap((colour) =>
  BIRDS.map((bird) => ({ pseudonym: `${colour}-${bird}`, department: chance.weigh(DEPARTMENTS) })),
);

export const FOUND: Record<string, [label: string, excerpt: string][]> = {
  'DATA-1': [
    ['pii.us_ssn', '•••-••-4399'],
    ['pii.email', '•••@example.com'],
    ['pii.phone', '•••• •• 4417'],
    ['financial.iban', '•••••••• 3000'],
  ],
  'DATA-2': [
    ['phi.diagnosis', '•••••'],
    ['pii.person', '•••••'],
  ],
  'DATA-3': [
    ['source_code.rust', '•••••'],
    ['source_code.python', '•••••'],
  ],
  'DATA-4': [
    ['secret.aws_key', '•••• 7QFA'],
    ['secret.github_token', '•••• x9Zk'],
  ],
  'DATA-5': [['marking.confidential', 'CONFIDENTIAL']],
};
const OUTCOMES = {
  allow: ['forwarded'],
  coach: ['coached', 'acknowledged'],
  justify: ['held', 'justified'],
  redact: ['redacted'],
  block: ['blocked'],
} as const;
const MODELS: Record<string, string> = {
  chatgpt: 'gpt-5.2',
  claude: 'claude-sonnet-5',
  gemini: 'gemini-3-pro',
  'openai-api': 'gpt-5.2-mini',
  'anthropic-api': 'claude-haiku-5',
};

let sequence = 0;

function newId(at: number): string {
  sequence += 1;
  const time = at.toString(16).padStart(12, '0');
  const rest = (sequence * 2_654_435_761).toString(16).padStart(12, '0').slice(-12);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${rest.slice(0, 3)}-8${rest.slice(3, 6)}-${rest}`;
}

function clauseFor(tool: string, department: string) {
  const strict = department === 'Support' ? 3 : 1;
  return tool === 'deepseek'
    ? 'TOOL-1'
    : chance.weigh([
        ['USE-1', 70],
        ['', 10],
        ['DATA-1', 7 * strict],
        ['USE-2', 6],
        ['DATA-3', 4],
        ['DATA-4', 1.5],
        ['DATA-5', 1],
        ['DATA-2', 0.7],
      ] as const);
}

export function happen(at: number): ExchangeSummary {
  const person = people[Math.floor(chance.next() ** 1.7 * people.length)] ?? chance.pick(people);
  const toolId = chance.weigh(weights);
  const tool = tools.find((each) => each.id === toolId) ?? chance.pick(tools);
  const seen = tool.inspection === 'pinned' ? UNSEEN : inspected(tool, person.department);
  return {
    id: newId(at),
    at: new Date(at).toISOString(),
    source: chance.next() < 0.03 ? 'check' : 'proxy',
    person: person.pseudonym,
    person_kind: 'employee',
    department: person.department,
    tool: tool.id,
    tool_name: tool.name,
    activity: seen.clause === 'DATA-5' || chance.next() < 0.08 ? 'upload' : 'prompt',
    account: account(tool, seen.clause),
    outcome: chance.pick(OUTCOMES[seen.action]),
    bytes_up: 300 + chance.below(9000),
    model: MODELS[tool.id] ?? null,
    ...seen,
  };
}

type Seen = Pick<ExchangeSummary, 'action' | 'clause' | 'clauses' | 'labels' | 'visibility' | 'uninspected'>;

const UNSEEN: Seen = {
  action: 'allow',
  clause: null,
  clauses: [],
  labels: [],
  visibility: 'flow',
  uninspected: 'pass_through',
};

function inspected(tool: Tool, department: string): Seen {
  const clause = clauseFor(tool.id, department);
  const action = policy.clauses.find((each) => each.id === clause)?.action;
  const found = FOUND[clause] ?? [];
  return {
    action: action ?? (chance.next() < 0.8 ? 'allow' : 'coach'),
    clause: clause || null,
    clauses: ['DATA-1', clause]
      .slice(clause === 'DATA-2' ? 0 : 1)
      .filter(Boolean)
      .reverse(),
    labels: found.filter((_, index) => index === 0 || chance.next() < 0.45).map(([label]) => label),
    visibility: 'content',
    uninspected: null,
  };
}

function account(tool: Tool, clause: string | null | undefined): ExchangeSummary['account'] {
  if (clause === 'USE-2') {
    return 'personal';
  }
  return tool.state === 'approved' ? 'corporate' : chance.pick(['corporate', 'personal', 'unknown'] as const);
}

/** More by day than by night. */
function busy(at: number): number {
  const date = new Date(at);
  const hour = date.getUTCHours();
  const shape = Math.max(0.05, Math.sin(((hour - 6) / 13) * Math.PI));
  return shape;
}

const now = Date.now();
export const exchanges: ExchangeSummary[] = [];
for (let at = now - 7 * 86_400_000; at < now; at += 30_000 + chance.below(60_000)) {
  if (chance.next() < busy(at) || now - at < 3_600_000) {
    exchanges.push(happen(at));
  }
}

/** Something happens every second or two, for as long as somebody watches. */
export function stream(tell: (exchange: ExchangeSummary) => void): () => void {
  const timer = setInterval(() => {
    const exchange = happen(Date.now());
    exchanges.push(exchange);
    tell(exchange);
  }, 1700);
  return () => clearInterval(timer);
}
