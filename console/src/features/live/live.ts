import { useEffect, useRef, useState } from 'react';

import type { ExchangeSummary } from '~shared/api/types';

/** Off, waiting for the server, or receiving. */
export type LiveState = 'off' | 'connecting' | 'on';

interface Listener {
  /** Exchanges since the last call, oldest first: many at once when the traffic is dense. */
  arrived: (exchanges: ExchangeSummary[]) => void;
  /** Some were lost on the way; what is shown must be fetched again. */
  missed: () => void;
}

const EVERY_MS = 400;

/** Receives exchanges as they are recorded, while `wanted`. The browser connects again by itself. */
export function useLive(wanted: boolean, listener: Listener): LiveState {
  const [state, setState] = useState<LiveState>('off');
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => {
    if (!wanted) {
      setState('off');
      return;
    }
    setState('connecting');
    let waiting: ExchangeSummary[] = [];
    const source = new EventSource('/api/v1/exchanges/live', { withCredentials: true });
    source.onopen = () => setState('on');
    source.onerror = () => setState('connecting');
    source.addEventListener('exchange', (event) => waiting.push(JSON.parse(event.data) as ExchangeSummary));
    source.addEventListener('missed', () => latest.current.missed());
    const timer = setInterval(() => {
      if (waiting.length > 0) {
        latest.current.arrived(waiting);
        waiting = [];
      }
    }, EVERY_MS);
    return () => {
      clearInterval(timer);
      source.close();
    };
  }, [wanted]);
  return state;
}
