import { expect, test } from 'vitest';

import { pieces, placeholders } from './pieces';

test('findings count bytes, also after characters of several bytes', () => {
  const text = 'Kovács 😀: 536-90-4399, ok';
  const start = new TextEncoder().encode('Kovács 😀: ').length;
  expect(pieces(text, [{ label: 'pii.us_ssn', start, end: start + 11 }])).toEqual([
    { text: 'Kovács 😀: ' },
    { text: '536-90-4399', label: 'pii.us_ssn' },
    { text: ', ok' },
  ]);
});

test('a finding inside another, or beyond the text, is not shown twice', () => {
  const found = [
    { label: 'a', start: 0, end: 4 },
    { label: 'b', start: 2, end: 3 },
    { label: 'c', start: 4, end: 99 },
  ];
  expect(pieces('abcdef', found)).toEqual([{ text: 'abcd', label: 'a' }, { text: 'ef' }]);
});

test('placeholders stand out of a redacted text', () => {
  expect(placeholders('SSN [US_SSN_4F2A], [not one]')).toEqual([
    { text: 'SSN ' },
    { text: '[US_SSN_4F2A]', label: '' },
    { text: ', [not one]' },
  ]);
});
