import { Button, CloseButton, Modal, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';

import { exchangesLink, type Filter } from '~features/exchanges/filter';
import { huntsQuery, useKeepHunt, useRemoveHunt } from '~features/exchanges/hunts';
import { useMay } from '~features/session/session';
import type { Hunt } from '~shared/api/types';
import { Complaint } from '~shared/ui/Complaint';

import css from './ExchangesPage.module.css';

/** Searches that were kept, one click away; the present one can be kept too. */
export function Hunts({ filter }: { filter: Filter }) {
  const { data = [] } = useQuery(huntsQuery);
  const [keeping, setKeeping] = useState(false);
  const remove = useRemoveHunt();
  const mayKeep = useMay()('handle_incidents');
  const present = exchangesLink(filter);
  const isKept = data.some((hunt) => exchangesLink(hunt.filter) === present);
  const canKeep = mayKeep && !isKept && Object.keys(filter).length > 0;
  if (data.length === 0 && !canKeep) {
    return null;
  }
  return (
    <section className={css.hunts} aria-label="Kept searches">
      {data.length > 0 && (
        <ul className={css.chips}>
          {data.map((hunt) => (
            <li key={hunt.id} className={css.hunt} title={hunt.because}>
              <Link
                to={exchangesLink(hunt.filter)}
                aria-current={exchangesLink(hunt.filter) === present ? 'true' : undefined}
              >
                {hunt.name}
              </Link>
              {mayKeep && (
                <CloseButton
                  size="xs"
                  aria-label={`Remove the search ${hunt.name}`}
                  onClick={() => remove.mutate(hunt)}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      {canKeep && (
        <Button variant="subtle" size="compact-sm" onClick={() => setKeeping(true)}>
          Keep this search
        </Button>
      )}
      <Complaint error={remove.error} />
      {keeping && <KeepDialog filter={filter} onClose={() => setKeeping(false)} />}
    </section>
  );
}

function KeepDialog({ filter, onClose }: { filter: Hunt['filter']; onClose: () => void }) {
  const keep = useKeepHunt();
  return (
    <Modal opened onClose={onClose} title="Keep this search" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form
        className={css.keep}
        onSubmit={(event) => {
          event.preventDefault();
          const said = new FormData(event.currentTarget);
          const text = (field: string) => String(said.get(field));
          keep.mutate({ name: text('name'), because: text('because'), filter }, { onSuccess: onClose });
        }}
      >
        <TextInput name="name" label="Name" maxLength={80} required data-autofocus />
        <TextInput name="because" label="What is looked for with it" required />
        <p className="muted">Everybody who may see exchanges sees it.</p>
        <Button type="submit" loading={keep.isPending}>
          Keep
        </Button>
        <Complaint error={keep.error} />
      </form>
    </Modal>
  );
}
