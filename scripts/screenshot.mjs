#!/usr/bin/env node
// The README's picture, from a running demo: scripts/screenshot.mjs SIGN_IN_LINK [FILE] [PATH]
import { chromium } from '../console/node_modules/playwright-core/index.mjs'

const [link, file = 'docs/images/overview.png', path = '/'] = process.argv.slice(2)
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-background-networking'],
})
const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, deviceScaleFactor: 1 })
await page.goto(link)
await page.getByRole('navigation', { name: 'Main' }).waitFor()
if (path !== '/') await page.goto(new URL(path, link).href)
await page.waitForTimeout(3000)
await page.screenshot({ path: file })
await browser.close()
