import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router';

import { readFilter } from '~features/exchanges/filter';
import { exchangesQuery, useArrivals } from '~features/exchanges/queries';
import { LiveToggle } from '~features/live/LiveToggle';
import { useLive } from '~features/live/live';
import { Page } from '~shared/ui/Page';
import { Failed } from '~shared/ui/States';

import { ExchangeDrawer } from './ExchangeDrawer';
import { ExchangeTable } from './ExchangeTable';
import { Filters } from './Filters';
import { Hunts } from './Hunts';

export function ExchangesPage() {
  const { id } = useParams();
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const filter = useMemo(() => readFilter(params), [params]);
  const { data, error, refetch, ...list } = useInfiniteQuery(exchangesQuery(filter));
  const [wantLive, setWantLive] = useState(true);
  const arrived = useArrivals(filter);
  const live = useLive(wantLive, { arrived, missed: () => void refetch() });
  const rows = useMemo(() => data?.pages.flatMap((page) => page.items), [data]);

  return (
    <Page
      title="Exchanges"
      lead="Every observed use of an AI tool, with what was found and what the policy said."
      actions={<LiveToggle state={live} onToggle={() => setWantLive(!wantLive)} />}
    >
      <Filters filter={filter} />
      <Hunts filter={filter} />
      {error && !data ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : (
        <ExchangeTable
          rows={rows}
          filtered={Object.keys(filter).length > 0}
          more={list.hasNextPage ? () => void list.fetchNextPage() : undefined}
          loadingMore={list.isFetchingNextPage}
        />
      )}
      <ExchangeDrawer id={id} onClose={() => void navigate(`/exchanges?${params}`, { preventScrollReset: true })} />
    </Page>
  );
}
