import assert from 'node:assert/strict';
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

test('a mistake in a draft is shown with its place and cannot be published', async () => {
  const { page, close } = await administrator(browser);
  await page.goto('/policy/edit');
  const field = page.getByRole('textbox', { name: 'Policy source' });
  const source = await field.inputValue();
  assert.match(source, /then: redact/);
  await field.fill(source.replace('then: redact', 'then: forbid'));
  const checks = page.getByRole('region', { name: 'Checks' });
  await checks
    .getByRole('button', { name: /line \d+, column \d+/ })
    .first()
    .waitFor();
  assert.ok(await page.getByRole('button', { name: 'Publish' }).isDisabled());
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('dialog', { name: 'Leave without publishing?' }).getByRole('button', { name: 'Leave' }).click();
  await page.waitForURL(/\/policy$/);
  await close();
});
