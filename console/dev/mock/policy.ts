import type { ClauseExample, Policy, PolicyClause } from '../../src/shared/api/types.ts';

type Clause = Pick<PolicyClause, 'id' | 'section' | 'title' | 'prose_html'> & Partial<PolicyClause>;
type Example = Pick<ClauseExample, 'says' | 'tool' | 'expect'> & Partial<ClauseExample>;

/** An example that passes, of a prompt to which no clause applies, unless `given` says otherwise. */
const example = (given: Example): ClauseExample => ({ clauses: [], file: null, got: null, passes: true, ...given });

const clauses: Clause[] = [
  {
    id: 'SCOPE-1',
    section: 'Scope',
    title: 'Whom this policy binds',
    prose_html:
      '<p>It binds employees, contractors and vendors with access to our systems, whenever they use public generative AI, AI inside other products, or models we run ourselves.</p>',
  },
  {
    id: 'DATA-1',
    section: 'Data handling',
    title: 'Personal data stays out of unapproved tools',
    prose_html:
      '<p>Names, addresses, identity numbers and other personal data must not be entered into an AI tool that has not been approved for personal data.</p>',
    why_html: '<p>What a public model receives may be kept, reviewed by people or used for training.</p>',
    sentence:
      'Prompts and uploads that contain personal data are redacted, unless the tool is approved for personal data.',
    action: 'redact',
    severity: 'high',
    labels: ['pii'],
    rule_source:
      'on: [prompt, upload]\ndata: pii\nunless: tool is approved for pii\nthen: redact\nseverity: high\nif uninspected: block',
    examples: [
      example({
        says: 'Write a birthday greeting for our newsletter',
        tool: 'chatgpt',
        expect: 'allow',
      }),
      example({
        says: 'Complaint from Anna Kovacs, SSN 536-90-4399: summarise it',
        tool: 'chatgpt',
        expect: 'redact',
        clauses: ['DATA-1'],
      }),
      example({
        says: 'Draft a reply to jo.marsh@example.com about her refund',
        tool: 'deepseek',
        expect: 'redact',
        clauses: ['DATA-1'],
      }),
      example({ says: 'Explain what an SSN is', tool: 'chatgpt', expect: 'allow' }),
    ],
  },
  {
    id: 'DATA-2',
    section: 'Data handling',
    title: 'Health data never leaves',
    prose_html:
      '<p>Diagnoses, treatments and anything else that says how an identifiable person is must not be sent to any AI tool outside our own systems.</p>',
    why_html: '<p>The law protects health data more than any other, and a leak cannot be undone.</p>',
    sentence:
      'Prompts and uploads that contain health data are blocked, unless the tool is one the organisation runs itself.',
    action: 'block',
    severity: 'critical',
    labels: ['phi'],
    rule_source:
      'on: [prompt, upload]\ndata: phi\nunless: tool is self_hosted\nthen: block\nseverity: critical\nif uninspected: block',
    examples: [
      example({
        says: 'Patient Maria Lopez, dx E11.9, started metformin: write the letter',
        tool: 'claude',
        expect: 'block',
        clauses: ['DATA-2', 'DATA-1'],
      }),
      example({ says: 'What does ICD-10 code E11.9 mean?', tool: 'claude', expect: 'allow' }),
    ],
  },
  {
    id: 'DATA-3',
    section: 'Data handling',
    title: 'Source code goes to approved coding tools only',
    prose_html:
      '<p>Code of ours may be pasted into tools approved for source code. Elsewhere, say why it is needed first.</p>',
    why_html: '<p>Our code is what we sell, and it names our internal systems.</p>',
    sentence:
      'Prompts and uploads that contain source code need a stated reason, unless the tool is approved for source code.',
    action: 'justify',
    severity: 'medium',
    labels: ['source_code'],
    rule_source: 'on: [prompt, upload]\ndata: source_code\nunless: tool is approved for source_code\nthen: justify',
    examples: [
      example({
        says: 'fn main() { let db = connect("ledger-prod"); … } why does this deadlock?',
        tool: 'chatgpt',
        expect: 'justify',
        clauses: ['DATA-3'],
      }),
      example({
        says: 'How do I reverse a list in Python?',
        tool: 'chatgpt',
        expect: 'allow',
        passes: false,
        got: 'justify DATA-3: the words “reverse a list” were taken for code',
      }),
    ],
  },
  {
    id: 'DATA-4',
    section: 'Data handling',
    title: 'Credentials are never sent',
    prose_html:
      '<p>Passwords, keys and tokens must not be sent to any tool, approved or not. A credential that was sent must be changed.</p>',
    sentence: 'Prompts and uploads that contain credentials and secrets are blocked.',
    action: 'block',
    severity: 'critical',
    labels: ['secret'],
    rule_source: 'on: [prompt, upload]\ndata: secret\nthen: block\nseverity: critical',
    examples: [
      example({
        says: 'AWS_ACCESS_KEY_ID=AKIA… why is access denied?',
        tool: 'copilot',
        expect: 'block',
        clauses: ['DATA-4'],
      }),
      example({ says: 'How long should an API key be?', tool: 'copilot', expect: 'allow' }),
    ],
  },
  {
    id: 'DATA-5',
    section: 'Data handling',
    title: 'Marked documents stay inside',
    prose_html: '<p>Documents marked CONFIDENTIAL or INTERNAL ONLY must not be given to public tools.</p>',
    sentence:
      'Uploads that contain classification markings are blocked, unless the tool is approved for classification markings.',
    action: 'block',
    severity: 'high',
    labels: ['marking'],
    examples: [
      example({
        says: 'INTERNAL ONLY – Q3 pipeline review',
        tool: 'gemini',
        file: 'pipeline.txt',
        expect: 'block',
        clauses: ['DATA-5'],
      }),
      example({ says: 'Make this memo sound friendlier', tool: 'gemini', expect: 'allow' }),
    ],
  },
  {
    id: 'USE-1',
    section: 'Acceptable use',
    title: 'Public information may be summarised anywhere',
    prose_html:
      '<p>Summarising public information, brainstorming marketing content and learning are welcome in every tool that is not denied.</p>',
    sentence: 'Prompts for summarising and brainstorming are allowed.',
    action: 'allow',
    severity: 'info',
    examples: [
      example({ says: 'Summarise this press release', tool: 'chatgpt', expect: 'allow', clauses: ['USE-1'] }),
      example({ says: 'Ten slogans for a summer sale', tool: 'claude', expect: 'allow', clauses: ['USE-1'] }),
    ],
  },
  {
    id: 'USE-2',
    section: 'Prohibited use',
    title: 'Company work needs a company account',
    prose_html: '<p>Personal subscriptions must not be used for company work.</p>',
    why_html: '<p>What a personal account keeps, we can neither see nor delete.</p>',
    sentence: 'Prompts and uploads from personal accounts are answered with advice first.',
    action: 'coach',
    severity: 'low',
    examples: [
      example({ says: 'Draft the agenda for Monday', tool: 'chatgpt', expect: 'coach', clauses: ['USE-2'] }),
      example({ says: 'Draft the agenda for Monday', tool: 'claude', expect: 'allow' }),
    ],
  },
  {
    id: 'TOOL-1',
    section: 'Vetting of tools',
    title: 'Denied tools are not used',
    prose_html: '<p>A tool that was reviewed and refused must not be used for company work at all.</p>',
    sentence: 'Everything sent to a denied tool is blocked.',
    action: 'block',
    severity: 'high',
    examples: [
      example({ says: 'Hello', tool: 'deepseek', expect: 'block', clauses: ['TOOL-1'] }),
      example({ says: 'Hello', tool: 'chatgpt', expect: 'allow' }),
    ],
  },
  {
    id: 'IP-1',
    section: 'Ownership',
    title: 'Outputs belong to the company',
    prose_html:
      '<p>What AI tools produce in the course of company work belongs to the company. Check that it does not infringe the rights of others.</p>',
  },
];

