import { labelWords } from '~shared/format/words';

import css from './Marked.module.css';
import type { Piece } from './pieces';

/** A text with what was found in it marked and named. */
export function Marked({ pieces }: { pieces: Piece[] }) {
  return (
    <p className={css.text}>
      {pieces.map((piece, at) => {
        // pieces are cut anew for every text
        const key = at;
        return piece.label === undefined ? (
          <span key={key}>{piece.text}</span>
        ) : (
          <mark key={key} className={css.mark} title={piece.label || undefined}>
            {piece.text}
            {piece.label && <span className={css.name}>{labelWords(piece.label)}</span>}
          </mark>
        );
      })}
    </p>
  );
}
