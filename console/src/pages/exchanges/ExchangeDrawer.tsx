import { Drawer } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { exchangeQuery } from '~features/exchanges/queries';
import { isProblem } from '~shared/api/problem';
import { Failed, Lines, Nothing } from '~shared/ui/States';

import { ExchangeDetails } from './ExchangeDetails';

interface Props {
  /** The exchange to show, or none. */
  id: string | undefined;
  onClose: () => void;
}

export function ExchangeDrawer({ id, onClose }: Props) {
  return (
    <Drawer
      opened={id !== undefined}
      onClose={onClose}
      position="right"
      size="min(640px, 100vw)"
      title="Exchange"
      closeButtonProps={{ 'aria-label': 'Close the exchange' }}
    >
      {id && <Content key={id} id={id} />}
    </Drawer>
  );
}

function Content({ id }: { id: string }) {
  const [reveal, setReveal] = useState(false);
  const { data, error, refetch } = useQuery(exchangeQuery(id, reveal));
  if (isProblem(error, 404)) {
    return (
      <Nothing title="There is no such exchange">The link may be incomplete, or the record too old to be kept.</Nothing>
    );
  }
  if (error) {
    return <Failed error={error} retry={() => void refetch()} />;
  }
  return data ? <ExchangeDetails detail={data} onReveal={() => setReveal(true)} /> : <Lines count={9} />;
}
