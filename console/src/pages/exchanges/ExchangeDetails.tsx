import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

import { Captured } from '~features/evidence/Captured';
import { WhyNot } from '~features/incidents/WhyNot';
import { ClauseLink } from '~features/policy/ClauseLink';
import { useMay } from '~features/session/session';
import type { ExchangeDetail, Finding } from '~shared/api/types';
import { formatBytes, formatDuration, formatShare } from '~shared/format/numbers';
import { formatFull } from '~shared/format/times';
import {
  ACCOUNT_WORDS,
  familyWords,
  OUTCOME_WORDS,
  plain,
  SOURCE_WORDS,
  UNINSPECTED_WORDS,
  VISIBILITY_WORDS,
} from '~shared/format/words';
import { ActionBadge, LabelChip, SeverityBadge, StateBadge } from '~shared/ui/Badges';
import { FactList } from '~shared/ui/Page';
import { Time } from '~shared/ui/Time';

import css from './ExchangesPage.module.css';

interface Props {
  detail: ExchangeDetail;
  onReveal: () => void;
}

/** One exchange: what was decided and why, what was found, what is known of it, how it ended. */
export function ExchangeDetails({ detail, onReveal }: Props) {
  const may = useMay();
  const [, ...others] = detail.verdict.otherwise ? [undefined, ...detail.clauses] : detail.clauses;
  return (
    <div className={css.detail}>
      <VerdictCard detail={detail} />
      <Uninspected detail={detail} />
      <Findings findings={detail.findings} />
      {others.length > 0 && <Others clauses={others} />}
      <Part title="What happened">
        <Facts detail={detail} onReveal={onReveal} />
      </Part>
      {detail.completion && <Ending completion={detail.completion} />}
      {detail.captured && (
        <Part title="Captured content">
          <Captured exchange={detail.exchange.id} captured={detail.captured} />
        </Part>
      )}
      {may('read_incidents') && (
        <Part title="Incidents">
          <WhyNot id={detail.exchange.id} />
        </Part>
      )}
      <Part title="Record">
        <FactList
          facts={[
            ['Exchange', <code key="id">{detail.exchange.id}</code>],
            ['Policy version', <code key="version">{detail.verdict.policy}</code>],
            ['Conversation', detail.exchange.conversation && <code>{detail.exchange.conversation}</code>],
          ]}
        />
      </Part>
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={css.part} aria-label={title}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function VerdictCard({ detail }: { detail: ExchangeDetail }) {
  const { verdict, outcome, clauses } = detail;
  const [deciding] = clauses;
  return (
    <section className={css.verdict} data-action={verdict.action} aria-label="Verdict">
      <p className={css.outcome}>
        <ActionBadge action={verdict.action} />
        {OUTCOME_WORDS[outcome]}
      </p>
      {deciding && !verdict.otherwise ? (
        <>
          <p className={css.decided}>{deciding.sentence ?? deciding.title}</p>
          <p>
            Decided by <ClauseLink id={deciding.id} />, {deciding.title}
            {deciding.uninspected && ', because the content could not be inspected'}
          </p>
        </>
      ) : (
        <p className={css.decided}>No clause speaks of this, so the policy’s default applies.</p>
      )}
    </section>
  );
}

function Uninspected({ detail: { exchange, verdict } }: { detail: ExchangeDetail }) {
  return (
    <>
      {exchange.uninspected && <p className={css.warn}>Not inspected: {UNINSPECTED_WORDS[exchange.uninspected]}.</p>}
      {verdict.faults.map((fault) => (
        <p key={`${fault.clause} ${fault.reason}`} className={css.warn}>
          {fault.clause ?? 'A clause'} could not be evaluated: {fault.reason}
        </p>
      ))}
    </>
  );
}

function Findings({ findings }: { findings: Finding[] }) {
  return (
    <Part title="Findings">
      {findings.length === 0 && <p className="muted">Nothing sensitive was found.</p>}
      <ul>
        {findings.map((finding) => (
          <li key={`${finding.placement.part} ${finding.placement.start} ${finding.label}`} className={css.finding}>
            <span className={css.labels}>
              <LabelChip label={finding.label} />
              <span className="muted">{familyWords(finding.label)}</span>
            </span>
            <span className={css.labels}>
              <span className={css.excerpt}>{finding.excerpt}</span>
              <span className="muted number" title={`Detector ${finding.detector}`}>
                {formatShare(finding.confidence, 1)} sure
              </span>
            </span>
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Others({ clauses }: { clauses: (ExchangeDetail['clauses'][number] | undefined)[] }) {
  return (
    <Part title="Also applied">
      <ul>
        {clauses.map(
          (clause) =>
            clause && (
              <li key={clause.id} className={css.duty}>
                <ClauseLink id={clause.id} />
                <span>{clause.title}</span>
                <ActionBadge action={clause.action} />
              </li>
            ),
        )}
      </ul>
    </Part>
  );
}

function Facts({ detail: { exchange, facts, person, clauses, tool_name }, onReveal }: Props) {
  const [deciding] = clauses;
  return (
    <FactList
      facts={[
        [
          'When',
          <span key="when" title={formatFull(exchange.at)}>
            <Time at={exchange.at} />
          </span>,
        ],
        ['Person', <Person key="person" person={person} onReveal={onReveal} />],
        ['Department', facts.person.department],
        [
          'Tool',
          <span key="tool" className={css.labels}>
            <Link to={`/tools/${facts.tool.id}`}>{tool_name ?? facts.tool.id}</Link>{' '}
            <StateBadge state={facts.tool.state} />
          </span>,
        ],
        ['Account', ACCOUNT_WORDS[facts.account]],
        ['Activity', plain(facts.activity)],
        ['Purpose', facts.purpose && plain(facts.purpose)],
        ['Model', exchange.model],
        ['Files', exchange.files.join(', ')],
        [
          'Sent to',
          <code key="host">
            {exchange.host}
            {exchange.path}
          </code>,
        ],
        ['Size', formatBytes(exchange.bytes_up)],
        [
          'Visibility',
          `${VISIBILITY_WORDS[facts.visibility]}, seen by: ${SOURCE_WORDS[exchange.source] ?? exchange.source}`,
        ],
        ['Severity', deciding && <SeverityBadge severity={deciding.severity} />],
        ['Exempt from', facts.exempt.join(', ')],
      ]}
    />
  );
}

function Person({ person, onReveal }: { person: ExchangeDetail['person']; onReveal: () => void }) {
  const may = useMay();
  if (person.id) {
    return (
      <>
        {person.name ?? person.id} <span className="muted">({person.pseudonym})</span>
      </>
    );
  }
  return (
    <span className={css.labels}>
      {person.pseudonym}
      {may('reveal_people') && (
        <Button variant="subtle" size="compact-xs" onClick={onReveal} title="Revealing a name is recorded">
          Reveal the name
        </Button>
      )}
    </span>
  );
}

function Ending({ completion }: { completion: NonNullable<ExchangeDetail['completion']> }) {
  const { restored } = completion;
  return (
    <Part title="How it ended">
      <FactList
        facts={[
          ['Answer', completion.status ? `Status ${completion.status}` : 'None came'],
          ['Took', formatDuration(completion.duration_ms)],
          ['Received', formatBytes(completion.bytes_down)],
          [
            'Restored',
            restored > 0 && `${restored} placeholder${restored === 1 ? '' : 's'} turned back for the person`,
          ],
          ['Error', completion.error],
        ]}
      />
    </Part>
  );
}
