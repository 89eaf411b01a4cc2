import { expect, test } from 'vitest';

import { takeCode } from './code';

function check(address: string, expected: { code: string | undefined; left: string | undefined }) {
  const url = new URL(address, 'https://bylaw.example');
  let left: string | undefined;
  const history = {
    state: null,
    replaceState: (_state: unknown, _unused: string, to?: string | URL | null) => {
      left = String(to);
    },
  };
  expect({ code: takeCode({ location: url, history }).value, left }).toEqual(expected);
}

test('a one-time code is taken out of the address', () => {
  check('/#code=abc', { code: 'abc', left: '/' });
  check('/?code=abc', { code: 'abc', left: '/' });
  check('/policy?code=abc&x=1#DATA-1', { code: 'abc', left: '/policy?x=1#DATA-1' });
  check('/policy#DATA-1', { code: undefined, left: undefined });
});
