import { counted } from '~shared/format/numbers';
import { Scroll } from '~shared/ui/Scroll';

import css from './Incidents.module.css';

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** Exchanges by hour of the week, darker where there are more; the numbers stand in the cells for those who cannot see it. */
export function HoursMap({ hours }: { hours: number[] }) {
  const highest = Math.max(1, ...hours);
  return (
    <Scroll label="Exchanges by hour">
      <table className={css.hours}>
        <thead>
          <tr>
            <th scope="col">UTC</th>
            {HOURS.map((hour) => (
              <th key={hour} scope="col">
                {hour % 6 === 0 ? hour : <span className="visually-hidden">{hour}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {DAYS.map((day, row) => (
            <tr key={day}>
              <th scope="row">{day.slice(0, 3)}</th>
              {HOURS.map((hour) => {
                const count = hours[row * 24 + hour] ?? 0;
                return (
                  <td key={hour} title={`${day}, ${hour}:00: ${counted(count, 'exchange')}`}>
                    <span
                      className={css.cell}
                      data-some={count > 0 || undefined}
                      style={{ opacity: count > 0 ? 0.25 + 0.75 * (count / highest) : 1 }}
                    />
                    <span className="visually-hidden">{count}</span>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
