import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { NavLink, useParams } from 'react-router';

import { draftQuery } from '~features/drafts/queries';
import { useMay } from '~features/session/session';
import type { DraftDocument } from '~shared/api/types';
import { Page } from '~shared/ui/Page';
import { Failed, Lines } from '~shared/ui/States';

import { BacktestPanel } from './BacktestPanel';
import css from './Drafts.module.css';
import { PublishPanel } from './PublishPanel';
import { ReviewPanel } from './ReviewPanel';
import { WritePanel } from './WritePanel';
import { STATE_WORDS, short } from './words';

const PLACES = [
  ['review', 'Review'],
  ['write', 'Write'],
  ['backtest', 'Backtest'],
  ['publish', 'Publish'],
] as const;

export function DraftPage() {
  const { id = '', part = 'review' } = useParams();
  const { data, error, refetch } = useQuery(draftQuery(id));
  const may = useMay();
  if (!data) {
    return (
      <Page title="Draft">{error ? <Failed error={error} retry={() => void refetch()} /> : <Lines count={12} />}</Page>
    );
  }
  const places = PLACES.filter(([place]) => place === 'review' || place === 'backtest' || may('write_policy'));
  const source = (
    <Button
      component="a"
      href={`/api/v1/drafts/${id}/source`}
      download={`${data.name}.md`}
      variant="default"
      leftSection={<IconDownload size={16} aria-hidden />}
    >
      Export
    </Button>
  );
  return (
    <Page title={data.name} lead={<Standing draft={data} />} actions={source}>
      <nav className={css.places} aria-label="Draft">
        {places.map(([place, name]) => (
          <NavLink
            key={place}
            to={`/drafts/${id}/${place}`}
            className={css.place}
            aria-current={part === place ? 'page' : undefined}
          >
            {name}
          </NavLink>
        ))}
      </nav>
      <Part part={part} draft={data} reload={() => void refetch()} />
    </Page>
  );
}

function Standing({ draft }: { draft: DraftDocument }) {
  return (
    <>
      {STATE_WORDS[draft.state]}, revision {draft.revision}, hash <code title={draft.hash}>{short(draft.hash)}</code>,
      by {draft.writers.join(', ')}.
      {draft.returned && <span className={css.warn}> Did not come into force: {draft.returned}</span>}
    </>
  );
}

function Part({ part, draft, reload }: { part: string; draft: DraftDocument; reload: () => void }) {
  switch (part) {
    case 'write':
      return <WritePanel key={draft.id} draft={draft} reload={reload} />;
    case 'backtest':
      return <BacktestPanel draft={draft} />;
    case 'publish':
      return <PublishPanel draft={draft} />;
    default:
      return <ReviewPanel draft={draft} />;
  }
}
