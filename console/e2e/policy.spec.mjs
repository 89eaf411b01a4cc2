import { after, before, test } from 'node:test';

import { administrator, launch } from './browser.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

test('the policy reads as a document, with its rules in words and its examples', async () => {
  const { page, close } = await administrator(browser);
  await page.goto('/policy');
  const clause = page
    .getByRole('article')
    .getByRole('region')
    .filter({ hasText: /are redacted/ })
    .first();
  await clause.waitFor();
  const examples = page.getByText(/\d+ examples?, all pass/).first();
  await examples.click();
  await page.getByText('Passes').first().waitFor();
  await page.getByRole('navigation', { name: 'Contents' }).getByRole('link').nth(2).click();
  await page.waitForURL(/\/policy#[A-Z]/);
  await close();
});
