import { Button, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';

import { caseQuery, ladderQuery, useDecideCase } from '~features/people/queries';
import { useMay } from '~features/session/session';
import type { Case, CaseOrder } from '~shared/api/types';
import { counted } from '~shared/format/numbers';
import { plain } from '~shared/format/words';
import { ActionBadge } from '~shared/ui/Badges';
import { Panel } from '~shared/ui/Page';
import { Refused } from '~shared/ui/Refused';
import { Scroll } from '~shared/ui/Scroll';
import { Failed, Lines, Nothing } from '~shared/ui/States';
import { Time } from '~shared/ui/Time';

import css from './People.module.css';

const WAITING = ['proposed', 'appealed'];

export function Cases() {
  const { data, error, refetch } = useQuery(ladderQuery);
  if (!data) {
    return error ? <Failed error={error} retry={() => void refetch()} /> : <Lines count={8} height={26} />;
  }
  const waiting = data.cases.filter((one) => WAITING.includes(one.state));
  const others = data.cases.filter((one) => !WAITING.includes(one.state));
  return (
    <div className={css.panels}>
      <Panel title="To decide">
        {waiting.length === 0 && (
          <Nothing title="Nothing to decide">Whatever is harsher than training waits here for a named person.</Nothing>
        )}
        {waiting.map((one) => (
          <CaseItem key={one.id} one={one} />
        ))}
      </Panel>
      <Panel title="All others">
        {others.length === 0 && <p className="muted">None.</p>}
        {others.map((one) => (
          <CaseItem key={one.id} one={one} />
        ))}
      </Panel>
      <Panel title="The ladder of the policy in force">
        {data.clause ? (
          <ul className={css.list}>
            {data.sentences.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        ) : (
          <p className="muted">The policy has no ladder: no clause has a `ladder` block.</p>
        )}
      </Panel>
    </div>
  );
}

function CaseItem({ one }: { one: Case }) {
  const may = useMay();
  const [open, setOpen] = useState(false);
  return (
    <section className={css.item} aria-label={`${one.person}, ${counted(one.step, 'point')}`}>
      <p className={css.name}>
        {one.person}: {one.words}
      </p>
      <p className="muted">
        {plain(one.state)}.{' '}
        {one.incident ? (
          <Link to={`/incidents/${one.incident}`}>From an incident</Link>
        ) : (
          `Step of ${counted(one.step, 'point')} reached with ${one.points}`
        )}
        , <Time at={one.at} />, by <Link to={`/policy#${one.clause}`}>{one.clause}</Link>.
        {one.approved && ` ${one.approved.by}: ${one.approved.reason}`}
        {one.dismissed && ` ${one.dismissed.by}: ${one.dismissed.reason}`}
      </p>
      {one.appeal && <p>Appeal: {one.appeal.reason}</p>}
      {one.judged && (
        <p>
          {one.judged.by}: {one.judged.reason}
        </p>
      )}
      {open ? (
        <Facts id={one.id} />
      ) : (
        <div className={css.buttons}>
          <Button variant="default" size="compact-sm" onClick={() => setOpen(true)}>
            What led there
          </Button>
        </div>
      )}
      {may('decide_cases') && WAITING.includes(one.state) && <Decide key={one.revision} one={one} />}
    </section>
  );
}

/** Each exchange, asked again of the policy in force then and of the one in force now. */
function Facts({ id }: { id: string }) {
  const { data, error } = useQuery(caseQuery(id));
  if (!data) {
    return error ? <Failed error={error} /> : <Lines count={2} />;
  }
  return (
    <Scroll label="What led there">
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">Exchange</th>
            <th scope="col">Clause</th>
            <th scope="col">Points</th>
            <th scope="col">Told then</th>
            <th scope="col">Policy of then</th>
            <th scope="col">Policy of now</th>
          </tr>
        </thead>
        <tbody>
          {data.case.violations.map((violation) => {
            const verdict = data.verdicts.find((verdict) => verdict.exchange === violation.exchange);
            return (
              <tr key={violation.exchange}>
                <td>
                  <Link to={`/exchanges/${violation.exchange}`}>
                    <Time at={violation.at} />
                  </Link>
                </td>
                <td>{violation.clause}</td>
                <td>{violation.points}</td>
                <td>{verdict ? <ActionBadge action={verdict.told} /> : 'not kept'}</td>
                <td>{verdict?.then ? <ActionBadge action={verdict.then} /> : 'not kept'}</td>
                <td>{verdict ? <ActionBadge action={verdict.now} /> : 'not kept'}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroll>
  );
}

function Decide({ one }: { one: Case }) {
  const decide = useDecideCase(one.id);
  const [reason, setReason] = useState('');
  const order = (order: CaseOrder['order']) => () => decide.mutate({ order, reason, revision: one.revision });
  const choices: [CaseOrder['order'], string][] =
    one.state === 'proposed'
      ? [
          ['approve', 'Approve'],
          ['dismiss', 'Dismiss'],
        ]
      : [
          ['uphold', 'Refuse the appeal'],
          ['overturn', 'Grant the appeal'],
        ];
  return (
    <div className={css.form}>
      <Textarea
        label="Reason"
        description="The person reads it."
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        autosize
        minRows={2}
      />
      <Refused error={decide.error} />
      <div className={css.buttons}>
        {choices.map(([word, label]) => (
          <Button
            key={word}
            variant={word === 'approve' || word === 'overturn' ? 'filled' : 'default'}
            disabled={reason.trim() === ''}
            loading={decide.isPending}
            onClick={order(word)}
          >
            {label}
          </Button>
        ))}
      </div>
    </div>
  );
}
