import { expect, test } from 'vitest';

import type { ExchangeSummary } from '~shared/api/types';

import { exchangesLink, type Filter, matches, readFilter } from './filter';

const exchange: ExchangeSummary = {
  id: '0192d1f0-0000-7000-8000-000000000001',
  at: '2026-11-18T11:06:40.120Z',
  source: 'proxy',
  person: 'amber-heron',
  person_kind: 'employee',
  department: 'Support',
  tool: 'chatgpt',
  tool_name: 'ChatGPT',
  activity: 'prompt',
  account: 'personal',
  action: 'redact',
  outcome: 'redacted',
  clause: 'DATA-1',
  clauses: ['DATA-1', 'USE-3'],
  labels: ['pii.us_ssn'],
  visibility: 'content',
  uninspected: null,
  bytes_up: 812,
  model: null,
};

function check(filter: Filter, expected: boolean) {
  expect(matches(filter, exchange), JSON.stringify(filter)).toBe(expected);
}

test('an exchange that arrives live is held against the filter', () => {
  check({}, true);
  check({ action: 'redact', tool: 'chatgpt' }, true);
  check({ action: 'redact', tool: 'claude' }, false);
  check({ label: 'pii' }, true);
  check({ label: 'pii.us_ssn' }, true);
  check({ label: 'pii.us' }, false);
  check({ clause: 'USE-3' }, true);
  check({ from: '2026-11-18T11:00:00Z', to: '2026-11-18T12:00:00Z' }, true);
  check({ to: '2026-11-18T11:00:00Z' }, false);
});

test('a filter survives the address', () => {
  const filter: Filter = { action: 'block', q: 'SSN & more', department: 'R&D' };
  expect(readFilter(new URLSearchParams(exchangesLink(filter).split('?')[1]))).toEqual(filter);
});
