import { expect, test } from 'vitest';

import type { Overview, Tool } from '~shared/api/types';

import { concerns, headline } from './headline';

const overview: Overview = {
  range: { from: '2026-11-17T12:00:00Z', to: '2026-11-18T12:00:00Z', bucket_seconds: 3600 },
  totals: { exchanges: 200, people: 30, tools: 4, interventions: 20 },
  by_action: [],
  by_tool: [],
  by_label: [],
  top_clauses: [
    { clause: 'USE-1', title: 'Public information may be used', count: 90, action: 'allow' },
    { clause: 'DATA-1', title: 'Personal data stays out of unapproved tools', count: 12, action: 'redact' },
  ],
  departments: [
    { department: 'Support', exchanges: 40, interventions: 10, people: 6 },
    { department: 'Legal', exchanges: 160, interventions: 10, people: 6 },
  ],
  people: [{ pseudonym: 'amber-heron', exchanges: 9, interventions: 8 }],
};

function tool(name: string, state: Tool['state'], exchanges: number): Tool {
  const counts = { exchanges, people: 1, last_seen: null, by_action: {} };
  const undecided = { approved_for: [], decided_by: null, decided_at: null, until: null, reason: null };
  const unknown = { training: {}, retention: null, certifications: null, regions: null, sources: [] };
  const facts: Tool['facts'] = { ...unknown, sso: 'unknown', scim: 'unknown' };
  const rest = { vendor: '', category: 'chatbot', hosts: [], tenant_control: null, facts } satisfies Partial<Tool>;
  return { id: name.toLowerCase(), name, state, ...counts, ...undecided, ...rest, inspection: 'possible' };
}

test('the headline says what happened and why most often', () => {
  const check = (totals: Partial<Overview['totals']>, expected: string) =>
    expect(headline({ ...overview, totals: { ...overview.totals, ...totals } }, 'today')).toBe(expected);
  check({ exchanges: 0 }, 'Nobody used an AI tool today.');
  check({ interventions: 0 }, 'All 200 exchanges today kept to the policy.');
  check(
    {},
    'The policy stepped in on 20 of 200 exchanges today. Most often for DATA-1: personal data stays out of unapproved tools.',
  );
});

test('concerns name what is unusual and nothing else', () => {
  const tools = [tool('DeepSeek', 'denied', 4), tool('Otter', 'unreviewed', 2), tool('Idle', 'unreviewed', 0)];
  expect(concerns(overview, tools).map((concern) => concern.says)).toEqual([
    'DeepSeek is denied, yet people still try.',
    'Otter is in use and was never reviewed.',
    'In Support, the policy steps in on 25% of exchanges; it is 10% overall.',
    'One person, amber-heron, accounts for 40% of the interventions: a talk may help more than a rule.',
  ]);
  expect(concerns({ ...overview, departments: [], people: [] }, [])).toEqual([]);
});
