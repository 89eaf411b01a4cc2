import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { administrator, launch, overflow, PHONE, stranger } from './browser.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const PAGES = [
  ['/', 'Overview'],
  ['/exchanges', 'Exchanges'],
  ['/tools', 'Tools'],
  ['/policy', /policy/i],
  ['/drafts', 'Drafts'],
  ['/accounts', 'Accounts'],
  ['/can-i', 'Can I?'],
  ['/no-such-page', 'Not found'],
];

test('nothing is wider than a phone', async () => {
  const { page, close } = await administrator(browser, { viewport: PHONE, isMobile: true, hasTouch: true });
  for (const [path, name] of PAGES) {
    await page.goto(path);
    await page.getByRole('heading', { name, level: 1 }).first().waitFor();
    await page.waitForLoadState('load');
    await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
    assert.ok((await overflow(page)) <= 0, `${path} is ${await overflow(page)} px too wide`);
  }
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Tools' }).click();
  await page.getByRole('heading', { name: 'Tools', level: 1 }).waitFor();
  await close();
});

test('a justification link without meaning is a designed dead end on a phone', async () => {
  const { page, close } = await stranger(browser, { viewport: PHONE });
  await page.goto('/justify/0192d1f0-0000-7000-8000-000000000000?t=nonsense');
  await page.getByRole('main').waitFor();
  assert.ok((await overflow(page)) <= 0);
  await close();
});

test('dark follows the system, can be chosen, and stays chosen', async () => {
  const { page, close } = await administrator(browser, { colorScheme: 'dark' });
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.goto('/tools');
  await page.getByRole('button', { name: 'Light colours' }).waitFor();
  const dark = await paper();
  await page.getByRole('button', { name: 'Light colours' }).click();
  await page.getByRole('button', { name: 'Dark colours' }).waitFor();
  const light = await paper();
  assert.notEqual(light, dark);
  await page.reload();
  await page.getByRole('button', { name: 'Dark colours' }).waitFor();
  assert.equal(await paper(), light);
  await close();
});
