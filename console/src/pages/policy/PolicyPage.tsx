import { Button } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Link, useLocation } from 'react-router';

import { policyQuery } from '~features/policy/queries';
import { useMay } from '~features/session/session';
import type { Policy } from '~shared/api/types';
import { ACTION_MEANS } from '~shared/format/words';
import { ActionBadge } from '~shared/ui/Badges';
import { Page } from '~shared/ui/Page';
import { Failed, Lines } from '~shared/ui/States';
import { Time } from '~shared/ui/Time';

import { Clause } from './Clause';
import { Contents } from './Contents';
import css from './PolicyPage.module.css';
import { sectionsOf } from './sections';

export function PolicyPage() {
  const { data, error, refetch } = useQuery({ ...policyQuery, refetchInterval: 30_000 });
  const may = useMay();
  if (!data) {
    return (
      <Page title="Policy">{error ? <Failed error={error} retry={() => void refetch()} /> : <Lines count={12} />}</Page>
    );
  }
  const edit = may('review_policy') && (
    <Button component={Link} to="/drafts" variant="default" leftSection={<IconPencil size={16} aria-hidden />}>
      Drafts and versions
    </Button>
  );
  return (
    <Page title={data.title} lead={<Standing policy={data} />} actions={edit}>
      <Document policy={data} />
    </Page>
  );
}

function Standing({ policy }: { policy: Policy }) {
  return (
    <>
      Version <code>{policy.version}</code>
      {policy.published_at && (
        <>
          , in force since <Time at={policy.published_at} />
        </>
      )}
      {policy.published_by && ` by ${policy.published_by}`}
      {policy.owner && `. Questions to ${policy.owner}`}.
    </>
  );
}

function Document({ policy }: { policy: Policy }) {
  const { hash } = useLocation();
  const named = decodeURIComponent(hash.slice(1));
  useEffect(() => {
    document.getElementById(named)?.scrollIntoView();
  }, [named]);
  const sections = sectionsOf(policy);
  return (
    <div className={css.columns}>
      <Contents sections={sections} />
      <article className={css.document}>
        {sections.map(({ name, clauses }) => (
          <section key={name} aria-label={name}>
            <h2 className={css.section}>{name}</h2>
            {clauses.map((clause) => (
              <Clause key={clause.id} clause={clause} named={clause.id === named} />
            ))}
          </section>
        ))}
        <section aria-label="Everything else" className={css.otherwise}>
          <h2 className={css.section}>Everything else</h2>
          <p>
            <ActionBadge action={policy.otherwise} /> What no clause speaks of: {ACTION_MEANS[policy.otherwise]}
          </p>
        </section>
      </article>
    </div>
  );
}
