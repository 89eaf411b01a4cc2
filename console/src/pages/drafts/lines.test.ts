import { expect, test } from 'vitest';

import { lineDifferences } from './lines';

test.each([
  ['a\nb\nc', 'a\nb\nc', []],
  ['a\nb\nc', 'a\nx\nc', ['- b', '+ x']],
  ['a\nc', 'a\nb\nc', ['+ b']],
  ['a\nb\nc', 'a\nc', ['- b']],
  ['a\nb\nc\nd', 'x\nb\nc\ny', ['- a', '+ x', '- d', '+ y']],
  ['', 'a', ['- ', '+ a']],
])('%j to %j', (first, second, expected) => {
  expect(lineDifferences(first, second)).toEqual(expected);
});