const WITHOUT_RULE = {
  sentence: null,
  action: null,
  severity: null,
  labels: [],
  rule_source: null,
  why_html: null,
  examples: [],
} satisfies Partial<PolicyClause>;

export const policy: Policy = {
  version: '7c41e09af2d3',
  title: 'AI Usage Policy',
  owner: 'security@example.com',
  otherwise: 'coach',
  approvals: ['security', 'legal', 'business', 'it'],
  published_at: new Date(Date.now() - 5 * 86_400_000).toISOString(),
  published_by: 'Ines Okafor',
  clauses: clauses.map((clause, at) => ({
    ...WITHOUT_RULE,
    counts: clause.action ? { day: (at * 37) % 90, week: ((at * 37) % 90) * 5 + at } : { day: 0, week: 0 },
    upheld_by: clause.action ? 'rule' : 'people',
    line: 12 + at * 24,
    ...clause,
  })),
};

const textOf = (html: string) => html.replaceAll(/<[^>]+>/g, '');

/** Why there is a clause, as text. */
export const why = (clause: PolicyClause) => (clause.why_html === null ? null : textOf(clause.why_html));

export const source = [
  '---',
  'policy: acceptable-ai-use',
  `title: ${policy.title}`,
  `owner: ${policy.owner}`,
  'review_every: 180d',
  'approvals: [security, legal, business, it]',
  'otherwise: coach',
  '---',
  ...policy.clauses.flatMap((clause, at) => [
    ...(policy.clauses[at - 1]?.section === clause.section ? [] : [`## ${clause.section}`, '']),
    `### ${clause.id} ${clause.title}`,
    textOf(clause.prose_html),
    '',
    ...(clause.rule_source ? ['```rule', ...clause.rule_source.split('\n'), '```', ''] : []),
  ]),
].join('\n');
