import { Button } from '@mantine/core';
import { IconBook2, IconCertificate, IconChecks, IconScale } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';

import { mineQuery } from '~features/mine/queries';
import type { Mine, MyModule } from '~shared/api/types';
import { counted } from '~shared/format/numbers';
import { formatDay } from '~shared/format/times';
import { Page, Panel } from '~shared/ui/Page';
import { Failed, Lines, Nothing } from '~shared/ui/States';

import { CaseList } from './CaseList';
import css from './Mine.module.css';

/** What the policy asks of whoever is signed in. */
export function MinePage() {
  const { data, error, refetch } = useQuery(mineQuery);
  if (!data) {
    return (
      <Page title="My page">{error ? <Failed error={error} retry={() => void refetch()} /> : <Lines count={8} />}</Page>
    );
  }
  const due = data.training.filter((module) => module.assigned).length + (data.policy.accepted_until ? 0 : 1);
  return (
    <Page title={`Hello ${data.name}`} lead={due === 0 ? 'You are up to date.' : `${counted(due, 'thing')} to do.`}>
      {data.suspended_until && (
        <p role="alert" className={css.suspended}>
          Your access to AI tools is suspended until {formatDay(data.suspended_until)}. What led to it, and how to
          appeal, stands below.
        </p>
      )}
      <div className={css.panels}>
        <Policy mine={data} />
        <Training modules={data.training} />
        <Panel title="What followed violations">
          {data.cases.length === 0 ? (
            <Nothing icon={<IconScale size={30} stroke={1.4} aria-hidden />} title="Nothing">
              When our systems see a violation of yours that counts, it stands here, with what follows and how to
              appeal.
            </Nothing>
          ) : (
            <CaseList cases={data.cases} />
          )}
        </Panel>
      </div>
    </Page>
  );
}

function Policy({ mine }: { mine: Mine }) {
  const { policy } = mine;
  const changed = policy.read !== null && policy.read !== policy.version;
  const campaign = policy.campaigns[0];
  return (
    <Panel title="The policy">
      <div className={css.task}>
        <IconBook2 size={22} stroke={1.6} aria-hidden className={css.icon} />
        <div className={css.words}>
          <p className={css.name}>{policy.title}</p>
          <p className="muted">
            {policy.accepted_until
              ? `You have accepted it; that counts until ${formatDay(policy.accepted_until)}.`
              : campaign
                ? `Read and accept it by ${formatDay(campaign.due)} (${campaign.title}).`
                : 'Read and accept it.'}
            {campaign?.reminded_at && ` You were reminded on ${formatDay(campaign.reminded_at)}.`}
            {changed && ' It has changed since you read it.'}
          </p>
        </div>
        <Button component={Link} to="/mine/policy" variant={policy.accepted_until ? 'default' : 'filled'}>
          {policy.accepted_until ? 'Read' : 'Read and accept'}
        </Button>
      </div>
    </Panel>
  );
}

function Training({ modules }: { modules: MyModule[] }) {
  return (
    <Panel title="Training">
      <ul className={css.modules}>
        {modules.map((module) => (
          <li key={module.id} className={css.task}>
            {module.passed_until ? (
              <IconChecks size={22} stroke={1.6} aria-hidden className={css.icon} />
            ) : (
              <IconCertificate size={22} stroke={1.6} aria-hidden className={css.icon} />
            )}
            <div className={css.words}>
              <p className={css.name}>{module.title}</p>
              <p className="muted">
                <Why module={module} /> {module.minutes} minutes.
              </p>
            </div>
            <Button
              component={Link}
              to={`/mine/training/${module.id}`}
              variant={module.assigned ? 'filled' : 'default'}
              aria-label={`${module.assigned ? 'Begin' : 'Open'} ${module.title}`}
            >
              {module.assigned ? 'Begin' : 'Open'}
            </Button>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Why({ module: { assigned, passed_until } }: { module: MyModule }) {
  const passed = passed_until ? `Passed; that counts until ${formatDay(passed_until)}.` : 'Not taken yet.';
  if (!assigned) {
    return passed;
  }
  return `Due by ${formatDay(assigned.due)}: ${causeWords(assigned.cause)}.`;
}

function causeWords(cause: NonNullable<MyModule['assigned']>['cause']): string {
  if (cause === 'hire') {
    return 'everybody begins with it';
  }
  if ('lapse' in cause) {
    return 'it has to be renewed';
  }
  if ('policy_change' in cause) {
    return 'the policy has changed';
  }
  if ('violation' in cause) {
    return `after a violation of ${cause.violation.clauses.join(', ')}`;
  }
  return `${cause.asked.by} asks for it`;
}
