import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { administrator, launch } from './browser.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const focused = (page) =>
  page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.id);

test('the first stop skips the navigation', async () => {
  const { page, close } = await administrator(browser);
  await page.goto('/tools');
  await page.getByRole('row').nth(1).waitFor();
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Skip to the page');
  await page.keyboard.press('Enter');
  assert.equal(await focused(page), 'main');
  await close();
});

test('a slash goes to the search, wherever there is one', async () => {
  const { page, close } = await administrator(browser);
  for (const [path, name] of [
    ['/exchanges', 'Search exchanges'],
    ['/tools', 'Search tools'],
  ]) {
    await page.goto(path);
    await page.getByRole('searchbox', { name }).waitFor();
    await page.keyboard.press('/');
    assert.equal(await focused(page), name);
    assert.equal(await page.getByRole('searchbox', { name }).inputValue(), '');
  }
  await close();
});

test('an exchange opens with Enter, closes with Escape, and the focus comes back', async () => {
  const { page, close } = await administrator(browser);
  await page.goto('/exchanges?action=allow');
  const link = page.getByRole('row').nth(3).getByRole('link').first();
  const target = await link.getAttribute('href');
  await link.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Exchange' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Exchange' }).waitFor({ state: 'detached' });
  await page.waitForFunction((href) => document.activeElement?.getAttribute('href') === href, target);
  await close();
});
