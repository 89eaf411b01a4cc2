// A real browser on the tool's own page, through a running gate; see test_sdks.py for the variables.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { chromium } from '../console/node_modules/playwright-core/index.mjs'

const SSN = '536-90-4399'
const proxy = new URL(process.env.BYLAW_PROXY)
const home = mkdtempSync(join(tmpdir(), 'bylaw-chat-'))
let browser, context

before(async () => {
  // A home whose certificate store trusts Bylaw's authority, as an administrator would set it up.
  const store = join(home, '.pki', 'nssdb')
  mkdirSync(store, { recursive: true })
  const certutil = (...args) => execFileSync('certutil', ['-d', `sql:${store}`, ...args])
  certutil('-N', '--empty-password')
  certutil('-A', '-n', 'Bylaw', '-t', 'C,,', '-i', process.env.BYLAW_CA)
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking', '--disable-quic'],
    env: { ...process.env, HOME: home },
    proxy: { server: proxy.origin, username: decodeURIComponent(proxy.username), password: decodeURIComponent(proxy.password) },
  })
  context = await browser.newContext()
})
after(async () => {
  await browser?.close()
  rmSync(home, { recursive: true, force: true })
})

async function chat(text) {
  const page = await context.newPage()
  await page.goto('https://chatgpt.com/')
  await page.getByLabel('Message').fill(text)
  await page.getByRole('button', { name: 'Send' }).click()
  return page
}

const received = async () => (await fetch(`${process.env.SANDBOX_ADMIN}/__sandbox/received`)).text()

test('a harmless prompt is answered', async () => {
  const page = await chat('Brainstorm five slogans for a bakery')
  await page.locator('article:not(.you)').filter({ hasText: /\w{3}/ }).waitFor()
  assert.equal(await page.getByRole('alert').count(), 0)
})

test('an SSN is a placeholder at the tool and itself on the page', async () => {
  const page = await chat(`Repeat: the file of Anna Kovacs has SSN ${SSN}`)
  await page.locator('article:not(.you)').filter({ hasText: SSN }).waitFor()
  assert.ok(!(await received()).includes(SSN))
})

test('the page shows why a prompt was refused', async () => {
  const page = await chat(`Why does AWS_ACCESS_KEY_ID=${'AKIA' + 'QYLPMN5HHHFPZAM2'} fail?`)
  await page.getByRole('alert').filter({ hasText: /[A-Z]+-\d+/ }).waitFor()
})

test('opening a denied tool shows the coaching page', async () => {
  const page = await context.newPage()
  const answer = await page.goto('https://chat.deepseek.com/')
  assert.equal(answer.status(), 403)
  await page.getByRole('heading', { level: 1 }).waitFor()
  assert.match(await page.locator('body').innerText(), /[A-Z]+-\d+/)
})
