import { expect, test } from 'vitest';

import { type ClauseChoice, clauseMarkdown, insert, nextId, sections } from './clause';

const choice: ClauseChoice = {
  section: 'Data',
  title: 'Health data',
  prose: 'Health data stays here.',
  why: '',
  labels: ['phi'],
  tool: 'not_approved_for',
  person: 'everyone',
  account: 'any',
  action: 'block',
  severity: 'high',
};

test('choices make a rule', () => {
  expect(clauseMarkdown('DATA-2', choice)).toBe(
    [
      '### DATA-2 Health data',
      'Health data stays here.',
      '',
      '```rule',
      'on: [prompt, upload]',
      'data: phi',
      'unless: tool is approved for the data',
      'then: block',
      'severity: high',
      '```',
    ].join('\n'),
  );
  const more = { ...choice, labels: [], tool: 'unreviewed', person: 'external', why: 'We answer for it.' } as const;
  const markdown = clauseMarkdown('DATA-2', { ...more, labels: [] });
  expect(markdown).toContain('> Why: We answer for it.');
  expect(markdown).toContain('when:\n  - tool is unreviewed\n  - person is contractor or vendor\nthen: block');
});

const source = '---\n---\n## Data\n\n### DATA-1 One\n```rule\n## no heading\n```\n\n## People\n\n### PEOPLE-1 Two\n';

test.each([
  ['Data', '## Data\n\n### DATA-1 One\n```rule\n## no heading\n```\n\nNEW\n\n## People'],
  ['People', '### PEOPLE-1 Two\n\nNEW\n'],
  ['Tools', '### PEOPLE-1 Two\n\n## Tools\n\nNEW\n'],
])('a clause goes to the end of %s', (section, expected) => {
  expect(insert(source, section, 'NEW')).toContain(expected);
});

test('ids and sections are read from the document', () => {
  expect([nextId(source, 'DATA'), nextId(source, 'NEW')]).toEqual(['DATA-2', 'NEW-1']);
  expect(sections(source)).toEqual(['Data', 'People']);
});
