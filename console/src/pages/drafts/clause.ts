import type { Action, Severity } from '~shared/api/types';

/** What the form asks: for whom, with which data, at which tools, what happens. */
export interface ClauseChoice {
  section: string;
  title: string;
  prose: string;
  why: string;
  labels: string[];
  tool: keyof typeof TOOLS;
  person: keyof typeof PEOPLE;
  account: keyof typeof ACCOUNTS;
  action: Action;
  severity: Severity;
}

type Condition = { label: string; when?: string; unless?: string };

/** Tools, as the form calls them and as a rule says it. */
export const TOOLS = {
  any: { label: 'Any tool' },
  not_approved_for: { label: 'Tools that are not approved for this data', unless: 'tool is approved for the data' },
  not_approved: { label: 'Tools that are not approved', when: 'tool is not approved' },
  unreviewed: { label: 'Tools that nobody has reviewed', when: 'tool is unreviewed' },
  under_review: { label: 'Tools under review', when: 'tool is under review' },
  denied: { label: 'Denied tools', when: 'tool is denied' },
} as const satisfies Record<string, Condition>;

export const PEOPLE = {
  everyone: { label: 'Everyone' },
  employee: { label: 'Employees', when: 'person is employee' },
  external: { label: 'Contractors and vendors', when: 'person is contractor or vendor' },
  risky: { label: 'People at high risk', when: 'risk is high' },
} as const satisfies Record<string, Condition>;

export const ACCOUNTS = {
  any: { label: 'Any account' },
  personal: { label: 'Personal or no account', when: 'account is personal or anonymous' },
  corporate: { label: 'The company’s account', when: 'account is corporate' },
} as const satisfies Record<string, Condition>;

const MARK = '```';

/** The clause as Markdown, with the rule that its choices make. */
export function clauseMarkdown(id: string, choice: ClauseChoice): string {
  const parts = [`### ${id} ${choice.title.trim()}`, choice.prose.trim()];
  const why = choice.why.trim();
  if (why) {
    parts.push('', `> Why: ${why.replaceAll('\n', '\n> ')}`);
  }
  return [...parts, '', `${MARK}rule`, ...ruleLines(choice), MARK].join('\n');
}

function ruleLines({ labels, tool, person, account, action, severity }: ClauseChoice): string[] {
  const chosen: Condition[] = [TOOLS[tool], PEOPLE[person], ACCOUNTS[account]];
  const of = (key: 'when' | 'unless') => chosen.flatMap((condition) => condition[key] ?? []);
  const lines = ['on: [prompt, upload]'];
  if (labels.length > 0) {
    lines.push(labels.length === 1 ? `data: ${labels[0]}` : `data: [${labels.join(', ')}]`);
  }
  for (const key of ['when', 'unless'] as const) {
    lines.push(...conditions(key, of(key)));
  }
  return [...lines, `then: ${action}`, `severity: ${severity}`];
}

function conditions(key: string, sentences: string[]): string[] {
  if (sentences.length < 2) {
    return sentences.map((sentence) => `${key}: ${sentence}`);
  }
  return [`${key}:`, ...sentences.map((sentence) => `  - ${sentence}`)];
}

/** The next number that no clause of this prefix has, as in `DATA-7`. */
export function nextId(source: string, prefix: string): string {
  const taken = [...source.matchAll(new RegExp(`^#+ ${prefix}-(\\d+)\\b`, 'gm'))].map((match) => Number(match[1]));
  return `${prefix}-${Math.max(0, ...taken) + 1}`;
}

/** The document with a clause at the end of a section, or in a new section at its end. */
export function insert(source: string, section: string, clause: string): string {
  const lines = source.trimEnd().split('\n');
  const headings = outline(lines);
  const start = headings.find(({ rank, title }) => rank === 2 && title === section);
  const after = start && headings.find(({ line, rank }) => line > start.line && rank <= 2);
  const at = start ? (after?.line ?? lines.length) : lines.length;
  const before = lines.slice(0, at).join('\n').trimEnd();
  const parts = start ? [before, clause] : [before, `## ${section}`, clause];
  return `${[...parts, ...(at < lines.length ? [lines.slice(at).join('\n')] : [])].join('\n\n')}\n`;
}

/** The headings of the second rank. */
export function sections(source: string): string[] {
  return outline(source.split('\n'))
    .filter(({ rank }) => rank === 2)
    .map(({ title }) => title);
}

/** Headings outside code blocks, each with its line. */
function outline(lines: string[]) {
  let fenced = false;
  return lines.flatMap((text, line) => {
    fenced = text.trimStart().startsWith(MARK) ? !fenced : fenced;
    const heading = fenced ? null : /^(#+) (.+)$/.exec(text);
    return heading ? [{ line, rank: heading[1]?.length ?? 0, title: heading[2]?.trim() ?? '' }] : [];
  });
}
