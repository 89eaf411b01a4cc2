import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { administrator, launch, stranger, violations } from './browser.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const PAGES = [
  ['/', (page) => page.getByRole('region', { name: 'In short' })],
  ['/exchanges', (page) => page.getByRole('row').nth(1)],
  ['/exchanges?action=redact', openFirst],
  ['/tools', (page) => page.getByRole('row').nth(1)],
  ['/policy', (page) => page.getByRole('article')],
  ['/drafts', (page) => page.getByRole('region', { name: 'Versions' })],
  ['/drafts', beginDraft],
  ['/drafts', openReview],
  ['/accounts', (page) => page.getByRole('button', { name: /^Functions of/ }).first()],
  ['/can-i', (page) => page.getByRole('button', { name: 'Can I send this?' })],
  ['/evidence', (page) => page.getByRole('row').nth(1)],
  ['/evidence?view=coverage', (page) => page.getByRole('region', { name: 'Never opened' })],
  ['/evidence?view=frameworks', (page) => page.getByRole('region', { name: 'GDPR' })],
  ['/audit', (page) => page.getByRole('row').nth(1)],
  ['/privacy', (page) => page.getByRole('button', { name: 'Ask for erasure' })],
];

async function beginDraft(page) {
  await page.getByRole('button', { name: 'Begin a draft' }).click();
  return page.getByRole('textbox', { name: 'Policy source' });
}

async function openReview(page) {
  await page.getByRole('region', { name: 'Drafts' }).getByRole('link').first().click();
  return page.getByRole('region', { name: 'Approvals' });
}

async function openFirst(page) {
  await page.getByRole('row').nth(1).getByRole('link').first().click();
  return page.getByRole('dialog').getByRole('region', { name: 'Verdict' });
}

for (const colorScheme of ['light', 'dark']) {
  test(`every page passes axe in ${colorScheme} colours`, async () => {
    const { page, close } = await administrator(browser, { colorScheme, reducedMotion: 'reduce' });
    for (const [path, ready] of PAGES) {
      await page.goto(path);
      await (await ready(page)).waitFor();
      await page.waitForTimeout(400);
      assert.deepEqual(await violations(page), [], path);
    }
    await close();
  });
}

test('the sign-in page passes axe', async () => {
  const { page, close } = await stranger(browser);
  await page.goto('/sign-in');
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  assert.deepEqual(await violations(page), []);
  await close();
});
