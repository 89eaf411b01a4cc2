// The OpenAI Node SDK through a running gate; see test_sdks.py for the variables.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, test } from 'node:test'
import OpenAI from 'openai'
import { ProxyAgent, fetch } from 'undici'

const SSN = '536-90-4399'
const proxy = new URL(process.env.BYLAW_PROXY)
const dispatcher = new ProxyAgent({
  uri: proxy.origin,
  token: `Basic ${btoa(`${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`)}`,
  requestTls: { ca: readFileSync(process.env.BYLAW_CA) },
})
const sdk = new OpenAI({ apiKey: 'sandbox', maxRetries: 0, fetch, fetchOptions: { dispatcher } })
after(() => dispatcher.close())

const messages = [{ role: 'user', content: `Repeat: the file of Anna Kovacs has SSN ${SSN}` }]
const received = async () => (await fetch(`${process.env.SANDBOX_ADMIN}/__sandbox/received`)).text()

test('an SSN is replaced for the tool and restored for the person', async () => {
  const answer = await sdk.chat.completions.create({ model: 'gpt-5', messages })
  assert.match(answer.choices[0].message.content, new RegExp(SSN))
  assert.ok(!(await received()).includes(SSN))
})

test('also in a stream', async () => {
  let text = ''
  for await (const chunk of await sdk.chat.completions.create({ model: 'gpt-5', messages, stream: true })) {
    text += chunk.choices[0]?.delta?.content ?? ''
  }
  assert.match(text, new RegExp(SSN))
  assert.ok(!(await received()).includes(SSN))
})

test('a refusal is an error that a person can read', async () => {
  const content = `Why does my upload fail? AWS_ACCESS_KEY_ID=${'AKIA' + 'QYLPMN5HHHFPZAM2'}`
  await assert.rejects(
    sdk.chat.completions.create({ model: 'gpt-5', messages: [{ role: 'user', content }] }),
    (error) => error.status === 403 && /[A-Z]+-\d+/.test(error.message),
  )
})
