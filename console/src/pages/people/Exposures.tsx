import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { Link } from 'react-router';

import { exposuresQuery, useOrderExposure } from '~features/people/queries';
import { useMay } from '~features/session/session';
import type { Exposure } from '~shared/api/types';
import { LabelChip } from '~shared/ui/Badges';
import { Panel } from '~shared/ui/Page';
import { Refused } from '~shared/ui/Refused';
import { Failed, Lines, Nothing } from '~shared/ui/States';
import { Time } from '~shared/ui/Time';

import css from './People.module.css';

export function Exposures() {
  const { data, error, refetch } = useQuery(exposuresQuery);
  if (!data) {
    return error ? <Failed error={error} retry={() => void refetch()} /> : <Lines count={6} height={26} />;
  }
  if (data.length === 0) {
    return (
      <Nothing title="No exposure">
        When data leaves although a clause of high severity wanted it held back, what has to be done stands here.
      </Nothing>
    );
  }
  return (
    <div className={css.panels}>
      {data.map((one) => (
        <ExposureItem key={one.id} one={one} />
      ))}
    </div>
  );
}

function ExposureItem({ one }: { one: Exposure }) {
  const order = useOrderExposure(one.id);
  const may = useMay()('decide_cases') && !one.closed;
  const done = one.items.every((item) => item.done);
  const submit = (event: FormEvent<HTMLFormElement>, item?: string) => {
    event.preventDefault();
    const note = String(new FormData(event.currentTarget).get('note'));
    order.mutate({ order: item ? 'tick' : 'close', item: item ?? null, note, revision: one.revision });
  };
  return (
    <Panel title={`${one.person}, ${one.clauses.join(', ')}`} aside={<Time at={one.at} />}>
      <p className={css.row}>
        {one.labels.map((label) => (
          <LabelChip key={label} label={label} />
        ))}
        <Link to={`/exchanges/${one.exchange}`}>The exchange</Link>
      </p>
      <Refused error={order.error} />
      {one.items.map((item) => (
        <section key={item.id} className={css.item} aria-label={item.says}>
          <p className={item.done ? 'muted' : css.name}>{item.says}</p>
          {item.done ? (
            <p className="muted">
              Done by {item.done.by}, <Time at={item.done.at} />: {item.done.note}
            </p>
          ) : (
            may && (
              <form onSubmit={(event) => submit(event, item.id)} className={css.row}>
                <TextInput name="note" aria-label={`What came of it: ${item.id}`} required />
                <Button type="submit" variant="default" loading={order.isPending}>
                  Done
                </Button>
              </form>
            )
          )}
        </section>
      ))}
      {one.closed && (
        <p>
          Closed by {one.closed.by}, <Time at={one.closed.at} />: {one.closed.note}
        </p>
      )}
      {may && done && (
        <form onSubmit={(event) => submit(event)} className={css.row}>
          <TextInput name="note" aria-label="What was learned" placeholder="What was learned" required />
          <Button type="submit" loading={order.isPending}>
            Close
          </Button>
        </form>
      )}
    </Panel>
  );
}
