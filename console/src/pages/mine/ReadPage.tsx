import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';

import { GuideWalk } from '~features/mine/GuideWalk';
import { changesQuery, mineQuery } from '~features/mine/queries';
import { policyQuery } from '~features/policy/queries';
import type { Policy, PolicyClause } from '~shared/api/types';
import { ActionBadge, ClauseName } from '~shared/ui/Badges';
import { Html } from '~shared/ui/Html';
import { Page, Panel } from '~shared/ui/Page';
import { Failed, Lines, Nothing } from '~shared/ui/States';

import { Accept } from './Accept';
import { ChangeList } from './ChangeList';
import { GuideTable } from './GuideTable';
import css from './Mine.module.css';

/** The policy in plain language: what changed, what I may do, every clause with examples, and that I accept it. */
export function ReadPage() {
  const mine = useQuery(mineQuery);
  const policy = useQuery(policyQuery);
  const changes = useQuery(changesQuery);
  const error = mine.error ?? policy.error ?? changes.error;
  if (!mine.data || !policy.data || !changes.data) {
    return <Page title="The policy">{error ? <Failed error={error} /> : <Lines count={12} />}</Page>;
  }
  return (
    <Page title={policy.data.title} lead={`Version ${policy.data.version}, in plain language.`}>
      <div className={css.panels}>
        <ChangeList changes={changes.data} />
        <Panel title="May I?">
          <GuideWalk />
          <GuideTable />
        </Panel>
        <Clauses policy={policy.data} />
        <Accept mine={mine.data} version={policy.data.version} />
      </div>
    </Page>
  );
}

function Clauses({ policy }: { policy: Policy }) {
  const [text, setText] = useState('');
  const found = useMemo(() => search(policy.clauses, text), [policy, text]);
  return (
    <Panel title="The clauses">
      <TextInput
        type="search"
        data-search
        aria-label="Search the policy"
        placeholder="Search the policy…"
        leftSection={<IconSearch size={17} stroke={1.8} aria-hidden />}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {found.length === 0 && <Nothing title="No clause says that">Try another word.</Nothing>}
      {found.map((clause) => (
        <Clause key={clause.id} clause={clause} />
      ))}
    </Panel>
  );
}

/** Clauses in which every word occurs. */
function search(clauses: PolicyClause[], text: string): PolicyClause[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return clauses.filter((clause) => {
    const all = [clause.id, clause.title, clause.prose_html, clause.why_html, clause.sentence].join(' ').toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

function Clause({ clause }: { clause: PolicyClause }) {
  return (
    <section className={css.clause} aria-label={`${clause.id} ${clause.title}`}>
      <h3 className={css.heading}>
        <ClauseName id={clause.id} /> {clause.title}
      </h3>
      <Html className={css.prose} html={clause.prose_html} />
      {clause.action && (
        <p className={css.sentence}>
          <ActionBadge action={clause.action} />
          <span>{clause.sentence}</span>
        </p>
      )}
      {clause.examples.length > 0 && (
        <details className={css.fold}>
          <summary>Examples</summary>
          <ul className={css.list}>
            {clause.examples.map((example) => (
              <li key={`${example.says} ${example.tool} ${example.file}`}>
                “{example.says}” to {example.tool}: <ActionBadge action={example.expect} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
